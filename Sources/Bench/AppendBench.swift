import Foundation
import Journal
import Storage
import Synchronization
import TestKit

/// Durable appends, each acknowledged to its own caller, while the sequencer publishes beside them.
struct AppendBench {
  let directory: String
  let seconds: Double

  func run(_ report: Report) async throws {
    for callers in [1, 8, 64, 256] {
      let name = "journal.append.durable.\(callers)"
      guard report.wants(name) else { continue }
      let rate = try await measure(callers: callers, in: .sqlite(path: "\(directory)/append-\(callers).sqlite"))
      let raw = report.value(of: callers == 1 ? "machine.sqlite.durable" : "machine.sqlite.batch")
      report.add(
        name, rate, "appends/s", atLeast: callers == 256 ? 50_000 : nil,
        peer: raw.map { "raw SQLite \(Int($0))/s" },
        durability: "SQLite WAL, synchronous=FULL, acknowledged after fsync")
    }
    guard report.wants("journal.append.postgresql") else { return }
    let cluster = try PostgreSQLCluster(in: directory)
    defer { cluster.remove() }
    for callers in [1, 64, 256] {
      try await cluster.run("CREATE DATABASE callers\(callers)")
      let rate = try await measure(
        callers: callers, in: .postgreSQL(url: cluster.url(database: "callers\(callers)")))
      report.add(
        "journal.append.postgresql.\(callers)", rate, "appends/s",
        durability: "PostgreSQL, fsync and synchronous_commit on")
    }
  }

  private func measure(callers: Int, in location: DatabaseLocation) async throws -> Double {
    let database = try await Database.open(location, limits: Database.Limits(connections: 16))
    let files = try TemporaryDirectory()
    defer { files.remove() }
    let ledger = try await TestLedger(in: database, directory: files)
    let sequencer = try ledger.sequencer(interval: .milliseconds(100))
    let sequencing = Task { try await sequencer.run() }
    let appended = Counter()
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = start + .seconds(seconds)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for caller in 0..<callers {
        group.addTask {
          while clock.now < deadline {
            try await ledger.journal.append(TestLedger.draft(caller))
            appended.increment()
          }
        }
      }
      try await group.waitForAll()
    }
    let rate = Double(appended.count) / (clock.now - start).inSeconds
    sequencing.cancel()
    try? await sequencing.value
    await database.close()
    return rate
  }
}

/// Counts from many tasks.
private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func increment() { value.add(1, ordering: .relaxed) }
  var count: Int { value.load(ordering: .relaxed) }
}
