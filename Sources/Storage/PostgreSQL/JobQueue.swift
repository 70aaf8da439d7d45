import Dispatch
import Synchronization

/// Jobs on their way to threads that wait for them.
final class JobQueue: Sendable {
  private struct State {
    /// Taken before the others; few.
    var first: [Job] = []
    var jobs: [Job] = []
    /// Jobs before this position have been taken.
    var head = 0
    var isClosed = false
  }

  private let limit: Int
  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)

  init(limit: Int) { self.limit = limit }

  /// Queues a job, or finishes it with an error when too many wait or the queue is closed.
  func add(_ job: Job) {
    let refusal: StorageError? = state.withLock { state in
      if state.isClosed { return .connectionLost(reason: "the database is closed") }
      switch job.priority {
      case .first: state.first.append(job)
      case .ordinary:
        if state.jobs.count - state.head >= limit { return .overloaded(waiting: limit) }
        state.jobs.append(job)
      }
      return nil
    }
    if let refusal { job.finish(.failure(refusal)) } else { available.signal() }
  }

  /// Waits for a job; nil when the queue is closed and empty. Blocks: only for the engine's own threads.
  func next() -> Job? {
    available.wait()
    return state.withLock { state in
      if !state.first.isEmpty { return state.first.removeFirst() }
      guard state.head < state.jobs.count else { return nil }
      let job = state.jobs[state.head]
      state.head += 1
      if state.head > 1_024, state.head * 2 > state.jobs.count {
        state.jobs.removeFirst(state.head)
        state.head = 0
      }
      return job
    }
  }

  /// Takes no more jobs and, once the queued ones are taken, sends `waiters` threads away.
  func close(waiters: Int) {
    state.withLock { $0.isClosed = true }
    for _ in 0..<waiters { available.signal() }
  }
}
