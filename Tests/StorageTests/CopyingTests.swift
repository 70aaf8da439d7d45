import Primitives
import TestKit
import Testing

@testable import Storage

@Suite struct `A copy of all rows` {
  private static let plan = MigrationPlan(
    room: "copied",
    [
      Migration(
        "CREATE TABLE parent (id BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT",
        """
        CREATE TABLE a_child (
          parent BLOB NOT NULL REFERENCES parent (id), number INTEGER NOT NULL, weight REAL, note TEXT, body BLOB,
          PRIMARY KEY (parent, number)) STRICT
        """,
        "CREATE TABLE counted (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    ])

  private static func fill(_ database: Database, _ random: inout SeededGenerator) async throws {
    var (parents, children, texts): ([[SQLValue]], [[SQLValue]], [[SQLValue]]) = ([], [], [])
    for number in 0..<50 {
      let id = random.bytes(16)
      parents.append([.blob(id), .text("parent é \(number)")])
      for child in 0..<Int(random.next() % 60) {
        children.append([
          .blob(id), .integer(child - 20), random.next() % 3 == 0 ? .null : .real(Double(child) / 3),
          random.next() % 3 == 0 ? .null : .text(String(repeating: "x", count: Int(random.next() % 400))),
          random.next() % 4 == 0 ? .null : .blob(random.bytes(Int(random.next() % 3_000))),
        ])
      }
    }
    for number in 0..<3_000 { texts.append([.text("row \(number)")]) }
    let (allParents, allChildren, allTexts) = (parents, children, texts)
    try await database.write { transaction in
      try transaction.execute("INSERT INTO parent (id, name) VALUES ($1, $2)", batch: allParents)
      try transaction.execute(
        "INSERT INTO a_child (parent, number, weight, note, body) VALUES ($1, $2, $3, $4, $5)", batch: allChildren)
      try transaction.execute("INSERT INTO counted (text) VALUES ($1)", batch: allTexts)
    }
  }

  private static func rows(_ database: Database) async throws -> [String: [[SQLValue]]] {
    try await database.copyOut { snapshot in
      var rows: [String: [[SQLValue]]] = [:]
      for table in snapshot.tables where table.name != "schema_migration" {
        try snapshot.forEachRow(of: table) { rows[table.name, default: []].append($0) }
      }
      return rows
    }
  }

  @Test(arguments: Backend.allCases, Backend.allCases)
  func `is the same in either database, with references and numbers in order`(
    _ from: Backend, _ to: Backend
  ) async throws {
    var random = SeededGenerator(for: "copied rows")
    try await TestDatabase.with(from) { source in
      try await source.migrate([Self.plan], at: Instant(seconds: 0))
      try await Self.fill(source, &random)
      let copied = try await Self.rows(source)
      #expect(copied["counted"]?.count == 3_000 && (copied["a_child"]?.count ?? 0) > 500)
      try await TestDatabase.with(to) { target in
        try await target.migrate([Self.plan], at: Instant(seconds: 0))
        var other = SeededGenerator(seed: 7)
        try await Self.fill(target, &other)
        let tables = try await source.copyOut { $0.tables }
        #expect(
          try #require(tables.firstIndex { $0.name == "parent" }) < #require(tables.firstIndex { $0.name == "a_child" })
        )
        try await target.replaceAll(keeping: { $0 == "schema_migration" }) { replacement in
          for table in tables where table.name != "schema_migration" {
            try replacement.insert(copied[table.name] ?? [], into: table)
          }
        }
        #expect(try await Self.rows(target) == copied)
        try await target.write { try $0.execute("INSERT INTO counted (text) VALUES ('next')") }
        let last = try await target.read { try $0.first("SELECT max(seq) FROM counted") { try $0.integer(0) } }
        #expect(last == 3_001)
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `that fails in the middle changes nothing`(_ backend: Backend) async throws {
    var random = SeededGenerator(for: "a failed copy")
    try await TestDatabase.with(backend) { database in
      try await database.migrate([Self.plan], at: Instant(seconds: 0))
      try await Self.fill(database, &random)
      let before = try await Self.rows(database)
      let stranger = TableShape(name: "sqlite_master\" --", columns: [.init(name: "x", kind: .text)], key: ["x"])
      await #expect(throws: StorageError.self) {
        try await database.replaceAll(keeping: { $0 == "schema_migration" }) {
          try $0.insert([[.text("x")]], into: stranger)
        }
      }
      #expect(try await Self.rows(database) == before)
    }
  }
}
