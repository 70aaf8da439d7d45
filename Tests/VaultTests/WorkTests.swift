import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `Long work goes on where it stopped` {
  @Test(arguments: Backend.allCases)
  func `A rotation puts every key under a new one and destroys the old`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipts = try await test.add(0..<30)
      let job = try await test.vault.beginRotation(by: .operator)
      #expect(job.total == 30)
      await #expect(throws: VaultError.self) { try await test.vault.beginRotation(by: .operator) }
      // What is stored meanwhile is under the new key at once.
      let late = try await test.add(30..<31)[0]
      let counts = try await test.ledger.database.read { try KeyStore.subjectKeyCounts($0) }
      #expect(counts == [1: 30, 2: 1])
      #expect(try await test.vault.read(receipts[0].subject, by: test.caller()).count == 2)
      #expect(try await test.vault.workUntilDone())
      let (after, keys) = try await test.ledger.database.read {
        (try KeyStore.subjectKeyCounts($0), try KeyStore.platformKeys($0))
      }
      #expect(after == [2: 31])
      #expect(keys.map { $0.wrapped == nil } == [true, false])
      #expect(try await test.vault.jobs().first?.state == .done)
      for receipt in receipts + [late] {
        #expect(try await test.vault.read(receipt.subject, by: test.caller()).count == 2)
      }
      let found = try await test.vault.find(
        in: "profile", where: ["email": "customer7@example.com"], by: test.caller())
      #expect(found.map(\.subject) == [receipts[7].subject])
      let ended = try await test.entries("vault.rotation-ended")
      #expect(ended.first?.facts["destroyed"] == [1])
    }
  }

  @Test func `A job stops and goes on`() async throws {
    try await TestVault.with { test in
      try await test.add(0..<3)
      let job = try await test.vault.beginRotation(by: .operator)
      try await test.vault.set(job.id, running: false, by: .operator)
      #expect(try await test.vault.workSome()?.id == nil)
      try await test.vault.set(job.id, running: true, by: .operator)
      try await test.vault.workUntilDone()
      await #expect(throws: VaultError.self) { try await test.vault.set(job.id, running: true, by: .operator) }
    }
  }

  @Test(arguments: Backend.allCases)
  func `A new index finds what was stored before it, and an old one goes`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipts = try await test.add(0..<40)
      let yaml = try TestVault.exampleMap()
        .replacing("- [last_name, postcode]", with: "- [city, postcode]")
        .replacing("- name: city\n", with: "- name: city\n            description: The place\n")
      _ = try await test.vault.adopt(test.map(yaml), by: .operator)
      let wanted: [String: JSON] = ["city": "BERLIN", "postcode": "10007"]
      await #expect(throws: VaultError.self) {
        try await test.vault.find(in: "profile", where: wanted, by: test.caller())
      }
      let between = try await test.add(107..<108)[0]
      try await test.vault.workUntilDone()
      let found = try await test.vault.find(in: "profile", where: wanted, by: test.caller())
      #expect(Set(found.map(\.subject)) == [receipts[7].subject, between.subject])
      await #expect(throws: VaultError.self) {
        try await test.vault.find(
          in: "profile", where: ["last_name": "Last7", "postcode": "10007"], by: test.caller())
      }
      let names = try await test.ledger.database.read { try IndexStore.indexes($0) }.map(\.name)
      #expect(Set(names) == ["email", "phone", "city+postcode", "order_number"])
      // And back again.
      _ = try await test.vault.adopt(test.map(TestVault.exampleMap()), by: .operator)
      try await test.vault.workUntilDone()
      let again = try await test.vault.find(
        in: "profile", where: ["last_name": "last7", "postcode": "10007"], by: test.caller())
      #expect(Set(again.map(\.subject)) == [receipts[7].subject, between.subject])
    }
  }

  @Test(arguments: Backend.allCases)
  func `What is not needed any more goes, field by field`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipts = try await test.add(0..<3, ordered: "2026-11-01")
      #expect(try await test.vault.previewRetention() == RetentionSummary())
      // The newsletter's purpose has no end in sight until it is ended.
      for receipt in receipts.prefix(2) {
        try await test.vault.note(
          SubjectEvent(name: "newsletter-ended", at: test.clock.now), of: receipt.subject, by: .operator)
      }
      test.clock.advance(by: .seconds(3 * 366 * 86_400))
      let preview = try await test.vault.previewRetention()
      #expect(preview.deletedRecords == ["profile": 2])
      // Of the third, e-mail and first name are still for the newsletter; four fields go.
      #expect(preview.deletedFields == ["profile": 4])
      #expect(preview.forgotten == 0)
      _ = try await test.vault.beginRetention(by: .operator)
      try await test.vault.workUntilDone()
      #expect(try await test.vault.previewRetention() == RetentionSummary())
      let third = try await test.vault.read(receipts[2].subject, by: test.caller())
      let profile = try #require(third.first { $0.collection == "profile" })
      #expect(profile.fields.map(\.name) == ["email", "first_name"])
      let first = try await test.vault.read(receipts[0].subject, by: test.caller("essential.legal_obligation"))
      #expect(first.map(\.collection) == ["orders"])
      // After ten years nothing is left of the first two, and they are forgotten.
      test.clock.set(try #require(Instant(rfc3339: "2036-11-02T00:00:00Z")))
      #expect(try await test.vault.previewRetention().forgotten == 2)
      _ = try await test.vault.beginRetention(by: .operator)
      try await test.vault.workUntilDone()
      #expect(try test.vault.erasures.erasures().count == 2)
      await #expect(throws: VaultError.self) { try await test.vault.read(receipts[0].subject, by: test.caller()) }
    }
  }

  @Test func `Reading in bulk needs leave that another member gave`() async throws {
    try await TestVault.with { test in
      try await test.add(0..<25)
      let caller = try test.caller()
      let unlock = try await test.vault.askToUnlock(reason: "moving to another shop", by: caller)
      await #expect(throws: VaultError.self) {
        try await test.vault.readBulk(under: unlock.id, after: nil, limit: 10, by: caller)
      }
      await #expect(throws: VaultError.self) {
        try await test.vault.approve(unlock.id, minutes: 30, by: caller.author)
      }
      try await test.vault.approve(unlock.id, minutes: 30, by: .operator)
      var (seen, cursor): (Set<Identifier<VaultRecord>>, String?) = ([], nil)
      repeat {
        let page = try await test.vault.readBulk(under: unlock.id, after: cursor, limit: 8, by: caller)
        seen.formUnion(page.records.map(\.id))
        cursor = page.next
      } while cursor != nil
      #expect(seen.count == 50)
      #expect(try await test.vault.unlocks().first?.records == 50)
      await #expect(throws: VaultError.self) {
        try await test.vault.readBulk(
          under: unlock.id, after: nil, limit: 8, by: test.caller("marketing.communications.email"))
      }
      test.clock.advance(by: .seconds(31 * 60))
      await #expect(throws: VaultError.self) {
        try await test.vault.readBulk(under: unlock.id, after: nil, limit: 8, by: caller)
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `Documents come back as they were, and go with their record`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipt = try await test.add(0..<1, ordered: "2010-01-01")[0]
      let order = try #require(receipt.records.first { $0.collection == "orders" })
      var generator = SeededGenerator(for: "documents")
      for count in [0, 1, 262_144, 262_145, 1_000_000] {
        let bytes = generator.bytes(count)
        let pieces = AsyncStream<[UInt8]> { continuation in
          for start in stride(from: 0, to: count, by: 100_000) {
            continuation.yield(Array(bytes[start..<min(count, start + 100_000)]))
          }
          continuation.finish()
        }
        let stored = try await test.vault.store(
          pieces, named: "invoice.pdf", type: "application/pdf", in: "invoice", of: order.id, "orders",
          receipt.subject, by: test.caller())
        #expect(stored.size == count)
        let read = try await test.vault.document(
          in: "invoice", of: order.id, "orders", receipt.subject, by: test.caller())
        var back: [UInt8] = []
        for try await piece in read.pieces { back += piece }
        #expect(back == bytes)
        #expect(read.document.name == "invoice.pdf")
      }
      // Only the newest is there.
      let left = try await test.ledger.database.read {
        try $0.first("SELECT count(*) FROM vault_file") { try $0.integer(0) }
      }
      #expect(left == 1)
      // Two pieces exchanged are noticed.
      try await test.ledger.database.write { transaction in
        try transaction.execute("UPDATE vault_file_piece SET number = 10 WHERE number = 0")
        try transaction.execute("UPDATE vault_file_piece SET number = 0 WHERE number = 1")
        try transaction.execute("UPDATE vault_file_piece SET number = 1 WHERE number = 10")
      }
      let changed = try await test.vault.document(
        in: "invoice", of: order.id, "orders", receipt.subject, by: test.caller())
      await #expect(throws: VaultError.damaged(what: "a file")) { for try await _ in changed.pieces {} }
      _ = try await test.vault.forget(receipt.subject, reason: "request", by: .operator)
      let pieces = try await test.ledger.database.read {
        try $0.first("SELECT count(*) FROM vault_file_piece") { try $0.integer(0) }
      }
      #expect(pieces == 0)
    }
  }

  @Test func `A document that is too long, or was cut off, leaves nothing behind`() async throws {
    struct HungUp: Error {}
    try await TestVault.with { test in
      let receipt = try await test.add(0..<1)[0]
      let order = try #require(receipt.records.first { $0.collection == "orders" })
      let (endless, broken) = (
        AsyncStream<[UInt8]> { [UInt8](repeating: 7, count: 1_048_576) },
        AsyncThrowingStream<[UInt8], any Error> { continuation in
          continuation.yield([UInt8](repeating: 7, count: 600_000))
          continuation.finish(throwing: HungUp())
        }
      )
      await #expect(throws: VaultError.self) {
        _ = try await test.vault.store(
          endless, named: "a", type: "a/b", in: "invoice", of: order.id, "orders", receipt.subject, by: test.caller())
      }
      await #expect(throws: HungUp.self) {
        _ = try await test.vault.store(
          broken, named: "a", type: "a/b", in: "invoice", of: order.id, "orders", receipt.subject, by: test.caller())
      }
      let left = try await test.ledger.database.read {
        try $0.first("SELECT count(*) FROM vault_file_piece") { try $0.integer(0) }
      }
      #expect(left == 0)
    }
  }
}
