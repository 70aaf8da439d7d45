import Journal
import Storage
import TestKit

/// A ledger with a running sequencer, and callers who append to it.
struct JournalLoad: Sendable {
  let ledger: TestLedger
  /// The same ledger over connections of its own: whoever looks does not wait behind those who append.
  let observed: Journal

  /// Makes a ledger in an empty database, with a sequencer as a server runs it, and calls `body`.
  /// - Throws: what `body` throws, or the sequencer's error if it ended before its time.
  static func with(
    _ location: DatabaseLocation, connections: Int, in directory: String, _ body: (JournalLoad) async throws -> Void
  ) async throws {
    let database = try await Database.open(location, limits: Database.Limits(connections: connections))
    // On the disk that is measured: a mark is flushed with each checkpoint.
    let files = try TemporaryDirectory(at: "\(directory)/files")
    defer { files.remove() }
    let ledger = try await TestLedger(in: database, directory: files)
    let sequencer = Sequencer(
      journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: ledger.markPath),
      logger: TestLedger.quiet)
    let sequencing = Task { try await sequencer.run() }
    do {
      let observing = try await Database.open(location)
      do {
        try await body(JournalLoad(ledger: ledger, observed: TestLedger(reopened: ledger, in: observing).journal))
      } catch {
        await observing.close()
        throw error
      }
      await observing.close()
    } catch {
      sequencing.cancel()
      await database.close()
      throw error
    }
    sequencing.cancel()
    try await sequencing.value
    await database.close()
  }

  /// Appends from many tasks, each waiting for its acknowledgement before the next.
  /// - Returns: how many were acknowledged.
  func append(callers: Int, until deadline: ContinuousClock.Instant) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for caller in 0..<callers {
        group.addTask {
          var appended = 0
          while ContinuousClock.now < deadline {
            try await ledger.journal.append(TestLedger.draft(caller))
            appended += 1
          }
          return appended
        }
      }
      return try await group.reduce(0, +)
    }
  }

  /// How many of so many appended entries are not published.
  func waiting(of appended: Int) async throws -> Int {
    // The first entry says that the ledger was made.
    max(0, appended + 1 - Int(try await observed.publishedSize()))
  }
}
