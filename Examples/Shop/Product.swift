/// Something that the shop sells.
struct Product: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case tea, pot

    var title: String {
      switch self {
      case .tea: "Teas"
      case .pot: "Pots"
      }
    }

    var path: String { "/\(rawValue)s" }
  }

  let slug: String
  let kind: Kind
  let name: String
  /// How much of it one gets.
  let unit: String
  let summary: String
  let description: String
  let price: Money
  var stock: Int

  var path: String { "/products/\(slug)" }
  var picture: String { "/pictures/\(slug).svg" }
}
