import Obligations
import Primitives

/// Whether emergency access was reviewed by somebody else, soon.
struct EmergenciesReviewed: Check {
  let code: Code<CheckName> = "access.emergency"
  let title = "Emergency access ends by itself and is reviewed by somebody else"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// So long a review may wait before it is overdue.
  static let patience: Duration = .seconds(3 * 86_400)

  let access: Access

  struct Sighting: Codable, Sendable {
    struct Row: Codable, Sendable {
      let id: String
      let name: String
      /// In microseconds since the epoch.
      let opened: Int64
      let ends: Int64
    }
    /// Those that nobody has reviewed.
    let unreviewed: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    Sighting(
      unreviewed: try await access.unreviewedEmergencies().map {
        Sighting.Row(
          id: "\($0.id)", name: $0.name, opened: $0.opened.microseconds, ends: $0.ends.microseconds)
      })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings = sighting.unreviewed.map { row in
      let ends = Instant(microseconds: row.ends)
      let place = "emergency access of \(row.name), \(Instant(microseconds: row.opened).rfc3339)"
      if now < ends { return Finding("emergency-open", .note, seen: "It ends at \(ends.rfc3339).", at: place) }
      let isLate = now.since(ends) > Self.patience
      return Finding(
        isLate ? "emergency-review-overdue" : "emergency-not-reviewed", isLate ? .high : .medium,
        seen: "It ended at \(ends.rfc3339), and nobody has reviewed it.", at: place)
    }
    return Verdict(
      summary: findings.isEmpty
        ? "no emergency access is open, and none waits for its review"
        : "\(findings.count) times emergency access is open or waits for its review",
      findings: findings)
  }
}
