public import Journal
public import Primitives

/// A person's statement, with a document, that a control is met: evidence where a machine cannot look.
public struct Attestation: Sendable {
  public let id: Identifier<Attestation>
  public let control: Code<Control>
  public let statement: String
  /// Who signed it, by a name that means nothing outside the installation.
  public let author: String
  public let signed: Instant
  /// From then on it is stale.
  public let expires: Instant
  public let document: Document
  public let withdrawn: Instant?
  /// The journal entry that records it; nil for one that was signed before Surety kept this.
  public let entry: Identifier<Entry>?

  /// What the statement rests on.
  public struct Document: Hashable, Sendable {
    public let name: String
    /// SHA-256, in hexadecimal digits.
    public let digest: String
    /// In bytes.
    public let size: Int64
  }

  /// Whether it counts at a moment.
  public func isFresh(at now: Instant) -> Bool { withdrawn == nil && signed <= now && now < expires }

  /// A statement and its document, before it is taken.
  public struct Draft: Sendable {
    public var control: Code<Control>
    public var statement: String
    public var expires: Instant
    public var documentName: String
    public var document: [UInt8]

    public init(
      control: Code<Control>, statement: String, expires: Instant, documentName: String, document: [UInt8]
    ) {
      self.control = control
      self.statement = statement
      self.expires = expires
      self.documentName = documentName
      self.document = document
    }
  }

  /// A document has at most so many bytes.
  public static let largestDocument = 20 * 1_048_576
  /// A statement has at most so many bytes.
  public static let longestStatement = 4_000
}

/// A signed acceptance that something is not met, until a date. It never overwrites what was seen.
public struct Exception: Sendable {
  /// What is accepted.
  public enum Subject: Hashable, Sendable {
    case control(Code<Control>)
    case requirement(Code<Requirement>)

    /// As it is stored and shown in addresses.
    public var name: String {
      switch self {
      case .control(let code): "control:\(code)"
      case .requirement(let code): "requirement:\(code)"
      }
    }

    public init?(_ name: some StringProtocol) {
      let parts = name.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      switch parts[0] {
      case "control": self = .control(Code(String(parts[1])))
      case "requirement": self = .requirement(Code(String(parts[1])))
      default: return nil
      }
    }
  }

  public let id: Identifier<Exception>
  public let subject: Subject
  public let reason: String
  /// Who approved it, by a name that means nothing outside the installation.
  public let approver: String
  public let granted: Instant
  public let ends: Instant
  /// When somebody ended it before its time.
  public let ended: Instant?
  /// The journal entry that records it; nil for one that was granted before Surety kept this.
  public let entry: Identifier<Entry>?

  public func isInForce(at now: Instant) -> Bool { ended == nil && granted <= now && now < ends }

  /// No exception runs longer, so that somebody looks at it again.
  public static let longest = Period.months(12)
}
