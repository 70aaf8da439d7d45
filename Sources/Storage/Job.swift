import Foundation
import Synchronization

/// One caller's closure on its way through an engine's thread.
final class Job: Sendable {
  private struct State {
    var isCancelled = false
    var interrupt: (@Sendable () -> Void)?
    var completion: (@Sendable (Result<Void, any Error>) -> Void)?
  }

  let access: Access
  let priority: Priority
  /// Runs the caller's closure; may run several times.
  let body: @Sendable (WriteTransaction) throws -> Void
  private let state = Mutex(State())

  init(
    access: Access, priority: Priority = .ordinary, body: @escaping @Sendable (WriteTransaction) throws -> Void
  ) {
    self.access = access
    self.priority = priority
    self.body = body
  }

  /// Says what to do with the outcome; before the job is submitted.
  func whenDone(_ completion: @escaping @Sendable (Result<Void, any Error>) -> Void) {
    state.withLock { $0.completion = completion }
  }

  /// Hands the outcome to the caller; only the first one counts.
  func finish(_ result: Result<Void, any Error>) {
    let completion = state.withLock { state in
      defer { state.completion = nil }
      return state.completion
    }
    completion?(result)
  }

  /// Whether the caller no longer waits.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Called from any thread when the caller's task is cancelled.
  func cancel() {
    let isRunning = state.withLock { state in
      state.isCancelled = true
      return state.interrupt != nil
    }
    guard isRunning else { return }
    // Interrupting may wait for the network, so it has a thread of its own. It holds the lock meanwhile: the job cannot
    // end before it, and the interruption cannot hit whoever comes next on the same connection.
    Thread { [self] in state.withLock { $0.interrupt?() } }.start()
  }

  /// Runs `work`, during which `interrupt` is called from another thread if the caller cancels.
  func interruptible<Value>(by interrupt: @escaping @Sendable () -> Void, _ work: () throws -> Value) throws -> Value {
    try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      state.interrupt = interrupt
    }
    defer { state.withLock { $0.interrupt = nil } }
    return try work()
  }
}

/// Where a job's closure leaves its value: written on the engine's thread, read once the job is finished.
final class Outcome<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)

  var value: Value? {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }

  /// The value of a job that finished without an error.
  func take() throws -> Value {
    guard let value else { throw CancellationError() }
    return value
  }
}
