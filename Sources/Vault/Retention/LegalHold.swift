public import Primitives

/// Data that must not be deleted for now, because of a dispute or an order.
public struct LegalHold: Hashable, Sendable {
  public let id: Identifier<LegalHold>
  public let subject: Identifier<Subject>
  public let reason: String
  /// Who set it, as the journal names them.
  public let author: String
  public let made: Instant
  /// Nil while it is in force.
  public let ended: Instant?
}
