import Primitives
import Storage

/// Whether every law that applies was compared with its source in the last twelve months.
struct CatalogueAge: Check {
  let code: Code<CheckName> = "catalogue.age"
  let title = "The catalogue was compared with its sources in the last twelve months"
  let interval: Duration = .seconds(24 * 3_600)
  let validity: Duration = .seconds(3 * 24 * 3_600)
  static let oldest = Period.months(12)

  let database: Database
  let catalogue: Catalogue

  struct Sighting: Codable, Sendable {
    struct Comparison: Codable, Sendable {
      let framework: String
      /// As in ISO 8601.
      let checked: String
    }
    let version: String
    /// Of the frameworks that apply, or may.
    let comparisons: [Comparison]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let yaml = try await database.read { try DecisionStore.profile($0) }
    let profile = try yaml.map { try Profile(yaml: Array($0.utf8), file: "surety.yaml") } ?? .unknown
    return Sighting(
      version: catalogue.version,
      comparisons: catalogue.frameworks.filter { !$0.applies.answer(for: profile).isNo }
        .map { Sighting.Comparison(framework: $0.short, checked: "\($0.checked)") })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let today = CalendarDate(at: now)
    let old = sighting.comparisons.filter { comparison in
      CalendarDate(comparison.checked).map { CalendarDate(at: Self.oldest.after($0.start)) < today } ?? true
    }
    let findings = old.map { comparison in
      Finding(
        "catalogue-old", .medium,
        seen: "\(comparison.framework) was last compared with its source on \(comparison.checked)",
        at: comparison.framework)
    }
    let first = sighting.comparisons.map(\.checked).min() ?? "an unknown date"
    let summary =
      old.isEmpty
      ? "catalogue \(sighting.version): every law that applies was compared with its source since \(first)"
      : "catalogue \(sighting.version): \(old.count) laws were not compared with their sources for over a year"
    return Verdict(summary: summary, findings: findings)
  }
}
