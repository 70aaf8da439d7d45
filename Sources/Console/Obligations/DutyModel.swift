import Obligations

/// What the page of a duty shows.
struct DutyModel: Sendable {
  struct About: Sendable {
    let code: String
    let text: String
    let kinds: String
    let status: StatusText
    let reasons: [String]
    let dueAt: TimeText?
  }

  /// The duty before or after it.
  struct Neighbour: Sendable {
    let code: String
    let title: String
    let href: String

    init(_ duty: Duty) { (code, title, href) = (duty.code.text, duty.title, duty.href) }
  }

  /// An obligation that rests on it.
  struct Resting: Sendable {
    let framework: String
    let clause: String
    let text: String
    let href: String
    let status: StatusText
    let isVerified: Bool
  }

  let title: String
  let duty: About
  let previous: Neighbour?
  let following: Neighbour?
  let controls: [ControlText]
  /// Nil for a duty that is not about them.
  let register: SuppliersText?
  let requirements: [Resting]
  let history: HistorySlice

  init(
    _ duty: Duty, in situation: Situation, titles: [Code<CheckName>: String], history: HistorySlice
  ) {
    let book = situation.book
    title = "\(duty.code) \(duty.title)"
    self.duty = About(
      code: duty.code.text, text: duty.text, kinds: Self.words(of: duty.kinds), status: book.statusText(of: duty),
      reasons: book.status(of: duty).reasons, dueAt: situation.firstDue(of: duty.controls.map(\.code)))
    let duties = book.catalogue.duties
    let place = duties.firstIndex { $0.code == duty.code } ?? 0
    previous = place > 0 ? Neighbour(duties[place - 1]) : nil
    following = place + 1 < duties.count ? Neighbour(duties[place + 1]) : nil
    controls = duty.controls.map { ControlText($0, in: situation, titles: titles) }
    register = duty.controls.contains { $0.profile != nil } ? SuppliersText(in: situation) : nil
    let codes = Set(duty.controls.map(\.code))
    requirements = situation.applicability.obligations.filter { !codes.isDisjoint(with: $0.requirement.controls) }
      .map { obligation in
        let requirement = obligation.requirement
        return Resting(
          framework: obligation.framework.short, clause: requirement.clause, text: requirement.text,
          href: requirement.href, status: book.statusText(of: requirement), isVerified: requirement.isVerified)
      }
    self.history = history
  }

  private static func words(of kinds: [Duty.Kind]) -> String {
    kinds.map { kind in
      switch kind {
      case .hold: "must hold"
      case .due: "falls due"
      }
    }.joined(separator: " and ")
  }
}
