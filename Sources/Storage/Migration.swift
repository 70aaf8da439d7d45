public import Primitives

/// One step of a room's tables, never changed once it is released.
///
/// The statements are SQLite's, for `STRICT` tables with the types INTEGER, REAL, TEXT and BLOB; PostgreSQL gets BIGINT,
/// DOUBLE PRECISION, TEXT ordered by bytes, and BYTEA.
public struct Migration: Sendable {
  let statements: [String]

  /// A migration that runs these statements in order.
  public init(_ statements: StaticString...) { self.statements = statements.map(\.description) }
}

/// All migrations of a room; the first is number 1.
public struct MigrationPlan: Sendable {
  let room: String
  let migrations: [Migration]

  /// The migrations of a room.
  public init(room: StaticString, _ migrations: [Migration]) {
    self.room = room.description
    self.migrations = migrations
  }
}

/// A connection that may run statements that are not literals: those of migrations.
protocol MigratingConnection: AnyObject {
  var dialect: Dialect { get }
  func executeScript(_ sql: String) throws(StorageError)
  var transaction: WriteTransaction { get }
}

/// How a migration's statements are worded.
enum Dialect: Sendable {
  case sqlite, postgreSQL

  /// A migration's statement in this dialect.
  func translate(_ statement: String) -> String {
    switch self {
    case .sqlite: statement
    case .postgreSQL:
      statement
        .replacing(/\bINTEGER\b/, with: "BIGINT")
        .replacing(/\bREAL\b/, with: "DOUBLE PRECISION")
        .replacing(/\bBLOB\b/, with: "BYTEA")
        .replacing(/\bTEXT\b/, with: "TEXT COLLATE \"C\"")
        .replacing(/\)\s*STRICT\s*$/, with: ")")
    }
  }
}

extension Database {
  /// Brings the tables of these rooms to the version this program knows. Safe to call from several nodes at once: a
  /// lock lets one do it while the others wait. All or nothing.
  /// - Throws: ``StorageError/newerSchema(room:found:known:)``, ``StorageError/changedMigration(room:number:)`` or what
  ///   a statement throws.
  public func migrate(_ plans: [MigrationPlan], at now: Instant) async throws {
    try await engine.migrate { connection in
      try connection.executeScript(connection.dialect.translate(Self.bookkeeping))
      for plan in plans { try Self.apply(plan, on: connection, at: now) }
    }
  }

  private static let bookkeeping = """
    CREATE TABLE IF NOT EXISTS schema_migration (
      room TEXT NOT NULL, number INTEGER NOT NULL, applied_at INTEGER NOT NULL, statements TEXT NOT NULL,
      PRIMARY KEY (room, number)
    ) STRICT
    """

  private static func apply(
    _ plan: MigrationPlan, on connection: any MigratingConnection, at now: Instant
  ) throws {
    let applied = try connection.transaction.query(
      "SELECT statements FROM schema_migration WHERE room = $1 ORDER BY number", [.text(plan.room)]
    ) { try $0.text(0) }
    guard applied.count <= plan.migrations.count else {
      throw StorageError.newerSchema(room: plan.room, found: applied.count, known: plan.migrations.count)
    }
    for (offset, migration) in plan.migrations.enumerated() {
      let text = migration.statements.joined(separator: ";\n")
      if offset < applied.count {
        guard applied[offset] == text else {
          throw StorageError.changedMigration(room: plan.room, number: offset + 1)
        }
        continue
      }
      for statement in migration.statements { try connection.executeScript(connection.dialect.translate(statement)) }
      try connection.transaction.execute(
        "INSERT INTO schema_migration (room, number, applied_at, statements) VALUES ($1, $2, $3, $4)",
        [.text(plan.room), .integer(offset + 1), .integer(now.microseconds), .text(text)])
    }
  }
}
