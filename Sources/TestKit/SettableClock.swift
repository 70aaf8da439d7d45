public import Primitives
import Synchronization

/// A clock that a test sets.
public final class SettableClock: Sendable {
  private let moment: Mutex<Instant>

  public init(_ moment: Instant) { self.moment = Mutex(moment) }

  public func set(_ moment: Instant) { self.moment.withLock { $0 = moment } }

  /// What it says.
  public var now: Instant { moment.withLock { $0 } }

  public func advance(by span: Duration) { moment.withLock { $0 = $0.advanced(by: span) } }

  /// Surroundings with this clock and the system's randomness.
  public var surroundings: Surroundings {
    Surroundings(now: { self.now }, random: Surroundings.system.random)
  }
}
