import Storage
import TestKit

/// Durable appends, each acknowledged to its own caller, while the sequencer publishes beside them.
struct AppendBench {
  let directory: String
  let seconds: Double

  func run(_ report: Report) async throws {
    for callers in [1, 8, 64, 256] {
      let name = "journal.append.durable.\(callers)"
      guard report.wants(name) else { continue }
      let raw = report.value(of: callers == 1 ? "machine.sqlite.durable" : "machine.sqlite.batch")
      try await measure(
        name, callers: callers, in: .sqlite(path: "\(directory)/append-\(callers).sqlite"), report,
        atLeast: callers == 256 ? 50_000 : nil, peer: raw.map { "raw SQLite \(Int($0))/s" },
        durability: "SQLite WAL, synchronous=FULL, acknowledged after fsync")
    }
    guard report.wants("journal.append.postgresql") else { return }
    let cluster = try PostgreSQLCluster(in: directory)
    defer { cluster.remove() }
    for callers in [1, 64, 256] {
      try await cluster.run("CREATE DATABASE callers\(callers)")
      let location = DatabaseLocation.postgreSQL(url: cluster.url(database: "callers\(callers)"))
      let connections = min(callers, Self.connections)
      let raw = try await cluster.commitRate(connections: connections)
      try await measure(
        "journal.append.postgresql.\(callers)", callers: callers, in: location, report,
        peer: "pgbench, a row a commit on \(connections) connections \(Int(raw))/s",
        durability: "PostgreSQL, fsync and synchronous_commit on")
    }
  }

  private static let connections = 16

  /// One figure, and beside it how far publication was behind when the last append was acknowledged.
  private func measure(
    _ name: String, callers: Int, in location: DatabaseLocation, _ report: Report, atLeast: Double? = nil,
    peer: String? = nil, durability: String
  ) async throws {
    try await JournalLoad.with(location, connections: Self.connections, in: directory) { load in
      let clock = ContinuousClock()
      let start = clock.now
      let appended = try await load.append(callers: callers, until: start + .seconds(seconds))
      let rate = Double(appended) / (clock.now - start).inSeconds
      let waiting = try await load.waiting(of: appended)
      report.add(name, rate, "appends/s", atLeast: atLeast, peer: peer, durability: durability)
      // A sequencer that is dead or too slow leaves ever more behind; one in order, what a round takes.
      report.add(
        "\(name).unpublished", Double(waiting) / rate, "s", atMost: 1,
        durability: "\(waiting) of \(appended) entries, as seconds of appending")
    }
  }
}
