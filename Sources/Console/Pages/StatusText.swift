import Obligations
import Primitives

/// How something stands, as pages show it.
struct StatusText: Hashable, Sendable {
  /// `met`, `excepted`, `due`, `unproven` or `not-met`: what it looks like.
  let token: String
  /// What it says; it may say more than the token, such as until when.
  let words: String

  init(_ standing: Standing) {
    token = Self.token(of: standing)
    words = standing.words
  }

  /// With the time that belongs to it.
  init(_ status: Status, at now: Instant) {
    token = Self.token(of: status.standing)
    switch (status.standing, status.due) {
    case (.due, let due?):
      words = "due in \(TimeText.span(max(0, due.since(now).components.seconds)))"
    case (.excepted, let ends?): words = "excepted until \(TimeText.day(ends))"
    default: words = status.standing.words
    }
  }

  static func token(of standing: Standing) -> String { standing == .notMet ? "not-met" : standing.rawValue }

  /// The standing that an address names; nil for anything else.
  static func standing(named token: String) -> Standing? {
    Standing.allCases.first { Self.token(of: $0) == token }
  }
}

/// How bad a weakness is, as pages show it.
struct SeverityText: Hashable, Sendable {
  let token: String
  let words: String

  init(_ severity: Severity) { (token, words) = (severity.rawValue, severity.rawValue) }
}

/// How a look ended, as pages show it.
struct OutcomeText: Hashable, Sendable {
  let token: String
  let words: String

  init(_ outcome: Outcome) {
    switch outcome {
    case .satisfied: (token, words) = ("satisfied", "satisfied")
    case .notSatisfied: (token, words) = ("not-satisfied", "not satisfied")
    case .couldNotCheck: (token, words) = ("could-not-check", "could not check")
    }
  }

  /// Evidence that has gone stale never looks like fresh evidence, whatever it said.
  init(_ outcome: Outcome, isStale: Bool) {
    let fresh = OutcomeText(outcome)
    (token, words) =
      isStale && outcome != .couldNotCheck
      ? (OutcomeText(.couldNotCheck).token, "was \(fresh.words)") : (fresh.token, fresh.words)
  }
}
