extension Database {
  /// Overwrites what deleted rows left behind, as far as the database can.
  ///
  /// SQLite moves its write-ahead log into the file, where deleted bytes are overwritten (`secure_delete`), and empties
  /// the log. PostgreSQL vacuums these tables, which frees the room for others; its pages and its own log keep old bytes
  /// until they are used again.
  public func scrub(_ tables: [StaticString]) async throws { try await engine.scrub(tables.map(\.description)) }
}

extension SQLiteEngine {
  func scrub(_ tables: [String]) async throws { await emptyLog() }
}

extension PostgreSQLEngine {
  func scrub(_ tables: [String]) async throws {
    try await withConnection { connection in
      for table in tables { try connection.command("VACUUM \(table)") }
    }
  }
}
