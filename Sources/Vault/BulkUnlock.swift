public import Primitives

/// Leave to read many records at once, asked for by one and given by another, for a while.
public struct BulkUnlock: Hashable, Sendable {
  public let id: Identifier<BulkUnlock>
  public let purpose: String
  public let reason: String
  /// As the journal names them.
  public let askedBy: String
  public let asked: Instant
  /// Nil while nobody has approved it.
  public let approvedBy: String?
  public let ends: Instant?
  /// How many records were read under it.
  public let records: Int64

  public func isOpen(at now: Instant) -> Bool { ends.map { now < $0 } ?? false }

  /// It lasts no longer, and waits for approval no longer.
  public static let longest: Duration = .seconds(4 * 3_600)
  public static let patience: Duration = .seconds(86_400)
}
