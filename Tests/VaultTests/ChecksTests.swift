import Foundation
import Journal
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `The vault's checks` {
  private static func verdict<C: Check>(_ check: C, _ test: TestVault) async throws -> Verdict {
    let context = CheckContext(surroundings: test.clock.surroundings)
    return check.judge(try await check.look(at: SelfChecks.target, in: context), at: test.clock.now)
  }

  private static func outcome<C: Check>(_ check: C, _ test: TestVault) async throws -> Outcome {
    do {
      return try await verdict(check, test).outcome
    } catch is NothingHeld {
      return .couldNotCheck
    }
  }

  private static func codes<C: Check>(_ check: C, _ test: TestVault) async throws -> [String] {
    try await verdict(check, test).findings.map { "\($0.code)" }
  }

  @Test func `say nothing of an empty vault`() async throws {
    try await TestVault.with { test in
      for check in test.vault.checks(files: [test.ledger.markPath]) {
        // The key that the map's indexes needed is there, and is all there is to look at.
        if check.code == "vault.keys" { continue }
        let outcome = try await Self.outcome(check, test)
        #expect(outcome == .couldNotCheck, "\(check.code): \(outcome)")
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `open a sample, and find a record that was changed or exchanged`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      try await test.add(0..<60)
      let good = try await Self.verdict(RecordsOpen(vault: test.vault), test)
      #expect(good.outcome == .satisfied && good.summary.contains("of 120 records"), "\(good.summary)")
      try await test.ledger.database.write {
        try $0.execute("UPDATE vault_record SET version = version + 1 WHERE collection = 'orders'")
      }
      let bad = try await Self.verdict(RecordsOpen(vault: test.vault), test)
      #expect(bad.outcome == .notSatisfied && bad.findings.map(\.place) == ["orders"])
    }
  }

  @Test func `find a value that lies readable in the database's own file`() async throws {
    try await TemporaryDirectory.with { directory in
      let (path, clock) = (directory.file("surety.sqlite"), SettableClock(TestVault.start))
      let database = try await Database.open(.sqlite(path: path))
      let ledger = try await TestLedger(in: database, directory: directory, surroundings: clock.surroundings)
      try await database.migrate([VaultMigrations.plan], at: clock.now)
      let test = try await TestVault.make(over: ledger, clock)
      _ = try await test.vault.adopt(test.map(TestVault.exampleMap()), by: .operator)
      let receipts = try await test.add(0..<30)
      let check = NothingReadable(vault: test.vault, files: [path, "\(path)-wal"])
      #expect(try await Self.verdict(check, test).outcome == .satisfied)
      // Somebody writes an address where it does not belong.
      let subject = try #require(receipts.first?.subject)
      for first in stride(from: 0, to: 30, by: 10) {
        let reason = (first..<first + 10).map { "customer\($0)@Example.com called" }.joined(separator: "; ")
        _ = try await test.vault.hold(subject, reason: reason, by: .operator)
      }
      #expect(try await Self.codes(check, test).contains("vault-value-readable"))
      await database.close()
    }
  }

  @Test func `find old keys, keys that were left, and a rotation that stands still`() async throws {
    try await TestVault.with { test in
      try await test.add(0..<10)
      let check = KeysKept(vault: test.vault)
      #expect(try await Self.codes(check, test) == [])
      test.clock.advance(by: .seconds(366 * 86_400))
      #expect(try await Self.codes(check, test) == ["vault-key-old"])
      let job = try await test.vault.beginRotation(by: .operator)
      try await test.vault.set(job.id, running: false, by: .operator)
      #expect(try await Self.codes(check, test) == [])
      test.clock.advance(by: .seconds(7 * 3_600))
      #expect(try await Self.codes(check, test) == ["vault-rotation-stalled"])
      try await test.vault.set(job.id, running: true, by: .operator)
      #expect(try await test.vault.workUntilDone())
      #expect(try await Self.codes(check, test) == [])
    }
  }

  @Test func `count what was refused since yesterday, and each access with its purpose`() async throws {
    try await TestVault.with { test in
      let receipts = try await test.add(0..<3)
      let subject = try #require(receipts.first?.subject)
      _ = try await test.vault.read(subject, by: test.caller())
      await #expect(throws: VaultError.self) { try await test.vault.read(subject, by: test.caller("nonsense")) }
      await #expect(throws: VaultError.self) {
        try await test.vault.add(
          [[NewRecord(collection: "profile", fields: ["email": "a@example.com", "shoe_size": "41"])]], by: test.caller()
        )
      }
      await #expect(throws: VaultError.self) {
        try await test.vault.add(
          [[NewRecord(collection: "profile", fields: ["email": "a@example.com", "city": "4111 1111 1111 1111"])]],
          by: test.caller())
      }
      try await test.ledger.sequence()
      let accesses = try await Self.verdict(AccessesRecorded(vault: test.vault), test)
      #expect(accesses.outcome == .satisfied && accesses.summary.contains("1 were refused"), "\(accesses.summary)")
      let declared = try await Self.verdict(FieldsDeclared(vault: test.vault), test)
      #expect(declared.findings.map { "\($0.code)" } == ["vault-card-data-refused", "vault-write-refused"])
      #expect(declared.findings.allSatisfy { !$0.seen.contains("4111") && $0.place == "member:ada" })
      test.clock.advance(by: .seconds(2 * 86_400))
      #expect(try await Self.codes(FieldsDeclared(vault: test.vault), test) == [])
      // A collection that the map declares no more.
      let map = try TestVault.exampleMap()
      let start = try #require(map.range(of: "      - name: orders"))
      let end = try #require(map.range(of: "      - name: cards"))
      let less = String(map[..<start.lowerBound] + map[end.lowerBound...])
        .replacing("          from: field:ordered_on\n", with: "          from: changed\n")
      let error = try? await test.vault.adopt(test.map(less), by: .operator)
      #expect(error != nil)
      #expect(try await Self.codes(FieldsDeclared(vault: test.vault), test) == ["vault-data-undeclared"])
    }
  }

  @Test func `find data past its time, and indexes that tell too much`() async throws {
    try await TestVault.with { test in
      try await test.add(0..<200, ordered: "2010-01-01")
      let retention = RetentionCarriedOut(vault: test.vault)
      #expect(try await Self.codes(retention, test) == [])
      test.clock.advance(by: .seconds(4 * 365 * 86_400))
      #expect(try await Self.codes(retention, test) == ["vault-data-overdue"])
      _ = try await test.vault.beginRetention(by: .operator)
      #expect(try await test.vault.workUntilDone())
      #expect(try await Self.codes(retention, test) == [])
    }
    let eager = try TestVault.exampleMap().replacing("expected_records: 100000", with: "expected_records: 100000000")
    try await TestVault.with(map: eager) { test in
      try await test.add(0..<400)
      let found = try await Self.verdict(IndexesPlanned(vault: test.vault), test).findings
      #expect(found.map { "\($0.code)" }.contains("vault-index-out-of-bounds"), "\(found)")
    }
  }

  @Test func `find card fields without tokens, unmasked, or with tokens that repeat`() async throws {
    let map = try TestVault.exampleMap().replacing(
      "surety_meta: {type: card, token: card-last-four}", with: "surety_meta: {type: card, masked: false}")
    try await TestVault.with(map: map) { test in
      try await test.add(0..<2)
      let codes = try await Self.codes(CardsTokenised(vault: test.vault), test)
      #expect(codes == ["vault-card-unmasked", "vault-card-without-token"])
    }
    try await TestVault.with { test in
      try await test.add(0..<2)
      #expect(try await Self.codes(CardsTokenised(vault: test.vault), test) == [])
    }
  }

  @Test func `ask for backups, for tried restores, and that nobody comes back`() async throws {
    try await TestVault.with { test in
      let receipts = try await test.add(0..<5, ordered: "2010-01-01")
      let (made, tried) = (BackupsMade(vault: test.vault), RestoreTested(vault: test.vault))
      #expect(try await Self.codes(made, test) == ["vault-no-backup"])
      #expect(try await Self.codes(tried, test) == ["vault-restore-untried"])
      let place = test.ledger.directory.file("backups")
      let manifest = try await test.vault.backUp(
        to: Vault.BackupPlace(data: place), with: [], root: nil, by: .operator)
      #expect(try await Self.codes(made, test) == ["vault-backup-keys-beside"])
      try await test.vault.noteRestoreTest(of: manifest.id, records: 0, problem: "it is cut off", by: .operator)
      #expect(try await Self.codes(tried, test) == ["vault-restore-failed"])
      test.clock.advance(by: .seconds(27 * 3_600))
      try await test.vault.noteRestoreTest(of: manifest.id, records: 5, problem: nil, by: .operator)
      #expect(try await Self.codes(made, test) == ["vault-backup-old", "vault-backup-keys-beside"])
      #expect(try await Self.codes(tried, test) == [])
      test.clock.advance(by: .seconds(93 * 86_400))
      #expect(try await Self.codes(tried, test) == ["vault-restore-overdue"])

      let erased = ErasedStayErased(vault: test.vault)
      let gone = try #require(receipts.first?.subject)
      _ = try await test.vault.forget(gone, reason: "request", by: .operator)
      #expect(try await Self.codes(erased, test) == [])
      // As after a restore with the database's own tools.
      let now = test.clock.now
      try await test.ledger.database.write { try SubjectStore.insert([gone], at: now, $0) }
      #expect(try await Self.codes(erased, test) == ["vault-erased-returned"])
      #expect(try await test.vault.replayErasures() == 1)
      try FileBytes.write([], to: test.vault.erasures.path)
      #expect(try await Self.codes(erased, test) == ["vault-erasure-list-short"])
      try FileBytes.write(
        Array("0123456789abcdef0123456789abcdef 2026-11-25T00:00:00Z 00\n".utf8), to: test.vault.erasures.path)
      #expect(try await Self.codes(erased, test) == ["vault-erasure-list-damaged"])
    }
  }
}
