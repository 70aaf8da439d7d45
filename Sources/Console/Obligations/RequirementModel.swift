import Obligations

/// What the page of a requirement shows.
struct RequirementModel: Sendable {
  struct About: Sendable {
    let code: String
    let framework: String
    let frameworkTitle: String
    let frameworkHref: String
    let edition: String
    let clause: String
    let text: String
    let source: String
    let effective: String
    let until: String?
    /// When it was last checked; nil where it never was.
    let checked: String?
    let isVerified: Bool
    let note: String?
    let status: StatusText
    let reasons: [String]
    let dueAt: TimeText?
    let answer: MarkText
    let because: String
    /// What the profile would have to say; nil where it says enough.
    let missing: String?
  }

  let requirement: About
  let controls: [ControlText]
  let ownException: GrantedText?
  let ownAccept: LinkText?
  let history: HistorySlice

  init(
    _ requirement: Requirement, of framework: Framework, in situation: Situation, titles: [Code<CheckName>: String],
    history: HistorySlice
  ) {
    let book = situation.book
    let status = book.status(of: requirement)
    let answer = ApplicabilityText(requirement, in: situation.applicability)
    self.requirement = About(
      code: requirement.code.text, framework: framework.short, frameworkTitle: framework.title,
      frameworkHref: FrameworkText.href(framework), edition: framework.edition, clause: requirement.clause,
      text: requirement.text, source: requirement.source, effective: TimeText.day(requirement.effective),
      until: requirement.until.map { TimeText.day($0) }, checked: requirement.checked.map { TimeText.day($0) },
      isVerified: requirement.isVerified, note: requirement.note, status: book.statusText(of: requirement),
      reasons: status.reasons, dueAt: situation.firstDue(of: requirement.controls), answer: answer.mark,
      because: answer.because, missing: answer.missing)
    let owners = book.catalogue.owners
    controls = requirement.controls.compactMap { book.catalogue.control($0) }.map { control in
      ControlText(control, in: situation, titles: titles, owner: owners[control.code])
    }
    let subject = Exception.Subject.requirement(requirement.code)
    ownException = GrantedText(for: subject, in: book)
    ownAccept = ControlText.accept(subject, standing: status.standing)
    self.history = history
  }
}
