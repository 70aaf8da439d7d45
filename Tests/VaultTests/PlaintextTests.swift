import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `Nothing that is stored lies readable` {
  @Test func `neither in SQLite's file and log`() async throws {
    try await TemporaryDirectory.with { directory in
      let path = directory.file("surety.sqlite")
      try await expectNothing(at: .sqlite(path: path), in: directory) { [path, "\(path)-wal"] }
    }
  }

  /// The whole data directory: tables, indexes and the write-ahead log.
  @Test func `nor in PostgreSQL's files`() async throws {
    let cluster = try PostgreSQLCluster()
    defer { cluster.remove() }
    try await TemporaryDirectory.with { directory in
      try await expectNothing(at: .postgreSQL(url: cluster.url()), in: directory) {
        try await cluster.run("CHECKPOINT")
        let data = "\(cluster.directory)/data"
        return try FileManager.default.subpathsOfDirectory(atPath: data).map { "\(data)/\($0)" }
          .filter {
            (try? FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType) == .typeRegular
          }
      }
    }
  }

  private func expectNothing(
    at location: DatabaseLocation, in directory: TemporaryDirectory, _ files: () async throws -> [String]
  ) async throws {
    let clock = SettableClock(TestVault.start)
    let database = try await Database.open(location)
    let ledger = try await TestLedger(in: database, directory: directory, surroundings: clock.surroundings)
    try await database.migrate([VaultMigrations.plan], at: clock.now)
    let test = try await TestVault.make(over: ledger, clock)
    _ = try await test.vault.adopt(test.map(TestVault.exampleMap()), by: .operator)
    let words = try await Self.fill(test)
    try await ledger.sequence()
    var found: Set<String> = []
    var hasMarker = false
    for path in try await files() {
      let text = String(decoding: try FileBytes.read(path), as: Unicode.ASCII.self)
      hasMarker = hasMarker || text.contains("vault.subjects-added")
      for word in Self.pieces(of: text) where words.contains(String(word)) { found.insert(String(word)) }
    }
    await database.close()
    // What is looked for would be found: the journal's own words are.
    #expect(hasMarker)
    #expect(words.count > 2_900)
    #expect(found == [])
  }

  /// Runs of letters and digits of the words' length.
  private static func pieces(of text: String) -> [Substring] {
    text.unicodeScalars.split { !($0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)) }
      .map { Substring($0) }.filter { $0.utf8.count >= 12 }
  }

  /// Stores customers whose every value is a word that is nowhere else, reads, searches and changes some, and gives the
  /// words.
  private static func fill(_ test: TestVault) async throws -> Set<String> {
    var generator = SeededGenerator(for: "values")
    func word() -> String {
      "q" + String(UInt64.random(in: (1 << 62)...(.max), using: &generator), radix: 36)
    }
    var words: [[String]] = []
    for _ in 0..<500 { words.append((0..<6).map { _ in word() }) }
    let customers = words.map { some in
      [
        NewRecord(
          collection: "profile",
          fields: [
            "email": .string("\(some[0])@\(some[1]).example"), "last_name": .string(some[2]), "city": .string(some[3]),
          ]),
        NewRecord(
          collection: "orders",
          fields: [
            "order_number": .string(some[4]), "ordered_on": "2026-01-01",
            "delivery_address": ["street": .string(some[5])],
          ]),
      ]
    }
    let receipts = try await test.vault.add(customers, by: test.caller())
    for (number, receipt) in receipts.prefix(20).enumerated() {
      _ = try await test.vault.read(receipt.subject, by: test.caller())
      _ = try await test.vault.find(
        in: "orders", where: ["order_number": .string(words[number][4])], by: test.caller())
      guard let profile = receipt.records.first else { continue }
      _ = try await test.vault.change(
        profile.id, in: "profile", of: receipt.subject, to: ["city": .string(words[number][5])], version: nil,
        by: test.caller())
    }
    return Set(words.joined())
  }
}
