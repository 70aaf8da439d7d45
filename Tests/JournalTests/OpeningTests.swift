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
  static func restored(_ body: (TestLedger) async throws -> Void) async throws {
    try await TemporaryDirectory.with { directory in
      let path = directory.file("ledger.sqlite")
      var database = try await Database.open(.sqlite(path: path))
      let ledger = try await TestLedger(in: database, directory: directory)
      try await ledger.sequence()
      await database.close()
      try FileBytes.copy(path, to: path + ".backup")
      database = try await Database.open(.sqlite(path: path))
      let mark = try HighWaterMark(path: ledger.markPath)
      let journal = try await Journal.open(in: database, trusting: ledger.keyring.policy, mark: mark)
      for number in 0..<5 { try await journal.append(TestLedger.draft(number)) }
      let sequencer = Sequencer(journal: journal, keyring: ledger.keyring, mark: mark, logger: TestLedger.quiet)
      _ = try await sequencer.runOnce()
      await sequencer.stop()
      await database.close()
      try FileBytes.copy(path + ".backup", to: path)
      database = try await Database.open(.sqlite(path: path))
      try await body(TestLedger(reopened: ledger, in: database))
      await database.close()
    }
  }

  /// Nine entries are published by a process that does not have this machine's mark.
  static func growUnaware(_ ledger: TestLedger) async throws {
    let unaware = Sequencer(
      journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: ledger.directory.file("no.mark")),
      logger: TestLedger.quiet)
    for number in 0..<9 { try await ledger.journal.append(TestLedger.draft(number + 50)) }
    _ = try await unaware.runOnce()
    await unaware.stop()
  }

  @Test func `is noticed before anything is signed`() async throws {
    try await Self.restored { ledger in
      await #expect(throws: JournalError.rolledBack(stored: 1, published: 6)) { try await ledger.reopen() }
    }
  }

  @Test func `is noticed by a sequencer that was running`() async throws {
    try await Self.restored { ledger in
      // As if the database had been exchanged under a running server: nothing checked it at opening.
      for number in 0..<3 { try await ledger.journal.append(TestLedger.draft(number)) }
      let sequencer = try ledger.sequencer()
      await #expect(throws: JournalError.rolledBack(stored: 1, published: 6)) { try await sequencer.run() }
      let size = try await ledger.journal.publishedSize()
      #expect(size == 1)
    }
  }

  @Test func `that has grown past the mark with other entries is a fork`() async throws {
    try await Self.restored { ledger in
      // Whoever restored it had no mark either, and published as many entries as before, and more.
      try await Self.growUnaware(ledger)
      await #expect(throws: JournalError.forked(size: 6, where: ledger.markPath)) { try await ledger.reopen() }
    }
  }

  @Test func `whose fork another process left unpublished is not published either`() async throws {
    try await Self.restored { ledger in
      try await Self.growUnaware(ledger)
      // As if that process had died between storing its head and publishing it.
      try await ledger.database.write { _ = try $0.execute("UPDATE journal_ledger SET published_size = 1") }
      let before = try FileBytes.read(ledger.markPath)
      let sequencer = try ledger.sequencer()
      await #expect(throws: JournalError.forked(size: 6, where: "this machine")) { try await sequencer.run() }
      #expect(try FileBytes.read(ledger.markPath) == before)
    }
  }
}
