/// A value in the Concise Binary Object Representation (RFC 8949), as far as WebAuthn uses it: authenticators write in
/// the CTAP2 canonical form, so lengths are definite, keys are unique and there are neither tags nor fractions.
enum CBOR: Hashable, Sendable {
  case unsigned(UInt64)
  /// Minus one minus the number.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBOR])
  case map([CBOR: CBOR])
  case bool(Bool)
  case null

  /// The value of a map by a name.
  subscript(name: String) -> CBOR? { self[.text(name)] }

  /// The value of a map by a number.
  subscript(label: Int64) -> CBOR? {
    self[label < 0 ? .negative(UInt64(-1 - label)) : .unsigned(UInt64(label))]
  }

  private subscript(key: CBOR) -> CBOR? {
    guard case .map(let members) = self else { return nil }
    return members[key]
  }

  var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var array: [CBOR]? { if case .array(let values) = self { values } else { nil } }

  /// A whole number that fits.
  var integer: Int64? {
    switch self {
    case .unsigned(let value): Int64(exactly: value)
    case .negative(let value): Int64(exactly: value).map { -1 - $0 }
    default: nil
    }
  }
}

extension CBOR {
  /// Why bytes are no such value.
  enum Malformed: Error, Hashable {
    case ends
    case trailing(bytes: Int)
    case tooDeep
    case unsupported(initialByte: UInt8)
    case notUTF8
    case repeatedKey
    case notShortest
  }

  /// Values nest no deeper: an attestation object needs four.
  private static let mostLevels = 8

  /// Reads all of the bytes.
  init(parsing bytes: some Sequence<UInt8>) throws(Malformed) {
    var rest = ArraySlice(bytes)
    self = try Self.read(&rest)
    guard rest.isEmpty else { throw .trailing(bytes: rest.count) }
  }

  /// Reads one value and leaves what follows it.
  static func read(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> CBOR { try read(&rest, levels: mostLevels) }

  private static func read(_ rest: inout ArraySlice<UInt8>, levels: Int) throws(Malformed) -> CBOR {
    guard levels > 0 else { throw .tooDeep }
    guard let initial = rest.popFirst() else { throw .ends }
    if initial >> 5 == 7 { return try simple(initial) }
    let argument = try argument(initial, &rest)
    switch initial >> 5 {
    case 0: return .unsigned(argument)
    case 1: return .negative(argument)
    case 2: return .bytes(Array(try take(argument, from: &rest)))
    case 3:
      guard let text = String(validating: try take(argument, from: &rest), as: UTF8.self) else { throw .notUTF8 }
      return .text(text)
    case 4:
      var values: [CBOR] = []
      for _ in 0..<(try count(argument, rest)) { values.append(try read(&rest, levels: levels - 1)) }
      return .array(values)
    case 5:
      var members: [CBOR: CBOR] = [:]
      for _ in 0..<(try count(argument, rest)) {
        let key = try read(&rest, levels: levels - 1)
        guard members.updateValue(try read(&rest, levels: levels - 1), forKey: key) == nil else { throw .repeatedKey }
      }
      return .map(members)
    default: throw .unsupported(initialByte: initial)
    }
  }

  private static func simple(_ initial: UInt8) throws(Malformed) -> CBOR {
    switch initial {
    case 0xf4: .bool(false)
    case 0xf5: .bool(true)
    case 0xf6: .null
    default: throw .unsupported(initialByte: initial)
    }
  }

  /// The number that the first byte carries or announces, in the shortest form that holds it.
  private static func argument(_ initial: UInt8, _ rest: inout ArraySlice<UInt8>) throws(Malformed) -> UInt64 {
    let short = initial & 31
    if short < 24 { return UInt64(short) }
    guard short <= 27 else { throw .unsupported(initialByte: initial) }
    let length = 1 << Int(short - 24)
    let value = try take(UInt64(length), from: &rest).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let least: UInt64 = length == 1 ? 24 : 1 << UInt64(length * 4)
    guard value >= least else { throw .notShortest }
    return value
  }

  /// How many values follow; each takes a byte at least, so that a wrong number asks for no memory.
  private static func count(_ argument: UInt64, _ rest: ArraySlice<UInt8>) throws(Malformed) -> Int {
    guard argument <= UInt64(rest.count) else { throw .ends }
    return Int(argument)
  }

  private static func take(_ length: UInt64, from rest: inout ArraySlice<UInt8>) throws(Malformed) -> ArraySlice<UInt8>
  {
    guard length <= UInt64(rest.count) else { throw .ends }
    defer { rest = rest.dropFirst(Int(length)) }
    return rest.prefix(Int(length))
  }
}
