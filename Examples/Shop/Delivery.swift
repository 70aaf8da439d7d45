/// Where an order goes.
struct Delivery: Sendable {
  var name = ""
  var street = ""
  var postcode = ""
  var town = ""
  var country = ""

  /// A field of the form.
  struct Field: Sendable {
    let name: String
    let label: String
    /// What browsers fill it with (HTML, `autocomplete`).
    let filling: String
    let path: any WritableKeyPath<Delivery, String> & Sendable
  }

  static let fields = [
    Field(name: "name", label: "Name", filling: "name", path: \.name),
    Field(name: "street", label: "Street and number", filling: "street-address", path: \.street),
    Field(name: "postcode", label: "Postcode", filling: "postal-code", path: \.postcode),
    Field(name: "town", label: "Town", filling: "address-level2", path: \.town),
    Field(name: "country", label: "Country", filling: "country-name", path: \.country),
  ]

  var isComplete: Bool { Self.fields.allSatisfy { !self[keyPath: $0.path].isEmpty } }
}
