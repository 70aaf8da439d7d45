import Synchronization

/// Says when a statement has run for too long or its caller has gone.
final class Stopwatch: Sendable {
  let limit: Duration
  private let deadline = Atomic<UInt64>(.max)
  private let stopped = Atomic<Bool>(false)
  private let elapsed = Atomic<Bool>(false)

  init(limit: Duration) { self.limit = limit }

  /// Begins the time of a statement.
  func start() {
    let (seconds, attoseconds) = limit.components
    let span = UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
    deadline.store(Self.now &+ span, ordering: .relaxed)
    elapsed.store(false, ordering: .relaxed)
  }

  /// From any thread: the caller has gone.
  func stop() { stopped.store(true, ordering: .relaxed) }

  /// For the next caller on the same connection; no time is taken until ``start()``.
  func reset() {
    deadline.store(.max, ordering: .relaxed)
    stopped.store(false, ordering: .relaxed)
    elapsed.store(false, ordering: .relaxed)
  }

  /// Whether the running statement is to end; asked on the statement's own thread.
  var isOver: Bool {
    if stopped.load(ordering: .relaxed) { return true }
    guard Self.now > deadline.load(ordering: .relaxed) else { return false }
    elapsed.store(true, ordering: .relaxed)
    return true
  }

  /// Whether the last statement was ended by its time limit.
  var hasElapsed: Bool { elapsed.load(ordering: .relaxed) }

  private static var now: UInt64 {
    UInt64(clamping: ContinuousClock.now.nanosecondsOfClock)
  }
}

extension ContinuousClock.Instant {
  /// Nanoseconds since an arbitrary moment that stays the same while the process lives.
  fileprivate var nanosecondsOfClock: Int64 {
    let (seconds, attoseconds) = (self - ContinuousClock.Instant.origin).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  private static let origin = ContinuousClock.now
}
