/// Something that was bought and paid for.
struct Order: Sendable {
  struct Line: Sendable {
    let name: String
    let price: Money
    let quantity: Int
  }

  let number: Int64
  /// In seconds since the beginning of 1970.
  let placed: Int64
  let total: Money
  /// The last four digits; more of the card is not kept.
  let card: String
  let delivery: Delivery
  /// In seconds since the beginning of 1970; nil before it is on its way.
  let sent: Int64?
}
