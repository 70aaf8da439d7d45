import Foundation
import GRDB

/// What is in the carts.
struct CartStore: Sendable {
  let database: DatabaseQueue

  func cart(_ session: Data) async throws -> Cart {
    try await database.read { try Self.cart(session, in: $0) }
  }

  /// Puts more of a product into a cart, as far as the cart and the shelf allow.
  func add(_ quantity: Int, of product: Product, to session: Data, at now: Int64) async throws {
    try await database.write { database in
      try SessionStore.keep(session, at: now, in: database)
      let lines = try Int.fetchOne(
        database, sql: "SELECT COUNT(*) FROM cart_lines WHERE session = $1 AND product <> $2",
        arguments: [session, product.slug])
      guard lines ?? 0 < Cart.mostLines else { return }
      try database.execute(
        sql: """
          INSERT INTO cart_lines (session, product, quantity) VALUES ($1, $2, MIN($3, $4))
          ON CONFLICT (session, product) DO UPDATE SET quantity = MIN(quantity + $3, $4)
          """,
        arguments: [session, product.slug, quantity, min(product.stock, Cart.mostOfOne)])
    }
  }

  /// Sets how much of a product is in a cart; 0 takes it out.
  func set(_ quantity: Int, of product: Product, in session: Data) async throws {
    try await database.write { database in
      try database.execute(
        sql: "UPDATE cart_lines SET quantity = MIN($1, $2) WHERE session = $3 AND product = $4",
        arguments: [quantity, min(product.stock, Cart.mostOfOne), session, product.slug])
      try database.execute(sql: "DELETE FROM cart_lines WHERE session = $1 AND quantity <= 0", arguments: [session])
    }
  }

  static func cart(_ session: Data, in database: Database) throws -> Cart {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT products.*, cart_lines.quantity FROM cart_lines JOIN products ON products.slug = cart_lines.product
        WHERE cart_lines.session = $1 ORDER BY products.position
        """,
      arguments: [session])
    return Cart(
      lines: rows.compactMap { row in Product(row).map { Cart.Line(product: $0, quantity: row["quantity"]) } })
  }
}
