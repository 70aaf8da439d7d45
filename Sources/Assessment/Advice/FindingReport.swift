public import Obligations

/// All that is to be said of a weakness, whatever way it is written: what was seen and where, why it matters, how to
/// mend it, and what it breaks.
public struct FindingReport: Sendable {
  public let finding: Finding
  public let check: Code<CheckName>
  public let target: String
  /// Nil where nothing is known of that kind of weakness.
  public let advice: Advice?
  /// The duties that lean on the check. A note is worth knowing and breaks nothing.
  public let duties: [Duty]
  /// The requirements of law and standards that lean on it.
  public let requirements: [(framework: Framework, requirement: Requirement)]

  /// - Parameter applying: the requirements that apply to the platform, so that others are left out; nil where that is
  ///   not known.
  public init(
    _ finding: Finding, by check: Code<CheckName>, at target: String, advice: AdviceBook, catalogue: Catalogue,
    applying: Set<Code<Requirement>>? = nil
  ) {
    self.finding = finding
    self.check = check
    self.target = target
    self.advice = advice[finding.code]
    let isNote = finding.severity == .note
    duties = isNote ? [] : catalogue.duties(behind: check)
    requirements =
      isNote
      ? []
      : catalogue.requirements(behind: check).filter { applying?.contains($0.1.code) ?? true }
        .map { (framework: $0.0, requirement: $0.1) }
  }

  /// In words; the code where there are none.
  public var title: String { advice?.title ?? finding.code.text }

  /// The requirements as people write them, such as `GDPR 32(1)(a)`.
  public var clauses: [String] { requirements.map { "\($0.framework.short) \($0.requirement.clause)" } }
}
