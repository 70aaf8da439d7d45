import Foundation
import GRDB

/// What was bought.
struct OrderStore: Sendable {
  let database: DatabaseQueue

  /// So many are listed, the newest first.
  private static let most = 200
  private static let firstNumber: Int64 = 10_001

  /// Why a cart cannot become an order.
  enum Obstacle: Error {
    case emptyCart
    /// There is less on the shelf than in the cart.
    case soldOut(String)
  }

  /// Turns a cart into an order that is paid for, and takes its things from the shelves.
  /// - Throws: ``Obstacle``; then nothing has happened.
  func place(_ session: Data, for customer: Customer, card: String, at now: Int64) async throws -> Int64 {
    try await database.write { database in
      let cart = try CartStore.cart(session, in: database)
      guard !cart.lines.isEmpty else { throw Obstacle.emptyCart }
      if let line = cart.lines.first(where: { $0.quantity > $0.product.stock }) {
        throw Obstacle.soldOut(line.product.name)
      }
      let last = try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM orders")
      let number = (last ?? Self.firstNumber - 1) + 1
      let delivery = customer.delivery
      try database.execute(
        sql: """
          INSERT INTO orders (number, customer, placed, total, card, name, street, postcode, town, country)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
          """,
        arguments: [
          number, customer.id, now, cart.total.cents, card, delivery.name, delivery.street, delivery.postcode,
          delivery.town, delivery.country,
        ])
      for line in cart.lines {
        try database.execute(
          sql: "INSERT INTO order_lines (number, product, name, price, quantity) VALUES ($1, $2, $3, $4, $5)",
          arguments: [number, line.product.slug, line.product.name, line.product.price.cents, line.quantity])
        try database.execute(
          sql: "UPDATE products SET stock = stock - $1 WHERE slug = $2", arguments: [line.quantity, line.product.slug])
      }
      try database.execute(sql: "DELETE FROM cart_lines WHERE session = $1", arguments: [session])
      return number
    }
  }

  func orders(of customer: Int64) async throws -> [Order] {
    try await database.read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM orders WHERE customer = $1 ORDER BY number DESC LIMIT $2",
        arguments: [customer, Self.most]
      ).map(Order.init)
    }
  }

  /// The newest orders of all customers.
  func newest() async throws -> [Order] {
    try await database.read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM orders ORDER BY number DESC LIMIT $1", arguments: [Self.most]
      ).map(Order.init)
    }
  }

  /// An order and its lines; nil for one that is somebody else's.
  func order(_ number: Int64, of customer: Int64) async throws -> (order: Order, lines: [Order.Line])? {
    try await database.read { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT * FROM orders WHERE number = $1 AND customer = $2", arguments: [number, customer])
      else { return nil }
      let lines = try Row.fetchAll(
        database, sql: "SELECT name, price, quantity FROM order_lines WHERE number = $1 ORDER BY product",
        arguments: [number])
      return (
        Order(row),
        lines.map { Order.Line(name: $0["name"], price: Money(cents: $0["price"]), quantity: $0["quantity"]) }
      )
    }
  }

  /// Notes that an order is on its way.
  func send(_ number: Int64, at now: Int64) async throws {
    try await database.write { database in
      try database.execute(
        sql: "UPDATE orders SET sent = $1 WHERE number = $2 AND sent IS NULL", arguments: [now, number])
    }
  }
}

extension Order {
  init(_ row: Row) {
    self.init(
      number: row["number"], placed: row["placed"], total: Money(cents: row["total"]), card: row["card"],
      delivery: Delivery(
        name: row["name"], street: row["street"], postcode: row["postcode"], town: row["town"],
        country: row["country"]),
      sent: row["sent"])
  }
}
