/// A Content-Security-Policy in the making.
struct ContentPolicy: Sendable {
  /// In the order in which they are written.
  private var directives: [(name: String, sources: String)]

  /// Only what the shop itself serves, and nothing that is not needed.
  static let strict = ContentPolicy(directives: [
    ("default-src", "'none'"), ("script-src", "'self'"), ("style-src", "'self'"), ("img-src", "'self'"),
    ("form-action", "'self'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'"),
  ])

  mutating func drop(_ name: String) { directives.removeAll { $0.name == name } }

  /// Adds sources to a directive; one that is not there is added.
  mutating func allow(_ sources: String, in name: String) {
    if let index = directives.firstIndex(where: { $0.name == name }) {
      directives[index].sources += " \(sources)"
    } else {
      directives.append((name, sources))
    }
  }

  var text: String { directives.map { "\($0.name) \($0.sources)" }.joined(separator: "; ") }
}
