import HTTPTypes
import Obligations
import Primitives

/// The form by which it is accepted that something is not met: what it offers, what was typed, what is wrong with it.
struct ExceptionForm: Sendable {
  /// What the page shows.
  struct Model: Sendable {
    struct Fields: Sendable {
      let reason: FieldText
      let ends: FieldText
    }

    let subject: SubjectText
    let earliestDate: String
    let latestDate: String
    let latestWords: String
    let longest: String
    let form: Fields
  }

  let subject: Exception.Subject
  private let days: LastDay
  private let now: Instant

  /// What is proposed: long enough to mend something, short enough to look at it again.
  private static let usual = Period.months(3)

  /// - Throws: ``Problem`` for something that is not there.
  init(for name: String, in catalogue: Catalogue, at now: Instant) throws(Problem) {
    let isKnown: Bool
    switch Exception.Subject(name) {
    case .control(let code)?: isKnown = catalogue.control(code) != nil
    case .requirement(let code)?: isKnown = catalogue.requirement(code) != nil
    case nil: isKnown = false
    }
    guard isKnown, let subject = Exception.Subject(name) else {
      throw Problem(.notFound, "There is no control or requirement of that name.")
    }
    (self.subject, self.now) = (subject, now)
    days = LastDay(within: Exception.longest, from: now)
  }

  /// What was sent, or what is wrong with it.
  func read(_ form: Form) -> (wish: (reason: String, end: Instant)?, errors: [FieldError]) {
    var errors: [FieldError] = []
    let reason = form["reason"]
    if reason.isEmpty { errors.append(FieldError(field: "reason", text: "Give the reason.")) }
    if reason.utf8.count > Attestation.longestStatement {
      let most = CountText.grouped(Attestation.longestStatement)
      errors.append(FieldError(field: "reason", text: "Shorten the reason to \(most) bytes."))
    }
    switch days.read(form["ends"], of: "The exception") {
    case .end(let end): return errors.isEmpty ? ((reason, end), []) : (nil, errors)
    case .wrong(let text): return (nil, errors + [FieldError(field: "ends", text: text)])
    }
  }

  /// The page with the form.
  /// - Parameter sent: what was typed before; nil for a form that is new.
  func page(_ book: EvidenceBook, sent: Form? = nil, errors: [FieldError] = []) -> Page {
    let usual = CalendarDate(at: Self.usual.after(now))
    let fields = Model.Fields(
      reason: FieldText(sent?["reason"] ?? "", name: "reason", errors: errors),
      ends: FieldText(sent?["ends"] ?? "\(usual)", name: "ends", errors: errors))
    let model = Model(
      subject: SubjectText(subject, in: book), earliestDate: "\(days.earliest)", latestDate: "\(days.latest)",
      latestWords: TimeText.day(days.latest), longest: "\(Exception.longest)", form: fields)
    return Page(
      "exception-new", heading: "Accept that something is not met", menu: .exceptions, model: model, errors: errors)
  }
}
