import Obligations
import Primitives

/// An exception, as a row and as a page show it.
struct ExceptionText: Sendable {
  let id: String
  let href: String
  let subject: String
  let title: String
  let subjectHref: String
  let reason: String
  let approver: String
  let granted: TimeText
  let ends: TimeText
  let state: MarkText
  /// When somebody ended it before its time.
  let ended: TimeText?
  /// How its subject would stand without it, and why.
  let underlying: StatusText
  let reasons: [String]

  static func href(_ id: Identifier<Exception>) -> String { "/exceptions/\(id)" }

  static func newHref(for subject: Exception.Subject) -> String {
    "/exceptions/new?subject=\(Routes.encoded(subject.name))"
  }

  init(_ exception: Exception, in book: EvidenceBook) {
    let subject = SubjectText(exception.subject, in: book)
    let now = book.now
    id = "\(exception.id)"
    href = Self.href(exception.id)
    (self.subject, title, subjectHref) = (subject.words, subject.title, subject.href)
    reason = exception.reason
    approver = AuthorText.name(exception.approver)
    granted = TimeText(exception.granted, asOf: now)
    ends = TimeText(exception.ends, asOf: now)
    state =
      exception.ended != nil
      ? MarkText(token: "withdrawn", words: "ended")
      : exception.isInForce(at: now)
        ? MarkText(token: "fresh", words: "in force") : MarkText(token: "stale", words: "expired")
    ended = exception.ended.map { TimeText($0, asOf: now) }
    underlying = subject.underlying
    reasons = subject.underlyingReasons
  }
}

/// What an exception is for, with how it stands.
struct SubjectText: Sendable {
  /// As it travels in addresses and forms.
  let name: String
  /// Such as `control external-scan`.
  let words: String
  let title: String
  let href: String
  let status: StatusText
  let reasons: [String]
  let underlying: StatusText
  /// Without that of an exception in force.
  let underlyingReasons: [String]

  init(_ subject: Exception.Subject, in book: EvidenceBook) {
    let catalogue = book.catalogue
    var known: (status: Status, text: StatusText)?
    name = subject.name
    switch subject {
    case .control(let code):
      let control = catalogue.control(code)
      words = "control \(code)"
      title = control?.title ?? "A control that the catalogue has no more"
      href = catalogue.owners[code]?.href(of: code) ?? "/obligations"
      known = control.map { (book.status(of: $0), book.statusText(of: $0)) }
    case .requirement(let code):
      let found = catalogue.requirement(code)
      words = found.map { "\($0.0.short) \($0.1.clause)" } ?? "requirement \(code)"
      title = found?.1.text ?? "A requirement that the catalogue has no more"
      href = found?.1.href ?? "/obligations"
      known = found.map { (book.status(of: $0.1), book.statusText(of: $0.1)) }
    }
    status = known?.text ?? StatusText(.unproven)
    reasons = known?.status.reasons ?? []
    underlying = StatusText(known?.status.underlying ?? .unproven)
    underlyingReasons = known?.status.standing == .excepted ? Array(reasons.dropFirst()) : reasons
  }
}
