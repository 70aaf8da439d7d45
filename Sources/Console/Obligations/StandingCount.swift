import Obligations

/// How many stand like this.
struct StandingCount: Sendable {
  let status: StatusText
  let count: Int

  /// All standings with their numbers, what needs a person most first.
  static func all(_ standings: [Standing]) -> [StandingCount] {
    tally(standings).map { StandingCount(status: StatusText($0), count: $1) }
  }

  fileprivate static func tally(_ standings: [Standing]) -> [(Standing, Int)] {
    let counts = Dictionary(grouping: standings, by: \.self).mapValues(\.count)
    return Standing.byUrgency.map { ($0, counts[$0] ?? 0) }
  }
}

/// How many stand like this, and where to see them.
struct StandingCountLink: Sendable {
  let status: StatusText
  let count: Int
  let href: String
  /// Whether the page shows just these.
  let isCurrent: Bool

  /// - Parameter path: the list of all, to which the filter is added.
  static func all(
    _ standings: [Standing], path: String = "/obligations", current: Standing? = nil
  ) -> [StandingCountLink] {
    StandingCount.tally(standings).map { standing, count in
      StandingCountLink(
        status: StatusText(standing), count: count,
        href: "\(path)\(path.contains("?") ? "&" : "?")standing=\(StatusText.token(of: standing))",
        isCurrent: standing == current)
    }
  }
}

extension Standing {
  /// The order in which pages count: what needs a person most comes first.
  static let byUrgency = allCases.sorted(by: >)
}
