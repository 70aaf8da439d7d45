import Crypto
import Primitives

/// Where an item stands in a list. A cursor carries the key of the last item that was given, so the next page begins
/// after it, whatever was inserted or removed meanwhile.
struct SortKey: Comparable, Sendable {
  enum Part: Comparable, Sendable {
    case number(Int64)
    case text(String)

    /// A text of any length, shortened to what fits into an address: its beginning, and a digest that keeps it apart.
    static func name(_ text: String) -> Part {
      guard text.utf8.count > longest else { return .text(text) }
      return .text("\(text.prefix(longest / 4))…\(Hexadecimal.encode(SHA256.hash(data: Array(text.utf8))))")
    }

    static func newestFirst(_ instant: Instant) -> Part { .number(-instant.microseconds) }

    /// In bytes.
    private static let longest = 160
  }

  let parts: [Part]

  init(_ parts: Part...) { self.parts = parts }

  private init(parts: [Part]) { self.parts = parts }

  static func < (one: SortKey, other: SortKey) -> Bool { one.parts.lexicographicallyPrecedes(other.parts) }

  /// The same place, apart from others that have the same key.
  func numbered(_ number: Int) -> SortKey { SortKey(parts: parts + [.number(Int64(number))]) }

  // MARK: As a cursor

  /// No cursor is longer, in characters.
  static let longestCursor = 4_000

  /// As it stands in an address: the digits of a JSON array.
  var cursor: String {
    let values = parts.map { part -> JSON in
      switch part {
      case .number(let number): .integer(number)
      case .text(let text): .string(text)
      }
    }
    return Hexadecimal.encode(JSON.array(values).canonicalBytes)
  }

  /// Nil for what is no cursor.
  init?(cursor: String) {
    guard let bytes = Hexadecimal.decode(cursor.utf8), case .array(let values)? = JSON(parsing: bytes) else {
      return nil
    }
    var parts: [Part] = []
    for value in values {
      switch value {
      case .integer(let number): parts.append(.number(number))
      case .string(let text): parts.append(.text(text))
      default: return nil
      }
    }
    self.parts = parts
  }
}
