import Obligations
import Primitives

/// A control with everything that speaks for or against it, as the pages of duties and requirements show it.
struct ControlText: Sendable {
  /// The duty that it belongs to, where the page is of something else.
  struct Owner: Sendable {
    let code: String
    let title: String
    let href: String
  }

  struct Attested: Sendable {
    let href: String
    let statement: String
    let author: String
    let signed: TimeText
    let expires: TimeText
    let document: String
    let isFresh: Bool
  }

  /// Where to attest it, and for how long at most.
  struct Attest: Sendable {
    let href: String
    let longest: String
  }

  let code: String
  let title: String
  let status: StatusText
  let reasons: [String]
  let checks: [ControlCheckText]
  /// What will prove it, where nothing does yet.
  let awaits: String?
  let every: String?
  let dueAt: TimeText?
  let attestation: Attested?
  let attest: Attest?
  let exception: GrantedText?
  let accept: LinkText?
  let ownerDuty: Owner?

  /// - Parameters:
  ///   - titles: of the checks at work.
  ///   - owner: the duty that it belongs to; nil on the page of that duty.
  init(_ control: Control, in situation: Situation, titles: [Code<CheckName>: String], owner: Duty? = nil) {
    let book = situation.book
    let status = book.status(of: control)
    code = control.code.text
    title = control.title
    self.status = book.statusText(of: control)
    reasons = status.reasons
    checks = control.checks.map { ControlCheckText($0, in: book, titles: titles) }
    awaits = control.awaits
    every = control.every.map { "every \($0)" }
    dueAt = situation.firstDue(of: [control.code])
    attestation = Self.attested(control, in: book)
    attest = control.attestation.map {
      Attest(href: AttestationText.newHref(for: control.code), longest: "\($0)")
    }
    exception = GrantedText(for: .control(control.code), in: book)
    accept = Self.accept(.control(control.code), standing: status.standing)
    ownerDuty = owner.map { Owner(code: $0.code.text, title: $0.title, href: $0.href) }
  }

  /// The way to accept what is not met or not proven; nil for what needs none.
  static func accept(_ subject: Exception.Subject, standing: Standing) -> LinkText? {
    guard standing == .notMet || standing == .unproven else { return nil }
    return LinkText(words: "Accept it until a date", href: ExceptionText.newHref(for: subject))
  }

  /// The attestation that counts, or else the one that counted last.
  private static func attested(_ control: Control, in book: EvidenceBook) -> Attested? {
    let valid = (book.attestations[control.code] ?? []).filter { $0.withdrawn == nil }
    let newest =
      valid.filter { $0.isFresh(at: book.now) }.max { $0.signed < $1.signed } ?? valid.max { $0.expires < $1.expires }
    return newest.map { attestation in
      Attested(
        href: AttestationText.href(attestation.id), statement: attestation.statement,
        author: AuthorText.name(attestation.author), signed: TimeText(attestation.signed, asOf: book.now),
        expires: TimeText(attestation.expires, asOf: book.now), document: attestation.document.name,
        isFresh: attestation.isFresh(at: book.now))
    }
  }
}

/// The exception in force for something, in short.
struct GrantedText: Sendable {
  let href: String
  let reason: String
  let approver: String
  let granted: TimeText
  let ends: TimeText

  /// The one that ends last; nil where none is in force.
  init?(for subject: Exception.Subject, in book: EvidenceBook) {
    let granted = book.exceptions.filter { $0.subject == subject && $0.isInForce(at: book.now) }
    guard let exception = granted.max(by: { $0.ends < $1.ends }) else { return nil }
    href = ExceptionText.href(exception.id)
    reason = exception.reason
    approver = AuthorText.name(exception.approver)
    self.granted = TimeText(exception.granted, asOf: book.now)
    ends = TimeText(exception.ends, asOf: book.now)
  }
}
