import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `A backup` {
  private static let plans = [Journal.migrations, VaultMigrations.plan]

  /// A vault with customers, and a backup of it.
  private static func with(
    _ backend: Backend, customers: Int = 40, ordered: String = "2010-01-01",
    _ body: (TestVault, [SubjectReceipt], Vault.BackupPlace, BackupManifest) async throws -> Void
  ) async throws {
    try await TestVault.with(backend) { test in
      let receipts = try await test.add(0..<customers, ordered: ordered)
      try await test.ledger.sequence()
      let place = Vault.BackupPlace(
        data: test.ledger.directory.file("backups"), keys: test.ledger.directory.file("keys"))
      let manifest = try await test.vault.backUp(
        to: place, with: [Vault.InstallationFile(name: "ledger.keys", path: test.ledger.directory.file("ledger.keys"))],
        root: Vault.InstallationFile(name: "vault.root", path: test.ledger.directory.file("vault.root")), by: .operator)
      let own = Vault.BackupPlace(data: "\(place.data)/\(manifest.id)", keys: "\(place.keys)/\(manifest.id)")
      try await body(test, receipts, own, manifest)
    }
  }

  /// A vault over a database of its own into which a backup was restored.
  private static func restored(
    _ test: TestVault, _ place: Vault.BackupPlace, into database: Database
  ) async throws -> Vault {
    let backup = try Backup(in: place, root: test.root)
    try await backup.restore(into: database, plans, keeping: .nothing, at: test.clock.now)
    let ledger = try await TestLedger(reopened: test.ledger, in: database)
    return try Vault(
      in: database, journal: ledger.journal, root: test.root,
      erasureList: test.ledger.directory.file("vault.erased"), surroundings: test.clock.surroundings)
  }

  @Test(arguments: [(Backend.sqlite, Backend.postgreSQL), (.postgreSQL, .sqlite), (.sqlite, .sqlite)])
  func `restores into either database, and whoever was forgotten since stays forgotten`(
    _ from: Backend, _ to: Backend
  ) async throws {
    try await Self.with(from) { test, receipts, place, manifest async throws in
      #expect(manifest.rows(of: "vault_record") == 80)
      let gone = try #require(receipts.first)
      let email = try #require(gone.records.first?.tokens["email"])
      _ = try await test.vault.forget(gone.subject, reason: "request", by: .operator)
      try await TestDatabase.with(to) { database in
        let vault = try await Self.restored(test, place, into: database)
        let caller = try test.caller()
        // The backup is from before: it knows the person until the list is replayed.
        #expect(try await vault.read(gone.subject, by: caller).isEmpty == false)
        #expect(try await vault.replayErasures() == 1)
        #expect(try await vault.missingErasures() == 0)
        await #expect(throws: VaultError.self) { try await vault.read(gone.subject, by: caller) }
        let found = try await vault.find(
          in: "profile", where: ["email": .string("customer0@example.com")], by: caller)
        #expect(found.isEmpty)
        #expect(try await vault.detokenise([email], by: caller).isEmpty)
        for receipt in receipts.dropFirst() {
          let before = try await test.vault.read(receipt.subject, by: caller)
          let after = try await vault.read(receipt.subject, by: caller)
          #expect(before == after && !after.isEmpty)
        }
        // Numbers that the database gives go on behind those that were put in.
        _ = try await vault.add([TestVault.customer(1_000)], by: caller)
      }
    }
  }

  @Test func `of whoever had to be kept in part brings back no more than that part`() async throws {
    try await Self.with(.sqlite, customers: 5, ordered: "2026-11-01") { test, receipts, place, _ async throws in
      let subject = try #require(receipts.first?.subject)
      let receipt = try await test.vault.forget(subject, reason: "request", by: .operator)
      #expect(!receipt.kept.isEmpty)
      let kept = try await test.vault.read(subject, by: test.caller("essential.legal_obligation"))
      try await TestDatabase.with(.sqlite) { database in
        let vault = try await Self.restored(test, place, into: database)
        #expect(try await vault.returned().returned == 1)
        #expect(try await vault.replayErasures() == 1)
        #expect(try await vault.returned().returned == 0)
        #expect(try await vault.read(subject, by: test.caller()).allSatisfy { $0.fields.isEmpty })
        let still = try await vault.read(subject, by: test.caller("essential.legal_obligation"))
        #expect(still.map(\.fields) == kept.map(\.fields) && !kept.isEmpty)
        let found = try await vault.find(
          in: "profile", where: ["email": .string("customer0@example.com")], by: test.caller())
        #expect(found.isEmpty)
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `over an installation leaves the ledger as it is`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, receipts, place, _ async throws in
      let changed = try #require(receipts.last)
      _ = try await test.vault.forget(changed.subject, reason: "request", by: .operator)
      try await test.ledger.sequence()
      let size = try await test.ledger.journal.publishedSize()
      let backup = try Backup(in: place, root: test.root)
      try await backup.restore(into: test.ledger.database, Self.plans, keeping: .ledger, at: test.clock.now)
      #expect(try await test.ledger.journal.publishedSize() == size)
      let fresh = try await TestVault.make(over: test.ledger, test.clock)
      #expect(try await fresh.vault.replayErasures() == 1)
      await #expect(throws: VaultError.self) { try await fresh.vault.read(changed.subject, by: test.caller()) }
      #expect(try await fresh.vault.status().subjects == 39)
      _ = try await test.ledger.reopen()
    }
  }

  @Test func `tells every file of nothing: no value, no name, no token`() async throws {
    try await Self.with(.sqlite, customers: 400) { test, receipts, place, _ async throws in
      var secrets = (0..<400).flatMap { number -> [String] in
        ["customer\(number)@", "First\(number)", "A-\(number)", "Street \(number)"].filter { $0.utf8.count > 5 }
      }
      secrets += receipts.flatMap { $0.records.flatMap { Array($0.tokens.values) } }
      var looked = 0
      for directory in [place.data, place.keys] {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
          let bytes = Data(try FileBytes.read("\(directory)/\(name)"))
          looked += bytes.count
          for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name): \(secret)") }
        }
      }
      #expect(secrets.count > 1_500 && looked > 100_000)
    }
  }

  @Test func `is refused when a byte of it was changed, a piece cut off, or a file exchanged`() async throws {
    try await Self.with(.sqlite) { test, _, place, _ async throws in
      #expect(try Backup(in: place, root: test.root).verify() > 80)
      var random = SeededGenerator(for: "bytes of a backup")
      for path in ["\(place.data)/data.surety", "\(place.keys)/keys.surety"] {
        let bytes = try FileBytes.read(path)
        for _ in 0..<60 {
          var changed = bytes
          changed[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1) << UInt8(random.next() % 8)
          try FileBytes.write(changed, to: path)
          #expect(throws: VaultError.self) { try Backup(in: place, root: test.root).verify() }
        }
        try FileBytes.write(Array(bytes.dropLast(1)), to: path)
        #expect(throws: VaultError.self) { try Backup(in: place, root: test.root).verify() }
        try FileBytes.write(bytes, to: path)
      }
      let other = try await test.vault.backUp(
        to: Vault.BackupPlace(data: test.ledger.directory.file("others")), with: [], root: nil, by: .operator)
      let others = test.ledger.directory.file("others/\(other.id)")
      try FileBytes.write(FileBytes.read("\(others)/data.surety"), to: "\(place.data)/data.surety")
      #expect(throws: VaultError.self) { try Backup(in: place, root: test.root).verify() }
      #expect(throws: VaultError.self) {
        try Backup(in: Vault.BackupPlace(data: place.data, keys: others), root: test.root)
      }
    }
  }

  @Test func `opens under no other root key, and its manifest cannot be changed`() async throws {
    try await Self.with(.sqlite) { test, _, place, _ async throws in
      let path = test.ledger.directory.file("other.root")
      let secret = TestVault.secret(Array("another passphrase, long enough".utf8))
      try PassphraseFile.create(path: path, passphrase: secret, memory: 8_192)
      let other = try PassphraseFile(path: path, passphrase: secret, custody: .passphrase)
      #expect(throws: VaultError.self) { try Backup(in: place, root: other) }
      let manifest = "\(place.data)/\(BackupManifest.fileName)"
      let text = String(decoding: try FileBytes.read(manifest), as: UTF8.self)
      try FileBytes.write(Array(text.replacing("\"vault_record\":80", with: "\"vault_record\":79").utf8), to: manifest)
      #expect(throws: VaultError.self) { try Backup(in: place, root: test.root) }
    }
  }

  @Test func `that cannot be written leaves nothing behind`() async throws {
    try await TestVault.with { test async throws in
      try await test.add(0..<3)
      let place = test.ledger.directory.file("backups")
      let missing = Vault.InstallationFile(name: "none", path: test.ledger.directory.file("none"))
      await #expect(throws: VaultError.self) {
        try await test.vault.backUp(
          to: Vault.BackupPlace(data: place), with: [missing], root: nil, by: .operator)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
      #expect(try await test.vault.backupEvents().isEmpty)
    }
  }
}
