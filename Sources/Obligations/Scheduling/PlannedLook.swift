public import Primitives

/// A look on the schedule.
public struct PlannedLook: Hashable, Sendable {
  public let check: Code<CheckName>
  public let target: String
  /// When it is due.
  public let next: Instant
  /// Whether a node is at it.
  public let isUnderWay: Bool
}
