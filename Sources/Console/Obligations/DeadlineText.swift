import Obligations
import Primitives

/// Something that falls due, as a row of a page.
struct DeadlineText: Sendable {
  let title: String
  /// Such as `D06 · internal-scan`.
  let subject: String
  let href: String
  let rule: String
  /// What it counts from; nil for a date that stands in a law.
  let anchor: TimeText?
  let dueAt: TimeText
  let status: StatusText
  /// Such as `overdue by 4 hours`; nil while it is to come.
  let overdue: String?

  /// What falls due up to a moment, with what is overdue first.
  static func all(until end: Instant, in book: EvidenceBook, for profile: Profile?) -> [DeadlineText] {
    let owners = book.catalogue.owners
    return book.tellingDeadlines(until: end, for: profile).map { DeadlineText($0, in: book, owners) }
  }

  private init(_ deadline: Deadline, in book: EvidenceBook, _ owners: [Code<Control>: Duty]) {
    title = deadline.title
    (subject, href) = Self.place(of: deadline, in: book, owners)
    anchor = deadline.anchor.map { TimeText($0, asOf: book.now) }
    dueAt = TimeText(deadline.due, asOf: book.now)
    let isMissed = deadline.isMissed(at: book.now)
    overdue =
      isMissed ? "overdue by \(TimeText.span(book.now.since(deadline.due).components.seconds))" : nil
    switch deadline.rule {
    case .every(let period): rule = "every \(period)"
    case .attestationEnds: rule = "the attestation ends"
    case .exceptionEnds: rule = "the exception ends"
    case .lawBegins: rule = "the law begins to bind"
    }
    status = StatusText(isMissed ? .notMet : deadline.rule == .exceptionEnds ? .excepted : .due)
  }

  private static func place(
    of deadline: Deadline, in book: EvidenceBook, _ owners: [Code<Control>: Duty]
  ) -> (String, String) {
    let exception =
      deadline.rule == .exceptionEnds
      ? book.exceptions.first { $0.subject.name == deadline.subject && $0.ends == deadline.due && $0.ended == nil }
      : nil
    let link = exception.map { ExceptionText.href($0.id) }
    switch Exception.Subject(deadline.subject) {
    case .control(let control)?:
      guard let duty = owners[control] else { return (control.text, link ?? "/obligations") }
      return ("\(duty.code) · \(control)", link ?? duty.href(of: control))
    case .requirement(let code)?:
      guard let (framework, requirement) = book.catalogue.requirement(code) else {
        return (code.text, link ?? "/obligations")
      }
      return ("\(framework.short) \(requirement.clause)", link ?? requirement.href)
    case nil: return (deadline.subject, link ?? "/obligations")
    }
  }
}

extension EvidenceBook {
  /// The deadlines that tell a reader something, for pages and for the API: where a control itself falls due before its
  /// attestation ends, the one line says it all.
  func tellingDeadlines(until end: Instant, for profile: Profile?) -> [Deadline] {
    let deadlines = deadlines(until: end, for: profile)
    let owed = Dictionary(
      deadlines.compactMap { deadline in
        if case .every = deadline.rule { (deadline.subject, deadline.due) } else { nil }
      }, uniquingKeysWith: { $1 })
    return deadlines.filter { deadline in
      guard deadline.rule == .attestationEnds, let due = owed[deadline.subject] else { return true }
      return deadline.due < due
    }
  }
}
