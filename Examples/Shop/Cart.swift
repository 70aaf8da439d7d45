/// What a customer is about to buy.
struct Cart: Sendable {
  struct Line: Sendable {
    let product: Product
    let quantity: Int

    var price: Money { Money(cents: product.price.cents * quantity) }
  }

  let lines: [Line]

  /// So many different things fit in.
  static let mostLines = 50
  /// So many of one thing fit in.
  static let mostOfOne = 20
  /// Sending is free from here on.
  static let freeFrom = Money(cents: 5_000)

  var goods: Money { Money(cents: lines.reduce(0) { $0 + $1.price.cents }) }
  var sending: Money { Money(cents: goods.cents >= Self.freeFrom.cents || lines.isEmpty ? 0 : 490) }
  var total: Money { Money(cents: goods.cents + sending.cents) }
}
