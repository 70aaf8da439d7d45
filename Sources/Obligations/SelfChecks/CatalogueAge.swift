import Primitives
import Storage

/// Whether everything that applies, or may, was checked in the last twelve months (``Requirement/checked``).
///
/// What was never checked leaves open whether the law has changed since it was written down: unproven, and not wrong.
struct CatalogueAge: Check {
  let code: Code<CheckName> = "catalogue.age"
  let title = "The catalogue was checked in the last twelve months"
  let interval: Duration = .seconds(24 * 3_600)
  let validity: Duration = .seconds(3 * 24 * 3_600)
  static let oldest = Period.months(12)

  let database: Database
  let catalogue: Catalogue

  struct Sighting: Codable, Sendable {
    struct Provisions: Codable, Sendable {
      let framework: String
      /// How many of its provisions were last checked on which date, as in ISO 8601.
      var checked: [String: Int] = [:]
      /// Those that never were, by their clauses.
      var never: [String] = []

      var count: Int { checked.values.reduce(never.count, +) }

      mutating func add(_ provision: String, _ date: CalendarDate?) {
        if let date { checked["\(date)", default: 0] += 1 } else { never.append(provision) }
      }
    }
    let version: String
    /// Of the frameworks that apply, or may: whom each binds, and its requirements that apply, or may.
    let frameworks: [Provisions]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let yaml = try await database.read { try DecisionStore.profile($0) }
    let profile = try yaml.map { try Profile(yaml: Array($0.utf8), file: "surety.yaml") } ?? .unknown
    let today = CalendarDate(at: context.surroundings.now())
    let applicability = Applicability(of: catalogue, to: profile, on: today)
    let wanted = Set(
      applicability.obligations.map(\.requirement.code) + applicability.undecided.map(\.requirement.code))
    let frameworks = applicability.frameworks.filter { !$0.answer.isNo }.map(\.framework).map { framework in
      var provisions = Sighting.Provisions(framework: framework.short)
      provisions.add("whom it binds", framework.checked)
      for requirement in framework.requirements where wanted.contains(requirement.code) {
        provisions.add(requirement.clause, requirement.checked)
      }
      return provisions
    }
    return Sighting(version: catalogue.version, frameworks: frameworks)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let today = CalendarDate(at: now)
    var findings: [Finding] = []
    let never = sighting.frameworks.filter { !$0.never.isEmpty }
    for provisions in sighting.frameworks {
      let past = provisions.checked.filter { Self.isOld($0.key, on: today) }
      if let first = past.keys.min() {
        let count = past.values.reduce(0, +)
        let seen =
          "\(count) of \(provisions.count) provisions of \(provisions.framework) were last checked over a year ago, "
          + "the first on \(first)"
        findings.append(Finding("catalogue-old", .medium, seen: seen, at: provisions.framework))
      }
    }
    return Verdict(
      summary: findings.first?.seen ?? Self.summary(of: sighting, never), findings: findings,
      unseen: never.map { Self.told($0) })
  }

  private static func summary(of sighting: Sighting, _ never: [Sighting.Provisions]) -> String {
    guard never.isEmpty else {
      let (count, all) = (never.reduce(0) { $0 + $1.never.count }, sighting.frameworks.reduce(0) { $0 + $1.count })
      return "catalogue \(sighting.version): \(count) of \(all) provisions that apply were never checked; "
        + "read those at the source before you rely on them"
    }
    let first = sighting.frameworks.flatMap(\.checked.keys).min() ?? "an unknown date"
    return "catalogue \(sighting.version): all that applies was checked since \(first)"
  }

  private static func isOld(_ date: String, on today: CalendarDate) -> Bool {
    CalendarDate(date).map { CalendarDate(at: oldest.after($0.start)) < today } ?? true
  }

  private static func told(_ provisions: Sighting.Provisions) -> String {
    let some = provisions.never.prefix(5).joined(separator: ", ")
    let more = provisions.never.count > 5 ? " and \(provisions.never.count - 5) more" : ""
    return "\(provisions.never.count) of \(provisions.count) provisions of \(provisions.framework) were never checked: "
      + "\(some)\(more)"
  }
}
