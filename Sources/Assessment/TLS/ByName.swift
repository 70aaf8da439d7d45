/// A registry whose codes have names.
protocol CodeRegistry {
  /// A code's name, or its number where it has none here.
  static func name(of code: UInt16) -> String
  /// The code behind what ``name(of:)`` says; nil for anything else.
  static func code(named name: String) -> UInt16?
}

extension CipherSuite: CodeRegistry {}
extension KeyExchangeGroup: CodeRegistry {}

/// Codes of a registry that are stored by their names. Evidence of before has their numbers, which are read as well.
@propertyWrapper struct ByName<Registry: CodeRegistry>: Sendable {
  var wrappedValue: [UInt16]
}

extension ByName: Codable {
  init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    wrappedValue = []
    while !values.isAtEnd {
      if let number = try? values.decode(UInt16.self) {
        wrappedValue.append(number)
      } else if let code = Registry.code(named: try values.decode(String.self)) {
        wrappedValue.append(code)
      } else {
        throw DecodingError.dataCorruptedError(in: values, debugDescription: "no such code")
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    for code in wrappedValue { try values.encode(Registry.name(of: code)) }
  }
}
