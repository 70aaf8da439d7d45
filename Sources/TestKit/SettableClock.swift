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

  /// Surroundings with this clock and the system's randomness.
  public var surroundings: Surroundings {
    Surroundings(now: { self.lock.withLock { self.moment } }, randomWord: Surroundings.system.randomWord)
  }
}
