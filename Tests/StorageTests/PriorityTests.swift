import Dispatch
import Storage
import Synchronization
import TestKit
import Testing

@Suite struct `A transaction that others wait for` {
  @Test func `goes before those that wait on PostgreSQL, also where no more may wait`() async throws {
    let limits = Database.Limits(waitingWrites: 3, connections: 1)
    try await TestDatabase.with(.postgreSQL, limits: limits) { database in
      let events = Events()
      let gate = DispatchSemaphore(value: 0)
      // Holds the only connection until the others are in the queue.
      let holder = events.ask { try await database.write { _ in gate.wait() } }
      try await events.waitForAsked(1)
      let ordinary = (1...3).map { number in
        events.ask { try await database.write { _ in events.ran("ordinary \(number)") } }
      }
      try await events.waitForAsked(4)
      await #expect(throws: StorageError.overloaded(waiting: 3)) { try await database.write { _ in } }
      let first = events.ask { try await database.read(priority: .first) { _ in events.ran("first") } }
      try await events.waitForAsked(5)
      gate.signal()

      for task in [holder, first] + ordinary { try await task.value }
      #expect(events.order.first == "first")
      #expect(events.order.count == 4)
    }
  }

  /// Who has asked, and who ran in which order.
  private final class Events: Sendable {
    private let state = Mutex((asked: 0, order: [String]()))
    var order: [String] { state.withLock { $0.order } }

    func ask(_ work: @escaping @Sendable () async throws -> Void) -> Task<Void, any Error> {
      Task {
        state.withLock { $0.asked += 1 }
        try await work()
      }
    }

    func ran(_ name: String) { state.withLock { $0.order.append(name) } }

    /// Waits until so many have asked; from there to the queue it is a few instructions.
    func waitForAsked(_ count: Int) async throws {
      while state.withLock({ $0.asked }) < count { try await Task.sleep(for: .milliseconds(5)) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
