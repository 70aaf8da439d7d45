public import Primitives

/// A requirement that applies to the platform, and why.
public struct Obligation: Hashable, Sendable {
  public let framework: Framework
  public let requirement: Requirement
  /// In a sentence.
  public let because: String
}

/// What applies to a platform, what does not, and what cannot be said yet.
public struct Applicability: Sendable {
  /// Why a framework as a whole binds or does not.
  public struct FrameworkAnswer: Sendable {
    public let framework: Framework
    public let answer: ConditionAnswer
  }

  /// A requirement for which the profile lacks a fact.
  public struct Undecided: Hashable, Sendable {
    public let framework: Framework
    public let requirement: Requirement
    /// The members of the profile that would decide it.
    public let missing: [String]
  }

  /// A requirement that does not apply, and why not.
  public struct Inapplicable: Hashable, Sendable {
    public let framework: Framework
    public let requirement: Requirement
    public let because: String
  }

  public let frameworks: [FrameworkAnswer]
  public let obligations: [Obligation]
  public let undecided: [Undecided]
  public let inapplicable: [Inapplicable]

  /// Computes it for a date, since laws begin and end.
  public init(of catalogue: Catalogue, to profile: Profile, on date: CalendarDate) {
    var (answers, obligations): ([FrameworkAnswer], [Obligation]) = ([], [])
    var (undecided, inapplicable): ([Undecided], [Inapplicable]) = ([], [])
    for framework in catalogue.frameworks {
      let bound = framework.applies.answer(for: profile)
      answers.append(FrameworkAnswer(framework: framework, answer: bound))
      for requirement in framework.requirements {
        switch Self.judge(requirement, of: framework, for: profile, on: date) {
        case .yes(let reasons):
          let because = Self.sentence("\(framework.short) applies", reasons, framework.scope)
          obligations.append(Obligation(framework: framework, requirement: requirement, because: because))
        case .no(let reasons):
          let because = Self.sentence("\(framework.short) \(requirement.clause) does not apply", reasons, nil)
          inapplicable.append(Inapplicable(framework: framework, requirement: requirement, because: because))
        case .unknown(let missing):
          undecided.append(Undecided(framework: framework, requirement: requirement, missing: missing))
        }
      }
    }
    (frameworks, self.obligations) = (answers, obligations)
    (self.undecided, self.inapplicable) = (undecided, inapplicable)
  }

  /// Whether one requirement binds a platform on a date.
  static func judge(
    _ requirement: Requirement, of framework: Framework, for profile: Profile, on date: CalendarDate
  ) -> ConditionAnswer {
    guard requirement.effective <= date else { return .no(["it begins on \(requirement.effective)"]) }
    if let until = requirement.until, until <= date { return .no(["it ended on \(until)"]) }
    guard let when = requirement.when else { return framework.applies.answer(for: profile) }
    return Condition.all([framework.applies, when]).answer(for: profile)
  }

  private static func sentence(_ beginning: String, _ reasons: [String], _ scope: String?) -> String {
    let because = reasons.filter { $0 != "always" }
    let first = because.isEmpty ? "\(beginning)." : "\(beginning): \(because.joined(separator: ", "))."
    return scope.map { "\(first) \($0)" } ?? first
  }
}
