import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `Whoever is forgotten stays forgotten` {
  @Test(arguments: Backend.allCases)
  func `Everything of a person goes, and nobody else's`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      // The order's ten years are over.
      let receipts = try await test.add(0..<5, ordered: "2010-01-01")
      let (gone, other) = (receipts[2], receipts[3])
      _ = try await test.vault.read(gone.subject, by: test.caller())
      _ = try await test.vault.find(in: "profile", where: ["email": "customer2@example.com"], by: test.caller())
      let receipt = try await test.vault.forget(gone.subject, reason: "request", by: .operator)
      #expect(receipt.kept == [])
      #expect(receipt.records == 2)
      await #expect(throws: VaultError.unknown(kind: "subject", name: "\(gone.subject)")) {
        try await test.vault.read(gone.subject, by: test.caller())
      }
      #expect(
        try await test.vault.find(in: "profile", where: ["email": "customer2@example.com"], by: test.caller()).isEmpty)
      let tokens = gone.records.flatMap(\.tokens.values)
      #expect(!tokens.isEmpty)
      #expect(try await test.vault.detokenise(Array(tokens), by: test.caller()).isEmpty)
      for kind in ["vault.subject-read", "vault.searched"] {
        for entry in try await test.entries(kind) where !entry.commitments.isEmpty {
          #expect(try await test.ledger.journal.payload(of: entry.id) == nil)
        }
      }
      let entry = try #require(try await test.entries("vault.subject-forgotten").first)
      #expect(entry.id == receipt.entry)
      #expect(entry.facts["pseudonym"]?.text == receipt.pseudonym)
      #expect(try await test.vault.read(other.subject, by: test.caller()).count == 2)
      #expect(try test.vault.erasures.erasures().map(\.pseudonym.text) == [receipt.pseudonym])
      await #expect(throws: VaultError.self) {
        try await test.vault.forget(gone.subject, reason: "request", by: .operator)
      }
      // The address is free for somebody else.
      _ = try await test.vault.add([TestVault.customer(2)], by: test.caller())
    }
  }

  @Test func `What the law wants kept stays for that alone, and then goes`() async throws {
    try await TestVault.with { test in
      let receipt = try await test.add(0..<1, ordered: "2026-11-01")[0]
      let before = try await test.ledger.database.read { try KeyStore.subjectKey(receipt.subject, $0) }
      let erasure = try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
      #expect(Set(erasure.kept.map(\.field)) == ["order_number", "ordered_on", "total", "delivery_address"])
      #expect(erasure.kept.allSatisfy { $0.until?.rfc3339.hasPrefix("2036-11-01") == true })
      #expect(erasure.records == 1)
      let after = try await test.ledger.database.read { try KeyStore.subjectKey(receipt.subject, $0) }
      #expect(before?.wrapped != after?.wrapped)
      // Who asks again, even many times at once, is told the same, and nothing is sealed anew.
      let again = try await withThrowingTaskGroup(of: ErasureReceipt.self) { group in
        for _ in 0..<8 {
          group.addTask { try await test.vault.forget(receipt.subject, reason: "request", by: .operator) }
        }
        return try await group.reduce(into: [ErasureReceipt]()) { $0.append($1) }
      }
      #expect(again.count == 8 && again.allSatisfy { $0.kept == erasure.kept && $0.records == 0 })
      let still = try await test.ledger.database.read { try KeyStore.subjectKey(receipt.subject, $0) }
      #expect(still?.wrapped == after?.wrapped)
      // Neither found, nor read for anything else, nor changed.
      #expect(
        try await test.vault.find(in: "orders", where: ["order_number": "A-0"], by: test.caller()).isEmpty)
      #expect(
        try await test.vault.detokenise(receipt.records.flatMap(\.tokens.values), by: test.caller()).isEmpty)
      #expect(try await test.vault.read(receipt.subject, by: test.caller())[0].fields.isEmpty)
      let books = try await test.vault.read(receipt.subject, by: test.caller("essential.legal_obligation"))
      #expect(books.map(\.collection) == ["orders"])
      #expect(books[0].fields["total"] == "19.90")
      await #expect(throws: VaultError.self) {
        try await test.vault.add(
          NewRecord(collection: "profile", fields: ["email": "new@example.com"]), to: receipt.subject, by: test.caller()
        )
      }
      // Ten years later the retention run forgets the rest.
      test.clock.set(try #require(Instant(rfc3339: "2036-11-02T00:00:00Z")))
      #expect(try await test.vault.previewRetention().forgotten == 1)
      _ = try await test.vault.beginRetention(by: .operator)
      #expect(try await test.vault.workUntilDone())
      await #expect(throws: VaultError.self) {
        try await test.vault.read(receipt.subject, by: test.caller("essential.legal_obligation"))
      }
      #expect(try test.vault.erasures.erasures().count == 2, "first in part, then whole")
    }
  }

  @Test(arguments: Backend.allCases)
  func `A node takes up whom another one forgot`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let whole = try await test.add(0..<3, ordered: "2010-01-01")
      let kept = try await test.add(3..<4)
      for receipt in whole.prefix(2) + kept {
        _ = try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
      }
      let other = try Vault(
        in: test.ledger.database, journal: test.ledger.journal, root: test.root,
        erasureList: test.ledger.directory.file("other.erased"), surroundings: test.clock.surroundings)
      #expect(try await other.missingErasures() == 2)
      #expect(try await other.takeUpErasures() == 3)
      #expect(try await other.takeUpErasures() == 0)
      #expect(try await other.missingErasures() == 0)
      let (own, others) = (try test.vault.erasures.erasures(), try other.erasures.erasures())
      #expect(Set(own.map(\.pseudonym)) == Set(others.map(\.pseudonym)))
    }
  }

  @Test func `A legal hold stands against it`() async throws {
    try await TestVault.with { test in
      let receipt = try await test.add(0..<1, ordered: "2010-01-01")[0]
      let hold = try await test.vault.hold(receipt.subject, reason: "dispute 17/2027", by: .operator)
      await #expect(throws: VaultError.self) {
        try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
      }
      test.clock.advance(by: .seconds(5 * 366 * 86_400))
      #expect(try await test.vault.previewRetention().held == 2)
      _ = try await test.vault.beginRetention(by: .operator)
      try await test.vault.workUntilDone()
      #expect(try await test.vault.read(receipt.subject, by: test.caller()).count == 2)
      try await test.vault.endHold(hold.id, by: .operator)
      _ = try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
    }
  }

  @Test(arguments: Backend.allCases)
  func `A restored backup brings nobody back`(_ backend: Backend) async throws {
    let clock = SettableClock(TestVault.start)
    try await TemporaryDirectory.with { directory in
      try await TestDatabase.withLocation(backend) { location in
        let database = try await Database.open(location)
        let ledger = try await TestLedger(in: database, directory: directory, surroundings: clock.surroundings)
        try await database.migrate([VaultMigrations.plan], at: clock.now)
        let test = try await TestVault.make(over: ledger, clock)
        _ = try await test.vault.adopt(test.map(TestVault.exampleMap()), by: .operator)
        let receipts = try await test.add(0..<20, ordered: "2010-01-01")
        try await ledger.sequence()
        await database.close()
        try await TestDatabase.backUp(location)

        let again = try await Database.open(location)
        let later = try await TestVault.make(over: TestLedger(reopened: ledger, in: again), clock)
        for receipt in receipts[..<7] {
          _ = try await later.vault.forget(receipt.subject, reason: "request", by: .operator)
        }
        await again.close()

        try await TestDatabase.restore(location)
        let restored = try await Database.open(location)
        let last = try await TestVault.make(over: TestLedger(reopened: ledger, in: restored), clock)
        // They are back, until the list is replayed.
        #expect(try await last.vault.read(receipts[0].subject, by: last.caller()).count == 2)
        #expect(try await last.vault.replayErasures() == 7)
        for receipt in receipts[..<7] {
          await #expect(throws: VaultError.self) { try await last.vault.read(receipt.subject, by: last.caller()) }
        }
        for number in 0..<20 {
          let found = try await last.vault.find(
            in: "profile", where: ["email": .string("customer\(number)@example.com")], by: last.caller())
          #expect(found.count == (number < 7 ? 0 : 1))
        }
        for receipt in receipts[7...] {
          #expect(try await last.vault.read(receipt.subject, by: last.caller()).count == 2)
        }
        #expect(try await last.vault.replayErasures() == 0)
        await restored.close()
      }
    }
  }

  @Test func `A line of the erasure list cannot be changed, taken out or put in unseen`() async throws {
    try await TestVault.with { test in
      for receipt in try await test.add(0..<4, ordered: "2010-01-01") {
        _ = try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
      }
      let path = test.vault.erasures.path
      let bytes = try FileBytes.read(path)
      let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
      func expectDamaged(_ changed: [UInt8]) throws {
        try FileBytes.write(changed, to: path)
        #expect(throws: VaultError.damaged(what: "the erasure list")) { try test.vault.erasures.erasures() }
      }
      try expectDamaged(lines[0] + lines[2] + lines[3])
      try expectDamaged(lines[1] + lines[0] + lines[2] + lines[3])
      try expectDamaged(lines[0] + lines[0] + lines[1] + lines[2] + lines[3])
      for position in stride(from: 0, to: bytes.count, by: 7) where bytes[position] != UInt8(ascii: "\n") {
        var changed = bytes
        changed[position] = changed[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        try expectDamaged(changed)
      }
      // A line that was being written when the machine stopped was not acknowledged.
      try FileBytes.write(bytes + Array("0123".utf8), to: path)
      #expect(try test.vault.erasures.erasures().count == 4)
    }
  }
}
