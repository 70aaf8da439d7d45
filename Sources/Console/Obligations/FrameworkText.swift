import Obligations

/// A framework with its requirements: those that apply, those that cannot be decided, and those that do not apply.
struct FrameworkText: Sendable {
  struct Owed: Sendable {
    let code: String
    let clause: String
    let text: String
    let href: String
    let because: String
    let status: StatusText
    let reason: String
    let isVerified: Bool
    let until: String?
  }

  struct Undecided: Sendable {
    let clause: String
    let text: String
    let href: String
    let missing: String
  }

  struct Inapplicable: Sendable {
    let clause: String
    let text: String
    let href: String
    let because: String
  }

  let code: String
  let short: String
  let title: String
  let edition: String
  let source: String
  let scope: String
  let answer: MarkText
  let because: String
  let isVerified: Bool
  /// How much of what applies was checked, and when.
  let checked: String
  let counts: [StandingCount]
  let requirements: [Owed]
  let undecided: [Undecided]
  let undecidedCount: String?
  let inapplicable: [Inapplicable]
  let inapplicableCount: String?

  static func href(_ framework: Framework) -> String {
    "\(ObligationFilter.href(.frameworks))&framework=\(Routes.encoded(framework.code.text))"
  }

  /// The frameworks with a requirement that somebody wants to see: what applies first, then what cannot be decided.
  static func all(_ wanted: ObligationFilter, in situation: Situation) -> [FrameworkText] {
    let applicability = situation.applicability
    let owed = Dictionary(grouping: applicability.obligations, by: \.framework.code)
    let undecided = Dictionary(grouping: applicability.undecided, by: \.framework.code)
    let inapplicable = Dictionary(grouping: applicability.inapplicable, by: \.framework.code)
    let texts = applicability.frameworks.filter { wanted.framework == nil || $0.framework.code == wanted.framework }
      .map { answer in
        let code = answer.framework.code
        return FrameworkText(
          answer, owed: owed[code] ?? [], undecided: undecided[code] ?? [], inapplicable: inapplicable[code] ?? [],
          wanted, in: situation.book)
      }
    return [ApplicabilityText.applies, ApplicabilityText.undecided, ApplicabilityText.doesNotApply].flatMap { mark in
      texts.filter { $0.answer == mark && !$0.isEmpty }
    }
  }

  /// Says nothing of a date that not all of them have.
  private static func checked(_ requirements: [Requirement]) -> String {
    let dates = requirements.compactMap(\.checked)
    guard let first = dates.min() else { return "not checked yet" }
    let since = "checked on \(TimeText.day(first))\(dates.allSatisfy { $0 == first } ? "" : " or later")"
    guard dates.count < requirements.count else { return since }
    return "\(dates.count) of \(CountText.words(requirements.count, "requirement")) \(since), the others not yet"
  }

  private var isEmpty: Bool { requirements.isEmpty && undecided.isEmpty && inapplicable.isEmpty }

  private init(
    _ asked: Applicability.FrameworkAnswer, owed: [Obligation], undecided: [Applicability.Undecided],
    inapplicable: [Applicability.Inapplicable], _ wanted: ObligationFilter, in book: EvidenceBook
  ) {
    let framework = asked.framework
    let answered = ApplicabilityText(asked.answer)
    code = framework.code.text
    (short, title, edition) = (framework.short, framework.title, framework.edition)
    (source, scope, checked) = (
      framework.source, framework.scope, Self.checked(owed.isEmpty ? framework.requirements : owed.map(\.requirement))
    )
    (answer, because, isVerified) = (answered.mark, answered.because, framework.isVerified)
    let stood = owed.map { (obligation: $0, status: book.status(of: $0.requirement)) }
    counts = stood.isEmpty ? [] : StandingCount.all(stood.map(\.status.standing))
    func isWanted(_ requirement: Requirement) -> Bool {
      wanted.search.occur(in: [requirement.code.text, requirement.clause, requirement.text, framework.short])
    }
    requirements = stood.filter { obligation, status in
      (wanted.standing == nil || status.standing == wanted.standing) && isWanted(obligation.requirement)
    }.map { Owed($0.obligation, $0.status, in: book) }
    // What does not bind has no standing, so a filter by standing leaves it out.
    self.undecided =
      wanted.standing != nil
      ? []
      : undecided.filter { isWanted($0.requirement) }.map { item in
        Undecided(
          clause: item.requirement.clause, text: item.requirement.text, href: item.requirement.href,
          missing: item.missing.joined(separator: ", "))
      }
    self.inapplicable =
      wanted.standing != nil
      ? []
      : inapplicable.filter { isWanted($0.requirement) }.map { item in
        Inapplicable(
          clause: item.requirement.clause, text: item.requirement.text, href: item.requirement.href,
          because: item.because)
      }
    undecidedCount = self.undecided.isEmpty ? nil : "\(self.undecided.count) undecided"
    inapplicableCount =
      self.inapplicable.isEmpty
      ? nil : "\(self.inapplicable.count) \(self.inapplicable.count == 1 ? "does" : "do") not apply"
  }
}

extension FrameworkText.Owed {
  fileprivate init(_ obligation: Obligation, _ status: Status, in book: EvidenceBook) {
    let requirement = obligation.requirement
    self.init(
      code: requirement.code.text, clause: requirement.clause, text: requirement.text, href: requirement.href,
      because: obligation.because, status: book.statusText(of: requirement), reason: status.reasons[0],
      isVerified: requirement.isVerified, until: requirement.until.map { TimeText.day($0) })
  }
}
