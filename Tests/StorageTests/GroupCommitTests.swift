import Dispatch
import Primitives
import Storage
import Synchronization
import TestKit
import Testing

/// SQLite gives up a whole transaction when a statement that writes is interrupted. The callers who shared it were not
/// answered yet, so they are run again.
@Suite struct `Callers who share a commit` {
  static let plan = MigrationPlan(
    room: "test",
    [
      Migration(
        "CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL) STRICT",
        "CREATE TABLE row_of_caller (caller INTEGER NOT NULL) STRICT",
        "CREATE TABLE endless (x INTEGER NOT NULL) STRICT")
    ])

  static let endless: StaticString =
    "INSERT INTO endless (x) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"

  /// Counts who has asked to write, and how often closures ran, also those whose transaction was given up.
  final class Runs: Sendable {
    private let counts = Mutex((asked: 0, quick: 0, beforeEndless: [Int]()))
    func asked() { counts.withLock { $0.asked += 1 } }
    func quick() { counts.withLock { $0.quick += 1 } }
    func endless() { counts.withLock { $0.beforeEndless.append($0.quick) } }
    var result: (asked: Int, quick: Int, beforeEndless: [Int]) { counts.withLock { $0 } }

    /// Waits until so many have asked; from there to the queue it is a few instructions.
    func waitForAsked(_ count: Int) async throws {
      while result.asked < count { try await Task.sleep(for: .milliseconds(5)) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  static func quickWriter(_ caller: Int, _ database: Database, _ runs: Runs) -> Task<Void, any Error> {
    Task {
      runs.asked()
      try await database.write { transaction in
        runs.quick()
        try transaction.execute("UPDATE counter SET value = value + 1 WHERE id = 1")
        try transaction.execute("INSERT INTO row_of_caller (caller) VALUES ($1)", [.integer(caller)])
      }
    }
  }

  @Test func `with one that does not end each commit exactly once`() async throws {
    let limits = Database.Limits(statementTime: .milliseconds(300), connections: 2)
    try await TestDatabase.with(.sqlite, limits: limits) { database in
      try await database.migrate([Self.plan], at: Instant(seconds: 0))
      try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (1, 0)") }
      let runs = Runs()
      // Holds the writer's thread until all wait, so that they share one transaction.
      let gate = DispatchSemaphore(value: 0)
      let holder = Task {
        try await database.write { _ in
          runs.asked()
          gate.wait()
        }
      }
      try await runs.waitForAsked(1)
      var writers = (0..<10).map { Self.quickWriter($0, database, runs) }
      try await runs.waitForAsked(11)
      let endless = Task {
        runs.asked()
        try await database.write { transaction in
          runs.endless()
          try transaction.execute("INSERT INTO row_of_caller (caller) VALUES (-1)")
          try transaction.execute(Self.endless)
        }
      }
      try await runs.waitForAsked(12)
      writers += (10..<20).map { Self.quickWriter($0, database, runs) }
      try await runs.waitForAsked(22)
      gate.signal()

      try await holder.value
      await #expect(throws: StorageError.timeLimitExceeded(.milliseconds(300))) { try await endless.value }
      for writer in writers { try await writer.value }
      let callers = try await database.read {
        try $0.query("SELECT caller FROM row_of_caller ORDER BY caller") { try $0.integer(0) }
      }
      #expect(callers == Array(0..<20))
      let counted = try await database.read { try $0.first("SELECT value FROM counter") { try $0.integer(0) } }
      #expect(counted == 20)
      let kept = try await database.read { try $0.first("SELECT count(*) FROM endless") { try $0.integer(0) } }
      #expect(kept == 0)
      // The endless one ran once; those that ran before it in the same transaction ran twice, the others once.
      let result = runs.result
      let before = try #require(result.beforeEndless.first)
      #expect(result.beforeEndless.count == 1)
      #expect(before > 0, "nobody shared the transaction with the endless one")
      #expect(result.quick == 20 + before)
    }
  }
}
