/// Somebody with an account.
struct Customer: Sendable {
  let id: Int64
  let email: String
  let name: String
  var delivery: Delivery
}
