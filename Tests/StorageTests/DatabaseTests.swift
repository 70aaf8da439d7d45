import Primitives
import Storage
import TestKit
import Testing

/// One table for the behaviours below.
private let plan = MigrationPlan(
  room: "test",
  [
    Migration(
      "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, weight REAL, body BLOB) STRICT",
      "CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) STRICT")
  ])

/// The one number a query gives.
private func integer(_ sql: StaticString, in database: Database) async throws -> Int64? {
  try await database.read { transaction in try transaction.first(sql) { try $0.integer(0) } }
}

private func withItems<Value>(
  _ backend: Backend, limits: Database.Limits = Database.Limits(connections: 4),
  isolation: isolated (any Actor)? = #isolation,
  _ body: (Database) async throws -> Value
) async throws -> Value {
  try await TestDatabase.with(backend, limits: limits) { database in
    try await database.migrate([plan], at: Instant(seconds: 0))
    return try await body(database)
  }
}

@Suite struct `A database` {
  @Test(arguments: Backend.allCases) func `keeps every kind of value`(on backend: Backend) async throws {
    try await withItems(backend) { database in
      let everyByte = Array(UInt8.min...UInt8.max)
      try await database.write { transaction in
        _ = try transaction.execute(
          "INSERT INTO item (id, name, weight, body) VALUES ($1, $2, $3, $4)",
          batch: [
            [.integer(Int64.max), .text("héllo ✓ 'quoted'"), .real(-0.1), .blob(everyByte)],
            [.integer(Int64.min), .text(""), .null, .blob([])], [.integer(-1), .text("null"), .null, .null],
          ])
      }
      let rows = try await database.read { transaction in
        try transaction.query("SELECT id, name, weight, body FROM item ORDER BY id") { row in
          "\(try row.integer(0)) \(try row.text(1)) \(row.isNull(2) ? "-" : "\(try row.real(2))") "
            + "\(try row.optionalBlob(3).map { $0 == everyByte ? "all" : "\($0)" } ?? "-")"
        }
      }
      #expect(rows == ["\(Int64.min)  - []", "-1 null - -", "\(Int64.max) héllo ✓ 'quoted' -0.1 all"])
    }
  }

  @Test(arguments: Backend.allCases) func `orders text by its bytes`(on backend: Backend) async throws {
    try await withItems(backend) { database in
      try await database.write { transaction in
        for (id, name) in ["b", "A", "a", "é", "Z", "_"].enumerated() {
          try transaction.execute("INSERT INTO item (id, name) VALUES ($1, $2)", [.integer(id), .text(name)])
        }
      }
      let names = try await database.read { try $0.query("SELECT name FROM item ORDER BY name") { try $0.text(0) } }
      #expect(names == ["A", "Z", "_", "a", "b", "é"])
    }
  }

  @Test(arguments: Backend.allCases) func `binds parameters by number, also repeated and out of order`(
    on backend: Backend
  ) async throws {
    try await withItems(backend) { database in
      let found = try await database.write { transaction in
        try transaction.execute("INSERT INTO item (name, id) VALUES ($2, $1)", [1, "one"])
        return try transaction.first("SELECT id FROM item WHERE name = $2 AND id = $1 AND name = $2", [1, "one"]) {
          try $0.integer(0)
        }
      }
      #expect(found == 1)
      await #expect(throws: StorageError.self) {
        try await database.read { try $0.first("SELECT id FROM item WHERE id = $1") { try $0.integer(0) } }
      }
    }
  }

  @Test(arguments: Backend.allCases) func `keeps nothing of a transaction that throws`(on backend: Backend) async throws
  {
    struct Refusal: Error {}
    try await withItems(backend) { database in
      await #expect(throws: Refusal.self) {
        try await database.write { transaction in
          try transaction.execute("INSERT INTO item (id, name) VALUES (1, 'a')")
          throw Refusal()
        }
      }
      let found = try await integer("SELECT count(*) FROM item", in: database)
      #expect(found == 0)
    }
  }

  @Test(arguments: Backend.allCases) func `names the rule that a row breaks, without its values`(on backend: Backend)
    async throws
  {
    try await withItems(backend) { database in
      try await database.write { _ = try $0.execute("INSERT INTO item (id, name) VALUES (1, 'secret')") }
      func failure(_ sql: StaticString) async -> StorageError? {
        do {
          try await database.write { _ = try $0.execute(sql) }
          return nil
        } catch { return error as? StorageError }
      }
      let unique = await failure("INSERT INTO item (id, name) VALUES (2, 'secret')")
      guard case .constraintViolated(.unique, let name) = unique else {
        Issue.record("\(String(describing: unique))")
        return
      }
      #expect(name.contains("name"))
      #expect(!"\(unique.map { "\($0)" } ?? "")".contains("secret"))
      guard case .constraintViolated(.notNull, _) = await failure("INSERT INTO item (id, name) VALUES (3, NULL)") else {
        Issue.record("a null was accepted")
        return
      }
      guard case .constraintViolated(.check, _) = await failure("INSERT INTO counter (id, value) VALUES (1, -1)") else {
        Issue.record("a check was not made")
        return
      }
      guard case .statementFailed = await failure("SELECT nonsense FROM nowhere") else {
        Issue.record("nonsense was accepted")
        return
      }
    }
  }

  @Test(arguments: Backend.allCases) func `refuses text with a NUL, and columns read as what they are not`(
    on backend: Backend
  ) async throws {
    try await withItems(backend) { database in
      await #expect(throws: StorageError.unsupportedValue(reason: "text holds a NUL")) {
        try await database.write { _ = try $0.execute("INSERT INTO item (id, name) VALUES ($1, $2)", [1, "a\0b"]) }
      }
      await #expect(throws: StorageError.unexpectedValue(column: 0, expected: "an integer")) {
        try await database.read { try $0.first("SELECT 'text'") { try $0.integer(0) } }
      }
    }
  }

  /// Many callers add to one counter; half of them fail on purpose. Whoever was told yes is counted, nobody else.
  @Test(arguments: Backend.allCases) func `isolates callers that share a commit`(on backend: Backend) async throws {
    struct Refusal: Error {}
    try await withItems(backend) { database in
      try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (1, 0)") }
      let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for caller in 0..<120 {
          group.addTask {
            do {
              try await database.write { transaction in
                let value = try transaction.first("SELECT value FROM counter WHERE id = 1") { try $0.integer(0) } ?? 0
                try transaction.execute("UPDATE counter SET value = $1 WHERE id = 1", [.integer(value + 1)])
                if caller.isMultiple(of: 2) { throw Refusal() }
              }
              return true
            } catch is Refusal { return false }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 60)
      let found = try await integer("SELECT value FROM counter", in: database)
      #expect(found == 60)
    }
  }

  @Test(arguments: Backend.allCases) func `reads what was committed before, while others write`(on backend: Backend)
    async throws
  {
    try await withItems(backend) { database in
      try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (1, 0), (2, 0)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for _ in 0..<50 {
            try await database.write { _ = try $0.execute("UPDATE counter SET value = value + 1") }
          }
        }
        for _ in 0..<50 {
          group.addTask {
            let values = try await database.read { transaction in
              let first = try transaction.first("SELECT value FROM counter WHERE id = 1") { try $0.integer(0) }
              let second = try transaction.first("SELECT value FROM counter WHERE id = 2") { try $0.integer(0) }
              return (first, second)
            }
            #expect(values.0 == values.1)
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: Backend.allCases) func `refuses to write while reading`(on backend: Backend) async throws {
    try await withItems(backend) { database in
      await #expect(throws: (any Error).self) {
        _ = try await database.read { transaction in
          try transaction.query("INSERT INTO counter (id, value) VALUES (9, 9) RETURNING id") { try $0.integer(0) }
        }
      }
      let found = try await integer("SELECT count(*) FROM counter", in: database)
      #expect(found == 0)
    }
  }

  static let endless: StaticString =
    "WITH RECURSIVE n(x) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

  @Test(arguments: Backend.allCases) func `stops a statement at its time limit and serves the others`(
    on backend: Backend
  ) async throws {
    let limits = Database.Limits(statementTime: .milliseconds(200), connections: 2)
    try await withItems(backend, limits: limits) { database in
      await #expect(throws: StorageError.timeLimitExceeded(.milliseconds(200))) {
        try await database.read { try $0.first(Self.endless) { try $0.integer(0) } }
      }
      let slow = Task { try await database.write { _ = try $0.first(Self.endless) { try $0.integer(0) } } }
      let quick = Task {
        try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (1, 1)") }
      }
      await #expect(throws: StorageError.timeLimitExceeded(.milliseconds(200))) { try await slow.value }
      try await quick.value
      let found = try await integer("SELECT value FROM counter", in: database)
      #expect(found == 1)
    }
  }

  @Test(arguments: Backend.allCases) func `stops a statement whose caller is cancelled`(on backend: Backend)
    async throws
  {
    try await withItems(backend) { database in
      for access in 0..<2 {
        let task = Task {
          if access == 0 {
            _ = try await database.read { try $0.first(Self.endless) { try $0.integer(0) } }
          } else {
            _ = try await database.write { transaction in
              try transaction.execute("INSERT INTO counter (id, value) VALUES (1, 1)")
              _ = try transaction.first(Self.endless) { try $0.integer(0) }
            }
          }
        }
        try await Task.sleep(for: .milliseconds(150))
        let started = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - started < .seconds(20), "the statement alone would run for ever")
      }
      let found = try await integer("SELECT count(*) FROM counter", in: database)
      #expect(found == 0)
    }
  }

  @Test(arguments: Backend.allCases) func `refuses callers beyond its limit instead of piling them up`(
    on backend: Backend
  ) async throws {
    let limits = Database.Limits(waitingWrites: 4, connections: 1)
    try await withItems(backend, limits: limits) { database in
      let refused = await withTaskGroup(of: Bool.self) { group in
        for id in 0..<200 {
          group.addTask {
            do {
              try await database.write {
                _ = try $0.execute("INSERT INTO counter (id, value) VALUES ($1, 1)", [.integer(id)])
              }
              return false
            } catch { return error as? StorageError == .overloaded(waiting: 4) }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(refused > 0)
      let found = try await integer("SELECT count(*) FROM counter", in: database)
      #expect(found == Int64(200 - refused))
    }
  }

  @Test(arguments: Backend.allCases) func `tells listeners after the commit and not at all after a rollback`(
    on backend: Backend
  ) async throws {
    struct Refusal: Error {}
    try await withItems(backend) { database in
      let channel = Channel("news")
      let stream = database.notifications(on: channel)
      if backend == .postgreSQL {
        // Listening begins with an empty payload: what was sent before may have been missed.
        for await payload in stream.prefix(1) { #expect(payload.isEmpty) }
      }
      await #expect(throws: Refusal.self) {
        try await database.write {
          try $0.notify(channel, "no")
          throw Refusal()
        }
      }
      try await database.write { try $0.notify(channel, "yes") }
      for await payload in stream.prefix(1) { #expect(payload == "yes") }
    }
  }

  @Test(arguments: Backend.allCases) func `gives a lease to one holder at a time`(on backend: Backend) async throws {
    try await TestDatabase.withLocation(backend) { location in
      let (one, two) = (try await Database.open(location), try await Database.open(location))
      let lease = try #require(try await one.lease("work"))
      #expect(await lease.isHeld())
      #expect(try await two.lease("work") == nil)
      #expect(try await two.lease("other") != nil)
      await lease.release()
      #expect(await lease.isHeld() == false)
      let next = try #require(try await two.lease("work"))
      #expect(await next.isHeld())
      await next.release()
      await one.close()
      await two.close()
    }
  }
}

@Suite struct `Migrations` {
  @Test(arguments: Backend.allCases) func `run once, also when several nodes start together`(on backend: Backend)
    async throws
  {
    try await TestDatabase.withLocation(backend) { location in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            let database = try await Database.open(location, limits: Database.Limits(connections: 2))
            try await database.migrate([plan], at: Instant(seconds: 0))
            try await database.write {
              _ = try $0.execute("INSERT INTO counter (id, value) SELECT count(*), 1 FROM counter")
            }
            await database.close()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// A large table's migration takes longer than any statement of a request may; another node waits for it.
  @Test(arguments: Backend.allCases) func `take the time they need, and so does the wait for those of another node`(
    on backend: Backend
  ) async throws {
    let slow = MigrationPlan(
      room: "slow",
      [
        Migration(
          """
          CREATE TABLE slow AS WITH RECURSIVE n(x) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM n
          WHERE x < 2000000) SELECT x FROM n
          """)
      ])
    let limits = Database.Limits(statementTime: .milliseconds(200), connections: 1)
    try await TestDatabase.withLocation(backend) { location in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            let node = try await Database.open(location, limits: limits)
            try await node.migrate([slow], at: Instant(seconds: 0))
            await node.close()
          }
        }
        try await group.waitForAll()
      }
      // The same work in a transaction of a request is cut short.
      let database = try await Database.open(location, limits: limits)
      await #expect(throws: StorageError.timeLimitExceeded(limits.statementTime)) {
        try await database.write { _ = try $0.execute("CREATE TABLE copy AS SELECT a.x FROM slow a, slow b") }
      }
      await database.close()
    }
  }

  @Test(arguments: Backend.allCases) func `refuse altered steps and newer tables, and leave nothing half done`(
    on backend: Backend
  ) async throws {
    try await TestDatabase.with(backend) { database in
      let first = Migration("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT")
      let second = Migration("CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT")
      try await database.migrate([MigrationPlan(room: "r", [first, second])], at: Instant(seconds: 0))
      await #expect(throws: StorageError.newerSchema(room: "r", found: 2, known: 1)) {
        try await database.migrate([MigrationPlan(room: "r", [first])], at: Instant(seconds: 0))
      }
      await #expect(throws: StorageError.changedMigration(room: "r", number: 2)) {
        try await database.migrate([MigrationPlan(room: "r", [first, first])], at: Instant(seconds: 0))
      }
      let broken = Migration("CREATE TABLE c (id INTEGER PRIMARY KEY) STRICT", "CREATE TABLE nonsense")
      await #expect(throws: StorageError.self) {
        try await database.migrate([MigrationPlan(room: "r", [first, second, broken])], at: Instant(seconds: 0))
      }
      let mended = Migration("CREATE TABLE c (id INTEGER PRIMARY KEY) STRICT")
      try await database.migrate([MigrationPlan(room: "r", [first, second, mended])], at: Instant(seconds: 0))
    }
  }
}

@Suite struct `A cluster of two PostgreSQL servers` {
  /// A server that no longer takes writes keeps its connections and answers 25006 (read_only_sql_transaction) on them.
  @Test func `is written to where it takes writes, also when the other one keeps its connections`() async throws {
    let servers = [try PostgreSQLCluster(), try PostgreSQLCluster()]
    defer { for server in servers { server.remove() } }
    for server in servers { try await server.run("CREATE TABLE counter (id BIGINT PRIMARY KEY, value BIGINT)") }
    let hosts = servers.map(\.directory).joined(separator: ",")
    let database = try await Database.open(
      .postgreSQL(url: "postgres:///postgres?host=\(hosts)&user=surety"), limits: Database.Limits(connections: 1))
    try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (1, 1)") }
    try await servers[0].run("ALTER SYSTEM SET default_transaction_read_only = on")
    try await servers[0].run("SELECT pg_reload_conf()")
    // The setting reaches the session at hand with its next command; the caller that meets it is told so.
    var refusals: [any Error] = []
    for attempt in 2..<30 where refusals.isEmpty {
      do {
        try await database.write {
          _ = try $0.execute("INSERT INTO counter (id, value) VALUES ($1, 1)", [.integer(attempt)])
        }
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        refusals.append(error)
      }
    }
    guard case .connectionLost = refusals.first as? StorageError else {
      Issue.record("expected a lost connection: \(refusals)")
      return
    }
    try await database.write { _ = try $0.execute("INSERT INTO counter (id, value) VALUES (99, 1)") }
    let found = try await integer("SELECT count(*) FROM counter", in: database)
    #expect(found == 1, "the second server has what was written after the first one was demoted, and nothing else")
    await database.close()
  }
}

@Suite struct `A database location` {
  @Test func `is a file or a PostgreSQL URL, and shows no secret`() throws {
    #expect(try DatabaseLocation("data/surety.sqlite") == .sqlite(path: "data/surety.sqlite"))
    #expect(try DatabaseLocation("sqlite:/x") == .sqlite(path: "/x"))
    let url = "postgres://user:pa%40ss@db1:5432,db2:5432/surety?sslmode=require&password=x"
    #expect(try DatabaseLocation(url) == .postgreSQL(url: url))
    #expect(try DatabaseLocation(url).description == "postgres://db1,db2/surety")
    for text in ["", "mysql://x", "a\0b", "postgres://u:se%er2@h/d"] {
      #expect(throws: StorageError.self) { try DatabaseLocation(text) }
    }
  }
}
