/// A short name by which something is known in files and on screens, such as `D01` or `tls.protocols`; of what, the
/// compiler knows.
public struct Code<Subject>: Hashable, Comparable, Sendable {
  public let text: String

  /// A name that is known to be well-formed, such as one that the product itself gives.
  public init(_ text: String) { self.text = text }

  /// Whether a name is letters, digits, dots and hyphens, 100 bytes at most.
  package var isWellFormed: Bool {
    (1...100).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  public static func < (left: Code, right: Code) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

extension Code: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension Code: CustomStringConvertible {
  public var description: String { text }
}

extension Code: Codable {
  public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
