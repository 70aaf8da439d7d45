import Journal
import Obligations
import Primitives

/// What the page of one observation shows.
struct ObservationModel: Sendable {
  struct Body: Sendable {
    let id: String
    let shortID: String
    let checkCode: String
    let checkTitle: String
    let checkHref: String
    let target: String
    let at: TimeText
    let took: String
    let expires: TimeText
    let isStale: Bool
    let outcome: OutcomeText
    let summary: String
    let unseen: [String]
    /// What was seen, in words.
    let facts: [FactText]
    /// What was seen, over several lines; nil when nothing was.
    let seen: String?
    let seenSize: String?

    /// - Parameter check: nil when this installation does not have it any more.
    init(_ observation: Observation, check: (any Check)?, at now: Instant) {
      let row = ObservationText(observation, at: now)
      (id, at, took, expires) = (row.id, row.at, row.took, row.expires)
      (isStale, outcome, summary) = (row.isStale, row.outcome, row.summary)
      shortID = String(row.id.prefix(8))
      checkCode = observation.check.text
      checkTitle = check?.title ?? observation.check.text
      checkHref = CheckLook.href(observation.check, at: observation.target)
      target = observation.target
      unseen = observation.verdict.unseen
      facts = check?.facts(from: observation.seen).map { FactText(name: $0.name, value: $0.value) } ?? []
      let bytes = observation.seen
      // Numbers with fractions are shown as they were stored.
      seen = bytes.isEmpty ? nil : JSON(parsing: bytes)?.laidOut ?? String(decoding: bytes, as: UTF8.self)
      seenSize = bytes.isEmpty ? nil : CountText.words(bytes.count, "byte")
    }
  }

  /// Something that was seen.
  struct FactText: Sendable {
    let name: String
    let value: String
  }

  struct ControlText: Sendable {
    let title: String
    let href: String
    let dutyCode: String
  }

  let observation: Body
  let findings: [FindingText]
  let controls: [ControlText]
  /// Nil while the entry waits for its place in the ledger.
  let entry: EntryText?
  let verify: VerifyText?
}
