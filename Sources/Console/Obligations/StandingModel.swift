import Obligations
import Primitives

/// What the public page shows.
struct StandingModel: Sendable {
  struct DutyStanding: Sendable {
    let code: String
    let title: String
    let status: StatusText
    /// Such as `evidence of 24 Nov 2026`; nil where there is no fresh evidence.
    let freshness: String?
  }

  let counts: [StandingCount]
  let summary: String
  let duties: [DutyStanding]
  let ledger: LedgerText

  init(_ book: EvidenceBook, ledger: LedgerText) {
    let stood = book.catalogue.duties.map { (duty: $0, standing: book.status(of: $0).standing) }
    let met = stood.count { $0.standing == .met }
    counts = StandingCount.all(stood.map(\.standing))
    summary =
      "\(met) of \(CountText.words(stood.count, "duty", "duties")) \(met == 1 ? "is" : "are") shown to be met by fresh "
      + "evidence."
    duties = stood.map { duty, standing in
      DutyStanding(
        code: duty.code.text, title: duty.title, status: StatusText(standing),
        freshness: standing == .unproven
          ? nil : book.oldestFreshEvidence(of: duty).map { "evidence of \(TimeText.day($0))" })
    }
    self.ledger = ledger
  }
}

extension EvidenceBook {
  /// When the oldest of the fresh evidence of a duty was gathered: what rests on several looks is as old as the oldest.
  fileprivate func oldestFreshEvidence(of duty: Duty) -> Instant? {
    let looked = duty.controls.flatMap(\.checks).flatMap { check in
      (targets[check] ?? []).compactMap { looks[check]?[$0] }
    }.filter { now < $0.expires && $0.verdict.outcome != .couldNotCheck }.map(\.at)
    let attested = duty.controls.flatMap { attestations[$0.code] ?? [] }.filter { $0.isFresh(at: now) }.map(\.signed)
    return (looked + attested).min()
  }
}
