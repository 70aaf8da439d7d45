import Obligations

/// What a profile would change, as the page tells it.
struct DryRunText: Sendable {
  struct Change: Sendable {
    let framework: String
    let clause: String
    let text: String
    let because: String
  }

  struct Undecided: Sendable {
    let framework: String
    let clause: String
    let missing: String
  }

  let isUnchanged: Bool
  let summary: String
  let begins: [Change]
  let ends: [Change]
  let undecided: [Undecided]
  let targetsAdded: [String]
  let targetsRemoved: [String]

  init(_ difference: ProfileDifference) {
    isUnchanged = difference.isEmpty
    summary = Self.summary(difference)
    begins = difference.begins.map {
      Change(
        framework: $0.framework.short, clause: $0.requirement.clause, text: $0.requirement.text, because: $0.because)
    }
    ends = difference.ends.map {
      Change(
        framework: $0.framework.short, clause: $0.requirement.clause, text: $0.requirement.text, because: $0.because)
    }
    undecided = difference.undecided.map {
      Undecided(
        framework: $0.framework.short, clause: $0.requirement.clause, missing: $0.missing.joined(separator: ", "))
    }
    targetsAdded = difference.targetsAdded.map(Self.text)
    targetsRemoved = difference.targetsRemoved.map(Self.text)
  }

  private static func text(_ target: ProfileDifference.Target) -> String {
    "\(target.target) (\(target.checks.map(\.text).joined(separator: ", ")))"
  }

  private static func summary(_ difference: ProfileDifference) -> String {
    guard !difference.isEmpty else { return "Nothing would change." }
    let begins = CountText.words(difference.begins.count, "requirement")
    let added = CountText.words(difference.targetsAdded.count, "target")
    return "\(begins) would begin to apply, \(CountText.grouped(difference.ends.count)) would stop, "
      + "\(CountText.grouped(difference.undecided.count)) could not be decided, "
      + "and \(added) would be looked at anew."
  }
}
