import Access
import Assessment
import Foundation
import Journal
import Obligations
import Primitives

/// Takes looks for an installation: the evidence goes into its journal, and how things stand is asked of its register.
struct CheckRecorder {
  let installation: Installation
  let assessment: Assessment
  let catalogue: Catalogue
  let yaml: String
  let file: String

  func record(_ plan: CheckPlan) async throws -> CheckReport {
    try await installation.withLedger { ledger in
      let access = try installation.access(in: ledger.database, journal: ledger.journal)
      let selfChecks =
        access.checks
        + SelfChecks.all(
          in: ledger.database, journal: ledger.journal, catalogue: catalogue,
          trusting: { [installation] in try installation.keyringAndPolicy().0.policy }, markPath: installation.markPath)
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: catalogue, checks: assessment.checks + selfChecks)
      try await register.adoptCatalogue()
      try await register.setProfile(yaml, by: .operator, file: file)
      let observations = try await plan.run()
      var entries = try await record(observations, in: register, ledger)
      // Surety looks at itself last, when what it is to find is in the ledger.
      let own = CheckPlan(checks: selfChecks, profile: plan.profile, timeLimit: plan.timeLimit, progress: plan.progress)
      let ownObservations = plan.checks.count == assessment.checks.count ? try await own.run() : []
      entries.merge(try await record(ownObservations, in: register, ledger)) { $1 }
      let book = try await register.book().book
      var report = CheckReport(
        observations + ownObservations, of: plan, book: book, advice: assessment.advice, hasProfile: true)
      report.recording = CheckReport.Recording(ledger: ledger.journal.origin, entries: entries)
      return report
    }
  }

  /// - Returns: where each observation's entry stands, once it is published.
  private func record(
    _ observations: [Observation], in register: ObligationRegister, _ ledger: OpenLedger
  ) async throws -> [Identifier<Observation>: UInt64] {
    let entries = try await register.record(observations)
    guard let last = entries.last else { return [:] }
    _ = try await ledger.publish(last)
    var places: [Identifier<Observation>: UInt64] = [:]
    for (observation, entry) in zip(observations, entries) {
      places[observation.id] = try await ledger.journal.leaf(of: entry)?.index
    }
    return places
  }
}
