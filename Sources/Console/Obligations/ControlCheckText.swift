import Obligations
import Primitives

/// A check of a control, with what it saw last at each target.
struct ControlCheckText: Sendable {
  struct Target: Sendable {
    let target: String
    /// Nil while it has not looked.
    let outcome: OutcomeText?
    let summary: String
    /// Such as `2 findings`; nil where there is none.
    let findings: String?
    let at: TimeText?
    let expires: TimeText?
    let isStale: Bool
    let href: String
  }

  let code: String
  let title: String
  let href: String
  let targets: [Target]
  /// Why there is no target.
  let missing: String?

  init(_ check: Code<CheckName>, in book: EvidenceBook, titles: [Code<CheckName>: String]) {
    let known = book.targets[check]
    code = check.text
    title = titles[check] ?? check.text
    href = CheckLook.href(check)
    targets = (known ?? []).map { Self.target($0, of: check, in: book) }
    missing =
      switch known?.isEmpty {
      case nil: "This version of Surety has no check \(check)."
      case true?: "The profile names nothing that it could look at."
      case false?: nil
      }
  }

  private static func target(_ target: String, of check: Code<CheckName>, in book: EvidenceBook) -> Target {
    guard let look = book.looks[check]?[target] else {
      return Target(
        target: target, outcome: nil, summary: "It has not looked yet.", findings: nil, at: nil, expires: nil,
        isStale: false, href: CheckLook.href(check, at: target))
    }
    let (verdict, isStale) = (look.verdict, look.expires <= book.now)
    return Target(
      target: target, outcome: OutcomeText(verdict.outcome, isStale: isStale), summary: verdict.summary,
      findings: verdict.findings.isEmpty ? nil : CountText.words(verdict.findings.count, "finding"),
      at: TimeText(look.at, asOf: book.now), expires: TimeText(look.expires, asOf: book.now), isStale: isStale,
      href: ObservationText.href(look.observation))
  }
}
