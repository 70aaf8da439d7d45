import Obligations

/// Which obligations somebody wants to see.
struct ObligationFilter: Sendable {
  enum View: String, Sendable { case duties, frameworks }

  let view: View
  let standing: Standing?
  let framework: Code<Framework>?
  let search: SearchWords

  /// What is not known of the query is left out.
  init(view: String?, standing: String?, framework: String?, search: String?, in catalogue: Catalogue) {
    self.view = view.flatMap { View(rawValue: $0) } ?? .duties
    self.standing = standing.flatMap { StatusText.standing(named: $0) }
    self.framework = catalogue.frameworks.first { $0.code.text == framework }?.code
    self.search = SearchWords(search)
  }

  var isActive: Bool { standing != nil || framework != nil || !search.isEmpty }

  /// The list without a filter.
  static func href(_ view: View) -> String { "/obligations?view=\(view.rawValue)" }

  /// The same filter in another view.
  func href(in view: View) -> String {
    var href = Self.href(view)
    if let standing { href += "&standing=\(StatusText.token(of: standing))" }
    if let framework { href += "&framework=\(Routes.encoded(framework.text))" }
    if !search.isEmpty { href += "&q=\(Routes.encoded(search.text))" }
    return href
  }
}
