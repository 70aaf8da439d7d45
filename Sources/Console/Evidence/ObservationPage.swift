import Access
import HTTPTypes
import Hummingbird
import Journal
import Obligations
import Primitives

/// One observation: what was seen, what was concluded, and the proof that it was recorded.
struct ObservationPage {
  let routes: Routes

  func add() {
    routes.page("observations/{observation}", for: .read) { visit in
      let rooms = routes.rooms
      guard let id = Identifier<Observation>(try visit.parameter("observation")),
        let (observation, entry) = try await rooms.register.observation(id)
      else { throw Problem(.notFound, "There is no such observation.") }
      let proven = try await proven(entry, at: visit.now)
      let model = ObservationModel(
        observation: ObservationModel.Body(
          observation, check: rooms.register.check(observation.check), at: visit.now),
        findings: try await findings(of: observation), controls: controls(behind: observation.check),
        entry: proven?.entry, verify: proven?.verify)
      return .page(
        Page(
          "observation", heading: "\(observation.check) at \(observation.target)", menu: .checks, model: model))
    }
  }

  private func findings(of observation: Observation) async throws -> [FindingText] {
    let situation = try await Situation.now(of: routes.rooms.register)
    let library = FindingLibrary(routes.rooms.advice, in: situation, checks: [observation.check])
    let seen = observation.verdict.findings.map {
      SeenFinding(
        $0, by: observation.check, at: observation.target, in: observation.id, looked: observation.at)
    }
    let starts = try await routes.rooms.register.starts(of: seen)
    return seen.map { library.text(of: $0, since: starts[$0] ?? $0.at) }
  }

  private func controls(behind check: Code<CheckName>) -> [ObservationModel.ControlText] {
    routes.rooms.register.catalogue.duties.flatMap { duty in
      duty.controls.filter { $0.checks.contains(check) }.map { control in
        ObservationModel.ControlText(
          title: control.title, href: duty.href(of: control.code), dutyCode: duty.code.text)
      }
    }
  }

  /// The entry that records it, with what verifies it; nil while no checkpoint that is served covers it.
  private func proven(
    _ id: Identifier<Entry>, at now: Instant
  ) async throws -> (entry: EntryText, verify: VerifyText)? {
    guard let leaf = try await routes.rooms.journal.leaf(of: id),
      let verify = VerifyText.panel(of: leaf.index, under: try await LedgerHead(of: routes.rooms))
    else { return nil }
    return (try EntryText(of: id, in: leaf, asOf: now), verify)
  }
}
