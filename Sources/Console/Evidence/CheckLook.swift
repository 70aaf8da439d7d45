import Obligations
import Primitives

/// A check of a target: what it saw last, and when it looks next.
struct CheckLook: Sendable {
  /// How it is with it now, the most urgent first.
  enum State: String, CaseIterable, Comparable, Sendable {
    case notSatisfied = "not-satisfied"
    case couldNotCheck = "could-not-check"
    case stale
    case never
    case satisfied

    static func < (left: State, right: State) -> Bool { left.urgency < right.urgency }

    private var urgency: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// As the filter calls it.
    var words: String {
      switch self {
      case .notSatisfied: "not satisfied"
      case .couldNotCheck: "could not check"
      case .stale: "stale"
      case .never: "not looked yet"
      case .satisfied: "satisfied"
      }
    }
  }

  let check: any Check
  let target: String
  /// Nil while it has not looked yet.
  let look: EvidenceBook.Look?
  /// Nil while it is not on the schedule.
  let plan: PlannedLook?

  func state(at now: Instant) -> State {
    guard let look else { return .never }
    guard now < look.expires else { return .stale }
    switch look.verdict.outcome {
    case .satisfied: return .satisfied
    case .notSatisfied: return .notSatisfied
    case .couldNotCheck: return .couldNotCheck
    }
  }

  /// Everything that is to be looked at, in the order of the checks.
  static func all(of register: ObligationRegister, in book: EvidenceBook) async throws -> [CheckLook] {
    let plans = Dictionary(grouping: try await register.plannedLooks(), by: \.check)
    return register.checks.flatMap { check in
      let planned = Dictionary((plans[check.code] ?? []).map { ($0.target, $0) }, uniquingKeysWith: { $1 })
      return (book.targets[check.code] ?? []).map { target in
        CheckLook(
          check: check, target: target, look: book.looks[check.code]?[target],
          plan: planned[target])
      }
    }
  }

  static func href(_ check: Code<CheckName>, at target: String? = nil) -> String {
    let path = "/checks/\(Routes.encoded(check.text))"
    return target.map { "\(path)?target=\(Routes.encoded($0))" } ?? path
  }
}

/// One as a row of a page.
struct LookText: Sendable {
  /// Of the row, so that its news can be shown in it.
  let rowID: String
  let code: String
  let title: String
  let href: String
  let target: String
  let outcome: OutcomeText?
  /// What it saw last, in a sentence.
  let found: String?
  let observationHref: String?
  let at: TimeText?
  let next: TimeText?
  let isStale: Bool
  let failures: String?
  let alertedSince: TimeText?
  let isRunning: Bool
  let runAction: String

  init(_ item: CheckLook, row number: Int, at now: Instant) {
    let look = item.look
    rowID = "look-\(number)"
    code = item.check.code.text
    title = item.check.title
    href = CheckLook.href(item.check.code, at: item.target)
    target = item.target
    isStale = look.map { $0.expires <= now } ?? false
    outcome = look.map { OutcomeText($0.verdict.outcome, isStale: $0.expires <= now) }
    found = look?.verdict.summary
    observationHref = look.map { ObservationText.href($0.observation) }
    at = look.map { TimeText($0.at, asOf: now) }
    next = item.plan.map { TimeText($0.next, asOf: now) }
    failures = look.flatMap { $0.failures > 1 ? "\($0.failures) times in a row" : nil }
    alertedSince = look?.alerted.map { TimeText($0, asOf: now) }
    isRunning = item.plan?.isUnderWay ?? false
    runAction = "\(CheckLook.href(item.check.code))/looks"
  }
}
