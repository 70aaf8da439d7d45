#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JSON {
  /// Reads JSON text of any layout; nil when it is not JSON or holds a number with a fraction.
  /// Nesting is limited by Foundation's reader (512 levels).
  public init?(parsing bytes: some Collection<UInt8>) {
    guard let value = try? JSONDecoder().decode(JSON.self, from: Data(bytes)) else { return nil }
    self = value
  }

  /// Reads JSON text that must be canonical (see ``canonicalBytes``); nil for anything else, so that one value
  /// has one text and a repeated name or a stray space is noticed.
  public init?(canonical bytes: [UInt8]) {
    guard let value = JSON(parsing: bytes), value.canonicalBytes == bytes else { return nil }
    self = value
  }
}

extension JSON: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }
}
