import Obligations

/// Where the things of the catalogue are shown.
extension Catalogue {
  /// The duty that each control belongs to.
  var owners: [Code<Control>: Duty] {
    Dictionary(
      duties.flatMap { duty in duty.controls.map { ($0.code, duty) } }, uniquingKeysWith: { first, _ in first })
  }

  /// A duty with this code.
  func duty(_ code: Code<Duty>) -> Duty? { duties.first { $0.code == code } }
}

extension Duty {
  /// Its page.
  var href: String { "/duties/\(Routes.encoded(code.text))" }

  /// The place of one of its controls on its page.
  func href(of control: Code<Control>) -> String { "\(href)#\(Routes.encoded(control.text))" }
}

extension Requirement {
  /// Its page.
  var href: String { "/requirements/\(Routes.encoded(code.text))" }
}
