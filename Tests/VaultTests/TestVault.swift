import Foundation
import Journal
import Primitives
import Storage
import TestKit

@testable import Vault

/// The room over a ledger of its own, with the example's data map, at a clock that the test sets.
struct TestVault: Sendable {
  static let start = Instant(seconds: 1_800_000_000)
  static let passphrase = Array("a passphrase that is long enough".utf8)

  let vault: Vault
  let ledger: TestLedger
  let clock: SettableClock
  let root: PassphraseFile

  static func with(
    _ backend: Backend = .sqlite, map: String? = nil, _ body: (TestVault) async throws -> Void
  ) async throws {
    let clock = SettableClock(start)
    try await TestLedger.with(backend, surroundings: clock.surroundings) { ledger in
      try await ledger.database.migrate([VaultMigrations.plan], at: clock.now)
      let test = try await make(over: ledger, clock)
      _ = try await test.vault.adopt(test.map(map ?? exampleMap()), by: .operator)
      try await body(test)
    }
  }

  static func make(over ledger: TestLedger, _ clock: SettableClock) async throws -> TestVault {
    let path = ledger.directory.file("vault.root")
    if !FileManager.default.fileExists(atPath: path) {
      try PassphraseFile.create(path: path, passphrase: secret(passphrase), memory: 8_192)
    }
    let root = try PassphraseFile(path: path, passphrase: secret(passphrase), custody: .passphrase)
    let vault = try Vault(
      in: ledger.database, journal: ledger.journal, root: root,
      erasureList: ledger.directory.file("vault.erased"), surroundings: clock.surroundings)
    return TestVault(vault: vault, ledger: ledger, clock: clock, root: root)
  }

  static func secret(_ bytes: [UInt8]) -> SecretBytes {
    var copy = bytes
    return SecretBytes(taking: &copy)
  }

  static func exampleMap() throws -> String { try SourceTree.text(of: "docs/examples/data-map.yaml") }

  func map(_ yaml: String) throws -> DataMap { try DataMap(yaml: Array(yaml.utf8), file: "data-map.yaml") }

  func caller(
    _ purpose: String = "essential.service", role: String = "support", seesMasked: Bool = false
  ) throws -> VaultCaller {
    VaultCaller(author: try Entry.Author("member:ada"), purpose: purpose, role: role, seesMasked: seesMasked)
  }

  /// A customer with a profile and an order.
  static func customer(_ number: Int, ordered: String = "2026-11-01") -> [NewRecord] {
    [
      NewRecord(
        collection: "profile",
        fields: [
          "email": .string("customer\(number)@Example.com"), "first_name": .string("First\(number)"),
          "last_name": .string("Last\(number % 50)"), "phone": .string("+49 30 \(1_000_000 + number)"),
          "postcode": .string("\(10_000 + number % 100)"), "city": "Berlin",
        ]),
      NewRecord(
        collection: "orders",
        fields: [
          "order_number": .string("A-\(number)"), "ordered_on": .string(ordered), "total": "19.90",
          "delivery_address": ["street": .string("Street \(number)"), "city": "Berlin"],
        ]),
    ]
  }

  @discardableResult
  func add(_ numbers: Range<Int>, ordered: String = "2026-11-01") async throws -> [SubjectReceipt] {
    try await vault.add(numbers.map { Self.customer($0, ordered: ordered) }, by: caller())
  }

  /// The entries of the journal of a kind, oldest first.
  func entries(_ kind: String) async throws -> [Entry] {
    try await ledger.sequence()
    let size = try await ledger.journal.publishedSize()
    return try await ledger.journal.leaves(from: 0, limit: Int(size)).map { try Entry(parsing: $0.bytes) }
      .filter { $0.kind.name == kind }
  }
}
