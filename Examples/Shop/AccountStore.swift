import Foundation
import GRDB

/// The customers' accounts, and what is left of a one-time code once it was used.
struct AccountStore: Sendable {
  let database: DatabaseQueue

  /// Opens an account.
  /// - Returns: its number; nil when there is one with this address already.
  func open(email: String, name: String, _ password: Passwords.Kept) async throws -> Int64? {
    try await database.write { database in
      try database.execute(
        sql: """
          INSERT INTO customers (email, name, salt, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING
          """,
        arguments: [email, name, Data(password.salt), Data(password.hash)])
      return database.changesCount == 1 ? database.lastInsertedRowID : nil
    }
  }

  /// The account with an address, and what is kept of its password.
  func find(email: String) async throws -> (id: Int64, password: Passwords.Kept)? {
    try await database.read { database in
      try Row.fetchOne(database, sql: "SELECT id, salt, hash FROM customers WHERE email = $1", arguments: [email])
        .map { row in
          (row["id"], Passwords.Kept(salt: Array(row["salt"] as Data), hash: Array(row["hash"] as Data)))
        }
    }
  }

  func setDelivery(_ delivery: Delivery, of customer: Int64) async throws {
    try await database.write { database in
      try database.execute(
        sql: "UPDATE customers SET name = $1, street = $2, postcode = $3, town = $4, country = $5 WHERE id = $6",
        arguments: [
          delivery.name, delivery.street, delivery.postcode, delivery.town, delivery.country, customer,
        ])
    }
  }

  /// Marks a one-time code's step as used.
  /// - Returns: false when it was used before.
  func use(step: Int64) async throws -> Bool {
    try await database.write { database in
      try database.execute(sql: "DELETE FROM used_steps WHERE step < $1", arguments: [step - 10])
      try database.execute(
        sql: "INSERT INTO used_steps (step) VALUES ($1) ON CONFLICT (step) DO NOTHING", arguments: [step])
      return database.changesCount == 1
    }
  }
}

extension Customer {
  init(_ row: Row) {
    self.init(
      id: row["id"], email: row["email"], name: row["name"],
      delivery: Delivery(
        name: row["name"], street: row["street"], postcode: row["postcode"], town: row["town"],
        country: row["country"]))
  }
}
