/// A version of the protocol, as it stands on the wire.
enum TLSVersion: UInt16, CaseIterable, Codable, Comparable, Sendable {
  case ssl3 = 0x0300
  case tls10 = 0x0301
  case tls11 = 0x0302
  case tls12 = 0x0303
  case tls13 = 0x0304

  var name: String {
    switch self {
    case .ssl3: "SSL 3.0"
    case .tls10: "TLS 1.0"
    case .tls11: "TLS 1.1"
    case .tls12: "TLS 1.2"
    case .tls13: "TLS 1.3"
    }
  }

  /// Deprecated by RFC 7568 and RFC 8996.
  var isObsolete: Bool { self < .tls12 }

  static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

extension TLSVersion {
  /// By its name, such as `TLS 1.3`; evidence of before had the number.
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    let number = try? value.decode(UInt16.self)
    let name = number == nil ? try value.decode(String.self) : ""
    guard let version = Self.allCases.first(where: { $0.rawValue == number || $0.name == name }) else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "no such version of TLS")
    }
    self = version
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(name)
  }
}
