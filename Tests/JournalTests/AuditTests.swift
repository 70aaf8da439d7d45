import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@Suite struct `An audit` {
  /// A ledger with two full bundles, a tail and two levels of tiles, and the audit of it.
  static func with(_ backend: Backend, _ body: (TestLedger, LedgerAudit) async throws -> Void) async throws {
    try await TestLedger.with(backend) { ledger in
      try await ledger.database.write { transaction in
        try ledger.journal.append((0..<600).map { try TestLedger.draft($0) }, in: transaction)
      }
      try await ledger.sequence()
      let policy = ledger.keyring.policy
      try await body(ledger, LedgerAudit(of: ledger.journal.source(under: policy), under: policy))
    }
  }

  @Test(arguments: Backend.allCases, [StoredPlace.bundle, .tail, .tile])
  func `notices any byte that is changed in entries and tiles`(on backend: Backend, place: StoredPlace) async throws {
    var random = SeededGenerator(for: "an audit notices any byte, \(backend), \(place)")
    try await Self.with(backend) { ledger, audit in
      _ = try await audit.run()
      let rows = try await place.rows(in: ledger.database)
      for _ in 0..<40 {
        let (key, good) = rows[Int.random(in: 0..<rows.count, using: &random)]
        var bad = good
        bad[Int.random(in: 0..<bad.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try await place.write(bad, at: key, in: ledger.database)
        await #expect(throws: (any Error).self) { try await audit.run() }
        try await place.write(good, at: key, in: ledger.database)
      }
      _ = try await audit.run()
    }
  }

  @Test func `notices any byte that is changed in the checkpoint or its signature`() async throws {
    try await Self.with(.sqlite) { ledger, audit in
      let good = try await ledger.journal.publishedCheckpoint().bytes
      for position in good.indices {
        var bad = good
        bad[position] ^= 0x01
        let text = String(decoding: bad, as: UTF8.self)
        try await ledger.database.write {
          _ = try $0.execute("UPDATE journal_ledger SET published_note = $1", [.text(text)])
        }
        await #expect(throws: (any Error).self, "byte \(position)") { try await audit.run() }
      }
    }
  }

  @Test func `compares with an earlier one`() async throws {
    try await Self.with(.sqlite) { ledger, audit in
      let first = try await audit.run().checkpoint.checkpoint
      for number in 0..<300 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      _ = try await audit.run(continuing: first)
      _ = try await audit.run(continuing: Checkpoint(origin: first.origin, size: 0, root: .emptyTree))
      let other = Checkpoint(origin: first.origin, size: first.size, root: .leaf([1]))
      await #expect(throws: TransparencyLogError.self) { try await audit.run(continuing: other) }
      let larger = Checkpoint(origin: first.origin, size: 5_000, root: .leaf([1]))
      await #expect(throws: TransparencyLogError.self) { try await audit.run(continuing: larger) }
      let foreign = Checkpoint(origin: "other.example", size: first.size, root: first.root)
      await #expect(throws: TransparencyLogError.self) { try await audit.run(continuing: foreign) }
    }
  }
}
