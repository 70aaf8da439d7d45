/// A value on its way into a statement.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

extension SQLValue {
  /// An integer.
  public static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

  /// Text, or null.
  public static func optionalText(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }

  /// An integer, or null.
  public static func optionalInteger(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }

  /// Bytes, or null.
  public static func optionalBlob(_ value: [UInt8]?) -> SQLValue { value.map(SQLValue.blob) ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(nilLiteral: ()) { self = .null }
}
