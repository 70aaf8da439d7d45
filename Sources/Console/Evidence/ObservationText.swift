import Obligations
import Primitives

/// What a look found, as a row of a page.
struct ObservationText: Sendable {
  let id: String
  let href: String
  let at: TimeText
  let took: String
  let outcome: OutcomeText
  let summary: String
  /// Such as `2 findings`; nil where there is none.
  let findings: String?
  let expires: TimeText
  let isStale: Bool

  init(_ observation: Observation, at now: Instant) {
    let verdict = observation.verdict
    id = "\(observation.id)"
    href = Self.href(observation.id)
    at = TimeText(observation.at, asOf: now)
    took = Self.span(observation.took)
    isStale = observation.expires <= now
    outcome = OutcomeText(verdict.outcome, isStale: observation.expires <= now)
    summary = verdict.summary
    findings = verdict.findings.isEmpty ? nil : CountText.words(verdict.findings.count, "finding")
    expires = TimeText(observation.expires, asOf: now)
  }

  static func href(_ id: Identifier<Observation>) -> String { "/observations/\(id)" }

  /// Such as `1.2 s`, and `40 ms` for what is shorter than a tenth of a second.
  static func span(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    return milliseconds < 100
      ? "\(milliseconds) ms" : "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
  }
}
