import Journal
import Synchronization
import TestKit

/// Watches when entries come under a published checkpoint. One watcher asks the database for the size; those who wait look
/// for their entry only when it has grown, so that looking is no load of its own.
final class PublicationWatch: Sendable {
  private struct State {
    var waits: [Double] = []
    var intervals: [Double] = []
    var publications = 0
    var last = ContinuousClock.now
  }

  /// What is measured is too long by this much at most.
  private static let pause: Duration = .milliseconds(5)

  private let load: JournalLoad
  private let state = Mutex(State())

  init(_ load: JournalLoad) { self.load = load }

  /// Seconds from the call of an append until its entry was published, and between two publications; both sorted.
  func measure(
    samplers: Int, until deadline: ContinuousClock.Instant
  ) async throws -> (waits: [Double], intervals: [Double]) {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.watch() }
      try await withThrowingTaskGroup(of: Void.self) { samples in
        for _ in 0..<samplers { samples.addTask { try await self.sample(until: deadline) } }
        try await samples.waitForAll()
      }
      group.cancelAll()
    }
    return state.withLock { ($0.waits.sorted(), $0.intervals.sorted()) }
  }

  private func watch() async throws {
    var size = try await load.observed.publishedSize()
    while !Task.isCancelled {
      let found = try await load.observed.publishedSize()
      if found > size {
        size = found
        state.withLock { state in
          let now = ContinuousClock.now
          // The time before the first publication is no interval.
          if state.publications > 0 { state.intervals.append((now - state.last).inSeconds) }
          state.publications += 1
          state.last = now
        }
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  /// Appends one entry after the other, each when the last is published.
  private func sample(until deadline: ContinuousClock.Instant) async throws {
    while ContinuousClock.now < deadline {
      let start = ContinuousClock.now
      let id = try await load.ledger.journal.append(TestLedger.draft(0))
      var seen = -1
      repeat {
        try await Task.sleep(for: .milliseconds(1))
        guard ContinuousClock.now - start < .seconds(30) else {
          throw TestSetupError(description: "an entry was not published within 30 seconds: the sequencer is gone")
        }
        let publications = state.withLock { $0.publications }
        guard publications > seen else { continue }
        seen = publications
        guard try await load.observed.leaf(of: id) != nil else { continue }
        // A publication that came during the look counts, so the wait is never told too short.
        state.withLock { $0.waits.append((max($0.last, start) - start).inSeconds) }
        break
      } while true
    }
  }
}
