/// An amount in euros.
struct Money: Hashable, Sendable {
  let cents: Int

  /// Such as `€12.50`.
  var text: String {
    let rest = cents % 100
    return "€\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
