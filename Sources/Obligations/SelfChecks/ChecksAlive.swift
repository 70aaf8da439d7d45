import Primitives
import Storage

/// Whether every check on the schedule still looks, and none keeps failing to.
struct ChecksAlive: Check {
  let code: Code<CheckName> = "checks.alive"
  let title = "Every check looks on schedule, and none keeps failing"
  let interval: Duration = .seconds(15 * 60)
  let validity: Duration = .seconds(3_600)
  /// A check that never looked is overdue so long after it should have.
  static let patience: Duration = .seconds(3_600)

  let database: Database

  struct Sighting: Codable, Sendable {
    struct Place: Codable, Sendable {
      let target: String
      /// When it is to look next, in microseconds since the epoch.
      let next: Int64
      /// Until when the last look counts; nil where there was none.
      let expires: Int64?
      let failures: Int64
      let isAlerted: Bool
    }
    /// Everything on the schedule, by check.
    let checks: [String: [Place]]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    try await database.read { transaction in
      let looks = Dictionary(
        try ObligationsStore.looks(transaction).map { (ScheduledLook(check: $0.check, target: $0.target), $0) },
        uniquingKeysWith: { $1 })
      // It cannot judge itself: while it looks, its own last look grows old.
      let scheduled = try ScheduleStore.all(transaction).filter { $0.key.check != code }
      let places = scheduled.map { planned, next in
        let look = looks[planned]
        return (
          planned.check.text,
          Sighting.Place(
            target: planned.target, next: next.microseconds, expires: look?.expires.microseconds,
            failures: look?.failures ?? 0, isAlerted: look?.alerted != nil)
        )
      }
      return Sighting(
        checks: Dictionary(grouping: places, by: \.0).mapValues { $0.map(\.1).sorted { $0.target < $1.target } })
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    for (check, places) in sighting.checks {
      for place in places {
        let overdue =
          place.expires.map { Instant(microseconds: $0) <= now }
          ?? (Instant(microseconds: place.next).advanced(by: Self.patience) <= now)
        if place.isAlerted {
          findings.append(
            Finding(
              "check-failing", .high, seen: "\(check) could not look, \(place.failures) times in a row",
              at: "\(check) of \(place.target)"))
        } else if overdue {
          let seen = place.expires == nil ? "\(check) has never looked" : "the last look of \(check) is stale"
          findings.append(Finding("check-overdue", .medium, seen: seen, at: "\(check) of \(place.target)"))
        }
      }
    }
    let count = sighting.checks.values.map(\.count).reduce(0, +)
    guard count > 0 else { return .couldNotCheck("nothing is on the schedule yet") }
    let summary =
      findings.isEmpty
      ? "all \(count) scheduled looks are taken in time"
      : "\(findings.count) of \(count) scheduled looks are failing or late"
    return Verdict(summary: summary, findings: findings)
  }
}
