import Obligations
import Primitives

/// How the platform stands at a moment: all evidence, the profile, and what applies. Gathered once for a page, so that
/// everything on it is of the same moment.
struct Situation: Sendable {
  let book: EvidenceBook
  /// Nil while none was given.
  let profile: Profile?
  /// What applies, what does not and what cannot be said yet; without a profile nearly everything cannot.
  let applicability: Applicability
  /// When each control that is owed at intervals falls due again.
  let due: [Code<Control>: Instant]

  init(book: EvidenceBook, profile: Profile?) {
    self.book = book
    self.profile = profile
    applicability = Applicability(
      of: book.catalogue, to: profile ?? Profile(platform: "", storefronts: []), on: CalendarDate(at: book.now))
    due = book.nextDue
  }

  static func now(of register: ObligationRegister) async throws -> Situation {
    let (book, profile) = try await register.book()
    return Situation(book: book, profile: profile)
  }

  var now: Instant { book.now }
  /// The requirements that apply to the platform; what does not apply is not broken.
  var applying: Set<Code<Requirement>> { Set(applicability.obligations.map(\.requirement.code)) }
  var catalogue: Catalogue { book.catalogue }

  /// When the first of these controls falls due again; nil where none is owed at intervals.
  func firstDue(of controls: [Code<Control>]) -> TimeText? {
    controls.compactMap { due[$0] }.min().map { TimeText($0, asOf: now) }
  }
}

extension EvidenceBook {
  /// When each control that is owed at intervals falls due again, whether that is past or to come.
  fileprivate var nextDue: [Code<Control>: Instant] {
    var due: [Code<Control>: Instant] = [:]
    let controls = Dictionary(
      catalogue.duties.flatMap(\.controls).map { (Deadline.subject(of: $0), $0.code) }, uniquingKeysWith: { $1 })
    for deadline in deadlines(until: Instant(microseconds: .max)) {
      if case .every = deadline.rule, let control = controls[deadline.subject] { due[control] = deadline.due }
    }
    return due
  }
}

extension Deadline {
  /// The name by which deadlines tell of a control.
  static func subject(of control: Control) -> String { Exception.Subject.control(control.code).name }
}
