public import Primitives

/// More than a member's role gives, for a short while and for a reason: announced to everybody, ended by itself, and
/// reviewed by somebody else ("break-glass").
public struct EmergencyAccess: Sendable {
  public let id: Identifier<EmergencyAccess>
  public let member: Identifier<Member>
  /// The member's name.
  public let name: String
  public let reason: String
  public let opened: Instant
  /// When it ends, or ended.
  public let ends: Instant
  /// What was done under it, and when last, in the order of the table of actions.
  public let uses: [(action: Action, last: Instant)]
  /// Nil until somebody has reviewed it.
  public let review: Review?

  /// What somebody else says of it.
  public struct Review: Sendable {
    /// By which the journal names whoever reviewed it.
    public let reviewer: String
    public let at: Instant
    public let isJustified: Bool
    public let statement: String
  }

  public func isOpen(at now: Instant) -> Bool { now < ends }

  /// What a session has while it is open.
  public struct Grant: Hashable, Sendable {
    public let id: Identifier<EmergencyAccess>
    public let actions: Set<Action>
    public let ends: Instant
  }

  /// The name under which rules of the gateway let in whoever has it.
  public static let role = "emergency"
  /// A reason or a statement has so many characters at least and at most.
  public static let words = 10...1_000
}
