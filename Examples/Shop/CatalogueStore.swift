import GRDB

/// The products on the shelves.
struct CatalogueStore: Sendable {
  let database: DatabaseQueue

  /// So many are found at most.
  private static let most = 60

  /// Puts products on empty shelves.
  func fill(with products: [Product]) throws {
    try database.write { database in
      guard try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM products") == 0 else { return }
      for (position, product) in products.enumerated() {
        try database.execute(
          sql: """
            INSERT INTO products (slug, position, kind, name, unit, summary, description, price, stock)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
          arguments: [
            product.slug, position, product.kind.rawValue, product.name, product.unit, product.summary,
            product.description, product.price.cents, product.stock,
          ])
      }
    }
  }

  func all() async throws -> [Product] {
    try await database.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM products ORDER BY position").compactMap(Product.init)
    }
  }

  func all(of kind: Product.Kind) async throws -> [Product] {
    try await database.read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM products WHERE kind = $1 ORDER BY position", arguments: [kind.rawValue]
      ).compactMap(Product.init)
    }
  }

  func product(_ slug: String) async throws -> Product? {
    try await database.read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM products WHERE slug = $1", arguments: [slug])
        .flatMap(Product.init)
    }
  }

  /// Products with some words in their name or description; `%` and `_` stand for themselves.
  func search(_ words: String) async throws -> [Product] {
    let escaped = words.reduce(into: "") { $0 += "%_\\".contains($1) ? "\\\($1)" : String($1) }
    return try await database.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM products WHERE name || ' ' || summary || ' ' || description LIKE $1 ESCAPE '\\'
          ORDER BY position LIMIT $2
          """,
        arguments: ["%\(escaped)%", Self.most]
      ).compactMap(Product.init)
    }
  }
}

extension Product {
  /// Nil for a row of a kind that is not sold.
  init?(_ row: Row) {
    guard let kind = Kind(rawValue: row["kind"]) else { return nil }
    self.init(
      slug: row["slug"], kind: kind, name: row["name"], unit: row["unit"], summary: row["summary"],
      description: row["description"], price: Money(cents: row["price"]), stock: row["stock"])
  }
}
