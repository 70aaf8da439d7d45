import Foundation
public import Primitives

/// A clock that a test sets.
///
/// `@unchecked Sendable`: the moment is guarded by the lock.
public final class SettableClock: @unchecked Sendable {
  private let lock = NSLock()
  private var moment: Instant

  public init(_ moment: Instant) { self.moment = moment }

  public func set(_ moment: Instant) { lock.withLock { self.moment = moment } }

  /// What it says.
  public var now: Instant { lock.withLock { moment } }

  public func advance(by span: Duration) { lock.withLock { moment = moment.advanced(by: span) } }

  /// Surroundings with this clock and the system's randomness.
  public var surroundings: Surroundings {
    Surroundings(now: { self.now }, randomWord: Surroundings.system.randomWord)
  }
}
