import Storage
import TestKit

/// How often checkpoints come, and how long it takes from an append to its publication, while others append as fast as
/// they can.
struct PublishBench {
  let directory: String
  let seconds: Double

  /// So many append one entry after the other beside the load, and wait for the publication of each.
  private static let samplers = 8
  private static let callers = 64

  func run(_ report: Report) async throws {
    if report.wants("journal.publish") {
      try await measure("journal.publish", .sqlite(path: "\(directory)/publish.sqlite"), report)
    }
    guard report.wants("journal.publish.postgresql") else { return }
    let cluster = try PostgreSQLCluster(in: directory)
    defer { cluster.remove() }
    try await measure("journal.publish.postgresql", .postgreSQL(url: cluster.url()), report)
  }

  private func measure(_ name: String, _ location: DatabaseLocation, _ report: Report) async throws {
    try await JournalLoad.with(location, connections: 16, in: directory) { load in
      let start = ContinuousClock.now
      let deadline = start + .seconds(seconds)
      async let appended = load.append(callers: Self.callers, until: deadline)
      let (times, intervals) = try await PublicationWatch(load).measure(samplers: Self.samplers, until: deadline)
      let rate = try await Double(appended) / seconds
      let (median, worst) = (times[times.count / 2] * 1e3, (times.last ?? 0) * 1e3)
      report.add(
        name + ".interval.p99", intervals[intervals.count * 99 / 100] * 1e3, "ms", atMost: 200,
        durability: "between two publications; median \(Int(intervals[intervals.count / 2] * 1e3)) ms")
      report.add(
        name + ".p99", times[times.count * 99 / 100] * 1e3, "ms",
        durability: "from the call, fsync; \(Self.callers) callers append \(Int(rate))/s beside; "
          + "\(times.count) samples, median \(Int(median)) ms, worst \(Int(worst)) ms")
    }
  }
}
