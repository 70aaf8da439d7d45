import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `Customers' data is sealed, and read for a purpose` {
  @Test(arguments: Backend.allCases)
  func `What is stored is read again, for a purpose that covers it`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipts = try await test.add(0..<3)
      let records = try await test.vault.read(receipts[1].subject, by: test.caller())
      #expect(records.map(\.collection) == ["orders", "profile"])
      #expect(records[1].fields["email"] == "customer1@Example.com")
      #expect(records[0].fields["total"] == "19.90")
      #expect(records[0].fields["delivery_address"] == ["street": "Street 1", "city": "Berlin"])
      let newsletter = try await test.vault.read(
        receipts[1].subject, Vault.Selection(collection: "profile"), by: test.caller("marketing.communications.email"))
      #expect(newsletter.first?.fields.map(\.name) == ["email", "first_name"])
      #expect(newsletter.first?.fields.map(\.value) == ["customer1@Example.com", "First1"])
      #expect(newsletter.first?.withheld.sorted() == ["city", "last_name", "phone", "postcode"])
      let entries = try await test.entries("vault.subject-read")
      #expect(entries.map { $0.facts["purpose"]?.text } == ["essential.service", "marketing.communications.email"])
      let subject = "\(receipts[1].subject)"
      #expect(entries.allSatisfy { !String(decoding: $0.bytes, as: UTF8.self).contains(subject) })
      #expect(try await test.ledger.journal.payload(of: entries[0].id)?.openings["subject"]?.value == subject)
    }
  }

  @Test func `What is not declared, or has no purpose, is refused with the place, and counted`() async throws {
    try await TestVault.with { test in
      func refusal(_ fields: [String: JSON], _ purpose: String = "essential.service") async -> VaultError? {
        await #expect(throws: VaultError.self) {
          try await test.vault.add(
            [[NewRecord(collection: "profile", fields: fields)]], by: try test.caller(purpose))
        }
      }
      let email: [String: JSON] = ["email": "a@b.example"]
      #expect(
        await refusal(email.merging(["shoe_size": 43]) { $1 })
          == .undeclared(place: "records[0]", reason: "the data map declares no field 'shoe_size' in profile"))
      #expect(await refusal(email.merging(["cvv": "123"]) { $1 })?.refusal == "forbidden-data")
      #expect(await refusal(email.merging(["city": "CVC: 123"]) { $1 })?.refusal == "forbidden-data")
      #expect(await refusal(email.merging(["city": "4111 1111 1111 1111"]) { $1 })?.refusal == "forbidden-data")
      #expect(await refusal(["first_name": "Ada"])?.refusal == "unusable-value")
      #expect(await refusal(["email": "no address"])?.refusal == "unusable-value")
      #expect(await refusal(email.merging(["birth_date": "30.4.1990"]) { $1 })?.refusal == "unusable-value")
      #expect(await refusal(email, "")?.refusal == "purpose-refused")
      #expect(await refusal(email, "sales")?.refusal == "purpose-refused")
      #expect(
        await refusal(email.merging(["city": "Berlin"]) { $1 }, "marketing.communications.email")
          == .purposeRefused(reason: "the purpose marketing.communications.email does not cover profile.city"))
      let subject = try await test.add(0..<1)[0].subject
      await #expect(throws: VaultError.self) { try await test.vault.read(subject, by: test.caller("")) }
      await #expect(throws: VaultError.self) {
        try await test.vault.read(
          subject, Vault.Selection(collection: "profile", fields: ["phone"]),
          by: test.caller("marketing.communications.email"))
      }
      let counted = try await test.ledger.database.read { try RefusalStore.since(TestVault.start, $0) }
      #expect(
        counted.reduce(into: [:]) { $0[$1.reason] = $1.count } == [
          "undeclared-data": 1, "forbidden-data": 3, "unusable-value": 3, "purpose-refused": 5,
        ])
      // A program that errs often errs once in the journal.
      #expect(try await test.entries("vault.refused").count == 4)
    }
  }

  @Test func `Nothing can be stored or read without a data map`() async throws {
    let clock = SettableClock(TestVault.start)
    try await TestLedger.with(.sqlite, surroundings: clock.surroundings) { ledger in
      try await ledger.database.migrate([VaultMigrations.plan], at: clock.now)
      let test = try await TestVault.make(over: ledger, clock)
      await #expect(throws: VaultError.noMap) { try await test.add(0..<1) }
    }
  }

  @Test(arguments: Backend.allCases)
  func `Whoever changes what somebody else changed meanwhile is told`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipt = try await test.add(0..<1)[0]
      let profile = try #require(receipt.records.first { $0.collection == "profile" })
      func change(_ changes: [String: JSON], version: Int64?) async throws -> RecordReceipt {
        try await test.vault.change(
          profile.id, in: "profile", of: receipt.subject, to: changes, version: version, by: test.caller())
      }
      let second = try await change(["city": "Hamburg", "postcode": .null], version: 1)
      #expect(second.version == 2)
      #expect(second.tokens == profile.tokens)
      await #expect(throws: VaultError.versionConflict(has: 2, expected: 1)) {
        try await change(["city": "Bremen"], version: 1)
      }
      let read = try await test.vault.read(
        receipt.subject, Vault.Selection(collection: "profile"), by: test.caller())
      #expect(read[0].fields["city"] == "Hamburg")
      #expect(read[0].fields["postcode"] == nil)
      #expect(read[0].fields["email"] == "customer0@Example.com")
      await #expect(throws: VaultError.self) { try await change(["email": .null], version: nil) }
      // The old name finds nothing any more, the new one does.
      _ = try await change(["phone": "+49 30 99999999"], version: nil)
      let old = try await test.vault.find(in: "profile", where: ["phone": "+49301000000"], by: test.caller())
      let new = try await test.vault.find(in: "profile", where: ["phone": "0049 30 99999999"], by: test.caller())
      #expect(old.isEmpty)
      #expect(new.map(\.subject) == [receipt.subject])
    }
  }

  @Test(arguments: Backend.allCases)
  func `Many who change one record at once lose nothing`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      let receipt = try await test.add(0..<1)[0]
      let profile = try #require(receipt.records.first { $0.collection == "profile" })
      let caller = try test.caller()
      let done = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask {
            do {
              _ = try await test.vault.change(
                profile.id, in: "profile", of: receipt.subject, to: ["city": .string("City \(number)")], version: 1,
                by: caller)
              return true
            } catch VaultError.versionConflict {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(done == 1)
    }
  }

  @Test(arguments: Backend.allCases)
  func `A unique value belongs to one subject`(_ backend: Backend) async throws {
    try await TestVault.with(backend) { test in
      try await test.add(0..<2)
      await #expect(throws: VaultError.taken(field: "profile.email")) {
        try await test.vault.add(
          [[NewRecord(collection: "profile", fields: ["email": " CUSTOMER1@example.com "])]], by: test.caller())
      }
      // All or none.
      await #expect(throws: VaultError.self) { try await test.add(1..<4) }
      let found = try await test.vault.find(
        in: "profile", where: ["email": "customer2@example.com"], by: test.caller())
      #expect(found.isEmpty)
      // Among many at once, one gets it.
      let caller = try test.caller()
      let stored = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            (try? await test.vault.add(
              [[NewRecord(collection: "profile", fields: ["email": "one@example.com"])]], by: caller)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(stored == 1)
    }
  }

  /// What an enemy with the database's rows could exchange, each with what it is exchanged for.
  static let exchanges: [(String, StaticString)] = [
    (
      "two people's records",
      """
      UPDATE vault_record SET sealed = (SELECT other.sealed FROM vault_record AS other
      WHERE other.collection = 'profile' AND other.subject <> vault_record.subject) WHERE collection = 'profile'
      """
    ),
    (
      "two people's wrapped keys",
      """
      UPDATE vault_subject_key SET wrapped = (SELECT other.wrapped FROM vault_subject_key AS other
      WHERE other.subject <> vault_subject_key.subject)
      """
    ),
    ("a version", "UPDATE vault_record SET version = version + 1"),
    ("a key's version", "UPDATE vault_record SET key_version = key_version + 1"),
    ("the version of a wrapped key", "UPDATE vault_subject_key SET version = version + 1"),
    ("a collection", "UPDATE vault_record SET collection = 'cards' WHERE collection = 'orders'"),
    (
      "the owner of a record",
      """
      UPDATE vault_record SET subject = (SELECT max(id) FROM vault_subject)
      WHERE collection = 'profile' AND subject <> (SELECT max(id) FROM vault_subject)
      """
    ),
  ]

  @Test(arguments: exchanges.indices)
  func `What was exchanged in the database is noticed on reading`(_ number: Int) async throws {
    let (name, statement) = Self.exchanges[number]
    try await TestVault.with { test in
      let receipts = try await test.add(0..<2)
      try await test.ledger.database.write { try $0.execute(statement) }
      var noticed = 0
      for receipt in receipts {
        do {
          _ = try await test.vault.read(receipt.subject, by: test.caller())
        } catch VaultError.damaged {
          noticed += 1
        }
      }
      #expect(noticed > 0, "\(name)")
    }
  }

  @Test func `A field that was taken out of a record, or put in another's place, is noticed`() throws {
    let place = RecordPlace(
      subject: Identifier(in: .system), collection: "profile", record: Identifier(in: .system), version: 1,
      mapVersion: 1, keyVersion: 1)
    let key = SecretBytes(random: 32, in: .system)
    let values = (0..<5).map { SealedRecord.Value(number: $0, name: "f\($0)", text: "value \($0)") }
    let sealed = try SealedRecord.seal(values, at: place, of: "shop", under: key, .system)
    func opened(_ bytes: [UInt8]) throws -> [String] {
      try SealedRecord.open(bytes, at: place, of: "shop", under: key) { "f\($0)" }.map(\.text)
    }
    #expect(try opened(sealed) == values.map(\.text))
    var generator = SeededGenerator(for: "bits of records")
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      #expect(throws: VaultError.self) { try opened(changed) }
    }
    for count in 0..<sealed.count { #expect(throws: VaultError.self) { try opened(Array(sealed.prefix(count))) } }
    // Each ciphertext has 7 bytes and a tag: exchange the first two, and take the last out with its place in the list.
    let start = 1 + 20 + 1 + 10
    var exchanged = sealed
    exchanged.replaceSubrange(start..<start + 46, with: sealed[start + 23..<start + 46] + sealed[start..<start + 23])
    #expect(throws: VaultError.self) { try opened(exchanged) }
    var shorter = Array(sealed[..<21]) + [4] + sealed[22..<30]
    shorter += sealed[32..<32 + 4 * 23] + sealed.suffix(16)
    #expect(throws: VaultError.self) { try opened(shorter) }
  }

  @Test func `No nonce repeats under one key`() throws {
    let surroundings = Surroundings.system
    var seen: Set<[UInt8]> = []
    let key = SecretBytes(random: 32, in: surroundings)
    let place = RecordPlace(
      subject: Identifier(in: surroundings), collection: "profile", record: Identifier(in: surroundings), version: 1,
      mapVersion: 1, keyVersion: 1)
    var count = 0
    for _ in 0..<20_000 {
      let sealed = try SealedRecord.seal(
        [SealedRecord.Value(number: 0, name: "a", text: "x"), SealedRecord.Value(number: 1, name: "b", text: "x")],
        at: place, of: "shop", under: key, surroundings)
      // The key that is derived and the nonce below it, for both fields and the closing tag.
      for number: UInt8 in 0...2 {
        count += 1
        seen.insert(Array(sealed[1...20]) + [number])
      }
      // Equal values look different.
      #expect(sealed[26...] != sealed[43...])
    }
    #expect(seen.count == count)
  }
}
