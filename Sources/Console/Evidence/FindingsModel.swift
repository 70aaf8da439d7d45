import Obligations
import Primitives

/// What the page of all findings shows.
struct FindingsModel: Sendable {
  struct Filter: Sendable {
    let q: String
    let severities: [ChoiceText]
    let duties: [ChoiceText]
    let isActive: Bool
    let clearHref: String
  }

  struct Count: Sendable {
    let severity: SeverityText
    let count: Int
    let href: String
    let isCurrent: Bool
  }

  /// What is asked for.
  struct Selection: Sendable {
    let severity: Severity?
    let duty: Code<Duty>?
    let search: SearchWords

    var isActive: Bool { severity != nil || duty != nil || !search.isEmpty }

    func takes(_ seen: SeenFinding, _ library: FindingLibrary) -> Bool {
      guard severity == nil || severity == seen.finding.severity else { return false }
      guard duty.map({ duty in library.burden(of: seen).duties.contains { $0.code == duty.text } }) ?? true else {
        return false
      }
      let finding = seen.finding
      return search.occur(in: [
        finding.code.text, library.title(of: finding.code), finding.seen, finding.place, seen.target, seen.check.text,
      ])
    }
  }

  /// So many findings a page has at most.
  static let mostRows = 200

  let filter: Filter
  let counts: [Count]
  let summary: String
  let findings: [FindingText]
  /// When the newest of all looks was taken; nil while there is none.
  let lastLook: TimeText?
  let empty: EmptyText?

  /// - Parameters:
  ///   - all: every finding, the worst first.
  ///   - selected: those that are asked for.
  ///   - shown: the first of them, as text.
  init(
    all: [SeenFinding], selected: [SeenFinding], shown: [FindingText], by selection: Selection, book: EvidenceBook
  ) {
    let severities = Severity.allCases.sorted(by: >)
    filter = Filter(
      q: selection.search.text,
      severities: [ChoiceText(value: "", words: "Any severity", isSelected: selection.severity == nil)]
        + severities.map { severity in
          ChoiceText(value: severity.rawValue, words: severity.rawValue, isSelected: severity == selection.severity)
        },
      duties: [ChoiceText(value: "", words: "Any duty", isSelected: selection.duty == nil)]
        + book.catalogue.duties.map { duty in
          ChoiceText(
            value: duty.code.text, words: "\(duty.code) \(duty.title)", isSelected: duty.code == selection.duty)
        }, isActive: selection.isActive, clearHref: "/findings")
    counts = severities.map { severity in
      Count(
        severity: SeverityText(severity), count: all.count { $0.finding.severity == severity },
        href: "/findings?severity=\(severity.rawValue)", isCurrent: severity == selection.severity)
    }
    summary = Self.summary(all, selected, shown: shown.count)
    findings = shown
    let looks = Self.looks(book)
    lastLook = looks.map(\.at).max().map { TimeText($0, asOf: book.now) }
    empty = shown.isEmpty ? Self.empty(all, looks, book.now) : nil
  }

  private static func looks(_ book: EvidenceBook) -> [EvidenceBook.Look] {
    book.targets.flatMap { check, targets in targets.compactMap { book.looks[check]?[$0] } }
  }

  private static func summary(_ all: [SeenFinding], _ selected: [SeenFinding], shown: Int) -> String {
    guard !all.isEmpty else { return "No finding" }
    let targets = CountText.words(Set(selected.map(\.target)).count, "target")
    let findings = CountText.words(all.count, "finding")
    if shown < selected.count {
      return "The \(shown) most severe of \(CountText.words(selected.count, "finding")); a filter shows the others"
    }
    return selected.count == all.count
      ? "\(findings) at \(targets), the most severe first" : "\(selected.count) of \(findings)"
  }

  private static func empty(_ all: [SeenFinding], _ looks: [EvidenceBook.Look], _ now: Instant) -> EmptyText {
    guard all.isEmpty else {
      return EmptyText(
        title: "Nothing matches", text: "No finding is like that. Clear the filter to see all of them.",
        link: LinkText(words: "Clear the filter", href: "/findings"))
    }
    guard !looks.isEmpty else {
      return EmptyText(
        title: "Nothing was looked at yet",
        text: "Findings are what checks see wrong. Once the profile names a storefront, they begin to look.",
        link: LinkText(words: "Write the profile", href: "/settings"))
    }
    let unproven = LinkText(words: "See what is unproven", href: "/obligations?standing=unproven")
    let seen = CountText.words(looks.count, "look")
    let targets = CountText.words(Set(looks.map(\.target)).count, "target")
    let blind = looks.count { $0.verdict.outcome == .couldNotCheck || $0.expires <= now }
    guard blind == 0 else {
      return EmptyText(
        title: "Nothing wrong was seen, but not everything was looked at",
        text: "\(seen) at \(targets) found no weakness; \(blind) of them could not look, or are stale by now.",
        link: unproven)
    }
    return EmptyText(
      title: "Nothing wrong was seen",
      text: "\(seen) at \(targets), all within their time; none found a weakness. "
        + "What no check looks at is unproven, not fine.", link: unproven)
  }
}

/// What the page of one kind of weakness shows.
struct FindingModel: Sendable {
  struct AdviceText: Sendable {
    let code: String
    let severity: SeverityText
    let title: String
    let why: String?
    let fix: String?
    let configurations: [FindingText.ConfigurationText]
    let reference: String?
    let duties: [FindingText.DutyText]
    let requirements: [LinkText]
  }

  /// Where it was seen.
  struct Place: Sendable {
    let seen: String
    let place: String
    let target: String
    let check: String
    let checkHref: String
    let observationHref: String
    let since: TimeText

    init(_ finding: FindingText) {
      (seen, place, target) = (finding.seen, finding.place, finding.target)
      (check, checkHref, observationHref) = (finding.check, finding.checkHref, finding.observationHref)
      since = finding.since
    }
  }

  let advice: AdviceText
  let places: [Place]
  /// Such as `The first 200 of 312 places`; nil where all are shown.
  let cut: String?
  let empty: EmptyText?
}
