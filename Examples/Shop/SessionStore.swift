import Foundation
import GRDB

/// The sessions of browsers. One is kept once there is something to remember: a cart, or a sign-in.
struct SessionStore: Sendable {
  let database: DatabaseQueue

  /// A session that nobody used for so long is forgotten, in seconds.
  private static let idle: Int64 = 14 * 86_400

  /// Adds to a visit what is remembered of it.
  func recall(_ visit: inout Visit, at now: Int64) async throws {
    let known = visit
    visit = try await database.read { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT customers.*, sessions.admin_until,
            (SELECT COALESCE(SUM(quantity), 0) FROM cart_lines WHERE session = sessions.key) AS things
          FROM sessions LEFT JOIN customers ON customers.id = sessions.customer
          WHERE sessions.key = $1 AND sessions.used > $2
          """,
        arguments: [known.key, now - Self.idle])
      guard let row else { return known }
      var visit = known
      if row["id"] as Int64? != nil { visit.customer = Customer(row) }
      visit.isAdmin = row["admin_until"] > now
      visit.cartCount = row["things"]
      return visit
    }
  }

  /// Signs a customer in. The session gets a new name, so that one planted before is worth nothing afterwards.
  func signIn(_ customer: Int64, from old: Data, as new: Data, at now: Int64) async throws {
    try await database.write { database in
      try Self.rename(old, to: new, at: now, in: database)
      try database.execute(
        sql: "UPDATE sessions SET customer = $1 WHERE key = $2", arguments: [customer, new])
    }
  }

  /// Lets a browser into the admin panel until a moment; 0 leads it out.
  func setAdmin(until: Int64, from old: Data, as new: Data, at now: Int64) async throws {
    try await database.write { database in
      try Self.rename(old, to: new, at: now, in: database)
      try database.execute(
        sql: "UPDATE sessions SET admin_until = $1 WHERE key = $2", arguments: [until, new])
    }
  }

  func forget(_ key: Data) async throws {
    try await database.write { database in
      try database.execute(sql: "DELETE FROM sessions WHERE key = $1", arguments: [key])
    }
  }

  /// Makes sure that a session is kept, and forgets those that nobody uses.
  static func keep(_ key: Data, at now: Int64, in database: Database) throws {
    try database.execute(sql: "DELETE FROM sessions WHERE used <= $1", arguments: [now - idle])
    try database.execute(
      sql: "INSERT INTO sessions (key, used) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET used = excluded.used",
      arguments: [key, now])
  }

  private static func rename(_ old: Data, to new: Data, at now: Int64, in database: Database) throws {
    try keep(old, at: now, in: database)
    // The cart's lines follow by themselves.
    try database.execute(sql: "UPDATE sessions SET key = $1 WHERE key = $2", arguments: [new, old])
  }
}
