import Obligations

/// Whether a requirement or a framework applies to the platform, and why.
struct ApplicabilityText: Sendable {
  let mark: MarkText
  let because: String
  /// What the profile would have to say; nil where it says enough.
  let missing: String?

  static let applies = MarkText(token: "applies", words: "applies")
  static let undecided = MarkText(token: "undecided", words: "undecided")
  static let doesNotApply = MarkText(token: "does-not-apply", words: "does not apply")

  init(_ requirement: Requirement, in applicability: Applicability) {
    if let obligation = applicability.obligations.first(where: { $0.requirement.code == requirement.code }) {
      (mark, because, missing) = (Self.applies, obligation.because, nil)
    } else if let no = applicability.inapplicable.first(where: { $0.requirement.code == requirement.code }) {
      (mark, because, missing) = (Self.doesNotApply, no.because, nil)
    } else {
      let lacking = applicability.undecided.first { $0.requirement.code == requirement.code }?.missing ?? []
      (mark, because) = (Self.undecided, "It cannot be said yet whether it applies.")
      missing = lacking.isEmpty ? nil : lacking.joined(separator: ", ")
    }
  }

  init(_ answer: ConditionAnswer) {
    switch answer {
    case .yes(let facts):
      let said = facts.filter { $0 != "always" }
      mark = Self.applies
      because = said.isEmpty ? "It applies to every shop." : "It applies: \(said.joined(separator: ", "))."
      missing = nil
    case .no(let facts):
      (mark, because, missing) = (Self.doesNotApply, "It does not apply: \(facts.joined(separator: ", ")).", nil)
    case .unknown(let lacking):
      let words = lacking.joined(separator: ", ")
      (mark, because) = (Self.undecided, "It cannot be said yet: the profile lacks \(words).")
      missing = words
    }
  }
}
