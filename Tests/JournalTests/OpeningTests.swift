import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@Suite struct `Opening a ledger` {
  /// A ledger with a partial bundle, two full ones and a level-1 tile.
  static func with(_ backend: Backend, _ body: (TestLedger) async throws -> Void) async throws {
    try await TestLedger.with(backend) { ledger in
      try await ledger.database.write { transaction in
        try ledger.journal.append((0..<700).map { try TestLedger.draft($0) }, in: transaction)
      }
      try await ledger.sequence()
      try await body(ledger)
    }
  }

  static func expectRefusal(_ ledger: TestLedger, _ comment: Comment, _ matches: (JournalError) -> Bool) async {
    do {
      _ = try await ledger.reopen()
      Issue.record(comment)
    } catch {
      #expect((error as? JournalError).map(matches) == true, "\(comment): \(error)")
    }
  }

  static func isDamage(_ error: JournalError) -> Bool { if case .damaged = error { true } else { false } }

  @Test(arguments: Backend.allCases) func `accepts what the sequencer wrote`(on backend: Backend) async throws {
    try await Self.with(backend) { ledger in
      let journal = try await ledger.reopen()
      let size = try await journal.publishedSize()
      #expect(size == 701)
    }
  }

  static let tampering: [StaticString] = [
    "UPDATE journal_ledger SET size = size - 1", "UPDATE journal_ledger SET size = size + 1",
    "UPDATE journal_ledger SET published_size = published_size + 1",
    "UPDATE journal_ledger SET note = published_note || 'x'",
    "UPDATE journal_ledger SET origin = 'other.example/ledger'",
    "UPDATE journal_ledger SET root = (SELECT substr(hashes, 1, 32) FROM journal_tile LIMIT 1)",
    "UPDATE journal_tile SET hashes = (SELECT hashes FROM journal_tile WHERE id = 0) WHERE id = 1",
    "UPDATE journal_tile SET hashes = (SELECT substr(hashes, 1, 64) FROM journal_tile WHERE id = 0) WHERE id = 36028797018963968",
    "DELETE FROM journal_tile WHERE id = 0", "DELETE FROM journal_tile WHERE id > 1000",
    "UPDATE journal_tail SET entry = (SELECT entry FROM journal_tail ORDER BY leaf LIMIT 1)",
    "DELETE FROM journal_tail WHERE leaf = (SELECT max(leaf) FROM journal_tail)",
  ]

  @Test(arguments: Backend.allCases, tampering.map(\.description))
  func `refuses what does not add up`(on backend: Backend, change: String) async throws {
    try await Self.with(backend) { ledger in
      let statement = try #require(Self.tampering.first { $0.description == change })
      let changed = try await ledger.database.write { try $0.execute(statement) }
      #expect(changed > 0)
      await Self.expectRefusal(ledger, "\(change) was not noticed", Self.isDamage)
    }
  }

  @Test func `refuses keys that did not sign it`() async throws {
    try await Self.with(.sqlite) { ledger in
      let stranger = try SigningKey(generatingFor: TestLedger.origin, kind: .ed25519)
      await #expect(throws: JournalError.self) {
        try await Journal.open(
          in: ledger.database, trusting: LogPolicy(trusting: [stranger.verifierKey]),
          mark: HighWaterMark(path: ledger.markPath))
      }
    }
  }

  @Test func `refuses a ledger without its mark`() async throws {
    try await Self.with(.sqlite) { ledger in
      try FileBytes.copy("/dev/null", to: ledger.markPath + ".gone")
      let elsewhere = try HighWaterMark(path: ledger.directory.file("elsewhere.mark"))
      await #expect(throws: JournalError.markMissing(path: elsewhere.path)) {
        try await Journal.open(in: ledger.database, trusting: ledger.keyring.policy, mark: elsewhere)
      }
    }
  }
}

@Suite struct `A restored backup` {
  /// The database is copied, more is published, and the copy is put back.
  static func restored(_ backend: Backend, _ body: (TestLedger) async throws -> Void) async throws {
    try await TestDatabase.withLocation(backend) { location in
      try await TemporaryDirectory.with { directory in
        var database = try await Database.open(location, limits: Database.Limits(connections: 4))
        let ledger = try await TestLedger(in: database, directory: directory)
        try await ledger.sequence()
        await database.close()
        try await TestDatabase.backUp(location)
        database = try await Database.open(location, limits: Database.Limits(connections: 4))
        let mark = try HighWaterMark(path: ledger.markPath)
        let journal = try await Journal.open(in: database, trusting: ledger.keyring.policy, mark: mark)
        for number in 0..<5 { try await journal.append(TestLedger.draft(number)) }
        let sequencer = Sequencer(journal: journal, keyring: ledger.keyring, mark: mark, logger: TestLedger.quiet)
        _ = try await sequencer.runOnce()
        await sequencer.stop()
        await database.close()
        try await TestDatabase.restore(location)
        database = try await Database.open(location, limits: Database.Limits(connections: 4))
        do {
          try await body(TestLedger(reopened: ledger, in: database))
          await database.close()
        } catch {
          await database.close()
          throw error
        }
      }
    }
  }

  /// Entries are published by a process that does not have this machine's mark.
  static func growUnaware(_ ledger: TestLedger, by count: Int) async throws {
    let unaware = Sequencer(
      journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: ledger.directory.file("no.mark")),
      logger: TestLedger.quiet)
    for number in 0..<count { try await ledger.journal.append(TestLedger.draft(number + 50)) }
    _ = try await unaware.runOnce()
    await unaware.stop()
  }

  @Test(arguments: Backend.allCases) func `is noticed before anything is signed`(on backend: Backend) async throws {
    try await Self.restored(backend) { ledger in
      await #expect(throws: JournalError.rolledBack(stored: 1, published: 6)) { try await ledger.reopen() }
    }
  }

  @Test(arguments: Backend.allCases) func `is noticed by a sequencer that was running`(on backend: Backend) async throws
  {
    try await Self.restored(backend) { ledger in
      // As if the database had been exchanged under a running server: nothing checked it at opening.
      for number in 0..<3 { try await ledger.journal.append(TestLedger.draft(number)) }
      let sequencer = try ledger.sequencer()
      await #expect(throws: JournalError.rolledBack(stored: 1, published: 6)) { try await sequencer.run() }
      let size = try await ledger.journal.publishedSize()
      #expect(size == 1)
    }
  }

  @Test(arguments: Backend.allCases) func `that has grown past the mark with other entries is a fork`(
    on backend: Backend
  ) async throws {
    try await Self.restored(backend) { ledger in
      // Whoever restored it had no mark either, and published as many entries as before, and more.
      try await Self.growUnaware(ledger, by: 9)
      await #expect(throws: JournalError.forked(size: 6, where: ledger.markPath)) { try await ledger.reopen() }
    }
  }

  /// A node that only follows, because another one holds the lease, compares what is published with what it has seen.
  @Test(arguments: Backend.allCases, [0, 5, 9]) func `is noticed by a node that does not sequence`(
    on backend: Backend, others: Int
  ) async throws {
    try await Self.restored(backend) { ledger in
      if others > 0 { try await Self.growUnaware(ledger, by: others) }
      let lease = try #require(try await ledger.database.lease("sequencer"))
      let follower = try ledger.sequencer()
      let expected =
        others == 0 ? JournalError.rolledBack(stored: 1, published: 6) : .forked(size: 6, where: "this node")
      await #expect(throws: expected, "\(others) other entries") {
        try await Self.run(follower, for: .seconds(20))
      }
      await lease.release()
    }
  }

  /// Runs a sequencer until it ends by itself, or for so long.
  static func run(_ sequencer: Sequencer, for limit: Duration) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sequencer.run() }
      group.addTask { try await Task.sleep(for: limit) }
      try await group.next()
      group.cancelAll()
    }
  }

  @Test(arguments: Backend.allCases) func `whose fork another process left unpublished is not published either`(
    on backend: Backend
  ) async throws {
    try await Self.restored(backend) { ledger in
      try await Self.growUnaware(ledger, by: 9)
      // As if that process had died between storing its head and publishing it.
      try await ledger.database.write { _ = try $0.execute("UPDATE journal_ledger SET published_size = 1") }
      let before = try FileBytes.read(ledger.markPath)
      let sequencer = try ledger.sequencer()
      await #expect(throws: JournalError.forked(size: 6, where: "this machine")) { try await sequencer.run() }
      #expect(try FileBytes.read(ledger.markPath) == before)
    }
  }
}

@Suite struct `An old mark` {
  /// The mark of a node that was down while another one published five entries more.
  static func with(_ body: (TestLedger, HighWaterMark) async throws -> Void) async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.sequence()
      let old = ledger.directory.file("old.mark")
      try FileBytes.copy(ledger.markPath, to: old)
      for number in 0..<5 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      let mark = try HighWaterMark(path: old)
      #expect(mark.checkpoint?.size == 1)
      try await body(ledger, mark)
    }
  }

  static func sequencer(_ ledger: TestLedger, _ mark: HighWaterMark) -> Sequencer {
    Sequencer(
      journal: ledger.journal, keyring: ledger.keyring, mark: mark,
      configuration: Sequencer.Configuration(interval: .milliseconds(10)), logger: TestLedger.quiet)
  }

  @Test func `is brought up to date by whoever takes the sequencing over, also when nothing waits`() async throws {
    try await Self.with { ledger, mark in
      let sequencer = Self.sequencer(ledger, mark)
      _ = try await sequencer.runOnce()
      await sequencer.stop()
      #expect(try HighWaterMark(path: mark.path).checkpoint?.size == 6)
    }
  }

  @Test func `is brought up to date by a node that follows`() async throws {
    try await Self.with { ledger, mark in
      let lease = try #require(try await ledger.database.lease("sequencer"))
      let running = Task { try await Self.sequencer(ledger, mark).run() }
      for _ in 0..<1_000 where try HighWaterMark(path: mark.path).checkpoint?.size != 6 {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(try HighWaterMark(path: mark.path).checkpoint?.size == 6)
      running.cancel()
      try await running.value
      await lease.release()
    }
  }

  /// A node wrote its mark and ended before it published; another one has not yet finished that round.
  @Test func `that is ahead of what is published, but not of what is stored, is no roll-back`() async throws {
    try await Self.with { ledger, _ in
      try await ledger.database.write { _ = try $0.execute("UPDATE journal_ledger SET published_size = 5") }
      let lease = try #require(try await ledger.database.lease("sequencer"))
      let follower = Self.sequencer(ledger, try HighWaterMark(path: ledger.markPath))
      try await `A restored backup`.run(follower, for: .milliseconds(200))
      await lease.release()
    }
  }
}

@Suite struct `A mark that cannot be written` {
  /// A ledger whose mark is in a directory of its own, which is not there yet.
  static func with(_ backend: Backend, _ body: (TestLedger, Sequencer, String) async throws -> Void) async throws {
    try await TestLedger.with(backend) { ledger in
      let directory = ledger.directory.file("marks")
      let sequencer = Sequencer(
        journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: "\(directory)/ledger.mark"),
        configuration: Sequencer.Configuration(interval: .milliseconds(20), takeover: .milliseconds(20)),
        logger: TestLedger.quiet)
      try await body(ledger, sequencer, directory)
    }
  }

  @Test(arguments: Backend.allCases) func `lets nothing be published, and loses nothing`(on backend: Backend)
    async throws
  {
    try await Self.with(backend) { ledger, sequencer, directory in
      do {
        _ = try await sequencer.runOnce()
        Issue.record("published without a mark")
      } catch JournalError.unusableFile(let path, _) {
        #expect(path == "\(directory)/ledger.mark")
      }
      let id = try await ledger.journal.append(TestLedger.draft(1))
      let hidden = try await ledger.journal.publishedSize()
      #expect(hidden == 0)
      // A running sequencer tries again by itself until the file can be written.
      let running = Task { try await sequencer.run() }
      try await Task.sleep(for: .milliseconds(200))
      let still = try await ledger.journal.publishedSize()
      #expect(still == 0)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let leaf = try await ledger.journal.waitForPublication(of: id, limit: .seconds(60))
      #expect(leaf.index == 1)
      running.cancel()
      try await running.value
      let marked = try HighWaterMark(path: "\(directory)/ledger.mark").checkpoint
      #expect(marked?.size == 2)
    }
  }

  @Test(.enabled("this process may not mount a small file system") { await SmallDisk.isAvailable() })
  func `because its disk is full keeps the old one whole, and leaves nothing behind`() async throws {
    try await SmallDisk.with(megabytes: 1) { disk in
      try await TestLedger.with(.sqlite) { ledger in
        let path = "\(disk.path)/ledger.mark"
        let sequencer = Sequencer(
          journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: path),
          logger: TestLedger.quiet)
        _ = try await sequencer.runOnce()
        let old = try FileBytes.read(path)
        #expect(throws: (any Error).self) {
          try FileBytes.write([UInt8](repeating: 1, count: 2 << 20), to: "\(disk.path)/filler")
        }
        try await ledger.journal.append(TestLedger.draft(1))
        for _ in 0..<3 {
          await #expect(throws: JournalError.self) { try await sequencer.runOnce() }
        }
        #expect(try FileBytes.read(path) == old)
        let names = try FileManager.default.contentsOfDirectory(atPath: disk.path)
        #expect(Set(names) == ["ledger.mark", "filler"])
        try FileManager.default.removeItem(atPath: "\(disk.path)/filler")
        _ = try await sequencer.runOnce()
        await sequencer.stop()
        let published = try await ledger.journal.publishedSize()
        #expect(published == 2)
      }
    }
  }
}
