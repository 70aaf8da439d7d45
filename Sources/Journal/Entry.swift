public import Primitives

/// A line of the journal: what happened, in words that anyone may read. Nothing personal is in it; what is personal is
/// committed to with a salt, so that it can be shown later, or forgotten.
public struct Entry: Hashable, Sendable {
  /// What happened, as words joined by dots, such as `ledger.created`.
  public struct Kind: Hashable, Sendable {
    public let name: String

    /// Two or more words of lower-case letters, digits and hyphens, each beginning with a letter; 100 bytes at most.
    /// - Throws: ``JournalError/malformedEntry(reason:)``.
    public init(_ name: some StringProtocol) throws(JournalError) {
      let words = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard name.utf8.count <= 100, words.count >= 2, words.allSatisfy({ Self.isWord($0) }) else {
        throw .malformedEntry(reason: "a kind is two or more words joined by dots, such as ledger.created")
      }
      self.name = String(name)
    }

    private static func isWord(_ bytes: some Collection<UInt8>) -> Bool {
      bytes.first?.isLowercaseLetter == true
        && bytes.allSatisfy { $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    }

    /// A kind that the product itself names.
    package init(literal name: StaticString) { self.name = name.description }
  }

  /// Who did it, by a name that means nothing outside the installation.
  public struct Author: Hashable, Sendable {
    public let name: String

    /// Surety itself.
    public static let system = Author(literal: "system")
    /// Whoever has the command line of the server.
    public static let `operator` = Author(literal: "operator")

    /// A pseudonym of letters, digits and `:._-`, 100 bytes at most.
    /// - Throws: ``JournalError/malformedEntry(reason:)``.
    public init(_ name: some StringProtocol) throws(JournalError) {
      let isPseudonym = name.utf8.allSatisfy {
        ($0 | 0x20).isLowercaseLetter || $0.isDigit || ":._-".utf8.contains($0)
      }
      guard (1...100).contains(name.utf8.count), isPseudonym else {
        throw .malformedEntry(reason: "an author is a pseudonym of letters, digits and :._-")
      }
      self.name = String(name)
    }

    private init(literal name: StaticString) { self.name = name.description }
  }

  /// What a caller hands in; time, identity and commitments are added to it.
  public struct Draft: Hashable, Sendable {
    public var kind: Kind
    public var author: Author
    /// What may be said in public.
    public var facts: [String: JSON]
    /// What may not: only a commitment to it enters the entry.
    public var personal: [String: String]

    public init(kind: Kind, author: Author, facts: [String: JSON] = [:], personal: [String: String] = [:]) {
      self.kind = kind
      self.author = author
      self.facts = facts
      self.personal = personal
    }
  }

  /// An entry is a statement, not a document: no longer than this, in bytes.
  public static let largest = 16 * 1_024

  public let id: Identifier<Entry>
  /// When it was appended.
  public let at: Instant
  public let kind: Kind
  public let author: Author
  public let facts: [String: JSON]
  /// Commitments by the name of what they commit to.
  public let commitments: [String: Commitment]
}

extension UInt8 {
  fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
