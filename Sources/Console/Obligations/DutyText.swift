import Obligations

/// A duty as a row of a page.
struct DutyText: Sendable {
  let code: String
  let title: String
  let href: String
  let status: StatusText
  let reason: String
  /// Such as `1 of 2 controls met`.
  let controls: String
  let dueAt: TimeText?
  /// The frameworks under which it is owed.
  let frameworks: String

  /// The duties that somebody wants to see, the most urgent first.
  static func all(_ wanted: ObligationFilter, in situation: Situation) -> [DutyText] {
    let resting = Resting(on: situation.applicability)
    return situation.catalogue.duties.map { (duty: $0, standing: situation.book.status(of: $0).standing) }
      .filter { duty, standing in
        (wanted.standing == nil || standing == wanted.standing)
          && (wanted.framework.map { resting.codes(of: duty).contains($0) } ?? true)
          && wanted.search.occur(
            in: [duty.code.text, duty.title, duty.text] + duty.controls.flatMap { [$0.code.text, $0.title] }
              + resting.clauses(of: duty))
      }
      .sorted { ($1.standing, $0.duty.code) < ($0.standing, $1.duty.code) }
      .map { DutyText($0.duty, in: situation, resting) }
  }

  private init(_ duty: Duty, in situation: Situation, _ resting: Resting) {
    let book = situation.book
    code = duty.code.text
    title = duty.title
    href = duty.href
    status = book.statusText(of: duty)
    reason = book.status(of: duty).reasons[0]
    let met = duty.controls.count { book.status(of: $0).standing == .met }
    controls = "\(met) of \(CountText.words(duty.controls.count, "control")) met"
    dueAt = situation.firstDue(of: duty.controls.map(\.code))
    let names = resting.names(of: duty)
    frameworks =
      names.isEmpty ? situation.profile == nil ? "waits for the profile" : "under no framework" : names
  }

  /// The obligations that rest on each control.
  private struct Resting {
    private var byControl: [Code<Control>: [Obligation]] = [:]

    init(on applicability: Applicability) {
      for obligation in applicability.obligations {
        for control in obligation.requirement.controls { byControl[control, default: []].append(obligation) }
      }
    }

    private func obligations(of duty: Duty) -> [Obligation] { duty.controls.flatMap { byControl[$0.code] ?? [] } }

    func codes(of duty: Duty) -> Set<Code<Framework>> { Set(obligations(of: duty).map(\.framework.code)) }

    func clauses(of duty: Duty) -> [String] {
      obligations(of: duty).map { "\($0.framework.short) \($0.requirement.clause)" }
    }

    func names(of duty: Duty) -> String {
      var seen: Set<String> = []
      return obligations(of: duty).map(\.framework.short).filter { seen.insert($0).inserted }
        .joined(separator: ", ")
    }
  }
}
