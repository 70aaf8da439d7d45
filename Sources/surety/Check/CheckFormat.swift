import ArgumentParser
import Obligations

/// How the result of a check is written.
enum CheckFormat: String, ExpressibleByArgument, CaseIterable { case table, json, sarif, markdown }

/// A web server whose configuration is printed.
enum ServerKind: String, ExpressibleByArgument, CaseIterable {
  case nginx, apache, caddy

  /// As advice names it.
  var name: String {
    switch self {
    case .nginx: "nginx"
    case .apache: "Apache"
    case .caddy: "Caddy"
    }
  }
}

/// From where on a check counts as failed.
enum CheckThreshold: ExpressibleByArgument, Equatable, CaseIterable {
  case notMet, never
  case severity(Severity)

  static let allCases: [CheckThreshold] = [.notMet] + Severity.allCases.map { .severity($0) } + [.never]

  init?(argument: String) {
    guard let threshold = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = threshold
  }

  var name: String {
    switch self {
    case .notMet: "not-met"
    case .never: "never"
    case .severity(let severity): severity.rawValue
    }
  }

  static var allValueStrings: [String] { allCases.map(\.name) }
  var defaultValueDescription: String { name }
}
