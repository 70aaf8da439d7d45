import Obligations
import Primitives

/// What the page of all checks shows.
struct ChecksModel: Sendable {
  struct Filter: Sendable {
    let q: String
    let outcomes: [ChoiceText]
    let isActive: Bool
    let clearHref: String
  }

  /// How many looks stand like this.
  struct Count: Sendable {
    let outcome: OutcomeText
    let count: Int
    let href: String
    let isCurrent: Bool
  }

  /// So many rows a page has at most.
  static let mostRows = 500

  let filter: Filter
  let summary: String
  let counts: [Count]
  let looks: [LookText]
  let empty: EmptyText?

  /// - Parameters:
  ///   - state: only looks that stand like this; nil for all.
  ///   - search: only looks in which these words occur; empty for all.
  init(_ all: [CheckLook], state: CheckLook.State?, search: SearchWords, at now: Instant) {
    let states = all.map { $0.state(at: now) }
    let matching = zip(all, states).enumerated().filter { _, item in
      (state == nil || item.1 == state) && search.occur(in: Self.texts(of: item.0))
    }
    let sorted = matching.sorted {
      (Self.urgency($0.element.0), $0.element.1, $0.offset) < (Self.urgency($1.element.0), $1.element.1, $1.offset)
    }
    filter = Filter(
      q: search.text,
      outcomes: [ChoiceText(value: "", words: "Any outcome", isSelected: state == nil)]
        + [.satisfied, .notSatisfied, .couldNotCheck, .stale, .never].map { (choice: CheckLook.State) in
          ChoiceText(value: choice.rawValue, words: choice.words, isSelected: choice == state)
        },
      isActive: state != nil || !search.isEmpty, clearHref: "/checks")
    counts = [
      (.notSatisfied, OutcomeText(.notSatisfied)), (.couldNotCheck, OutcomeText(.couldNotCheck)),
      (.satisfied, OutcomeText(.satisfied)),
    ]
    .compactMap { (counted: CheckLook.State, outcome) in
      let count = states.count { $0 == counted }
      return count == 0
        ? nil
        : Count(
          outcome: outcome, count: count, href: "/checks?outcome=\(counted.rawValue)", isCurrent: counted == state)
    }
    looks = sorted.prefix(Self.mostRows).enumerated().map { LookText($1.element.0, row: $0 + 1, at: now) }
    summary = Self.summary(all, shown: looks.count, of: sorted.count)
    empty = looks.isEmpty ? Self.empty(all) : nil
  }

  /// What keeps failing to look comes before everything else.
  private static func urgency(_ item: CheckLook) -> Int { item.look?.alerted == nil ? 1 : 0 }

  private static func texts(of item: CheckLook) -> [String] {
    [item.check.code.text, item.check.title, item.target, item.look?.verdict.summary ?? ""]
  }

  private static func summary(_ all: [CheckLook], shown: Int, of matching: Int) -> String {
    guard !all.isEmpty else { return "No check has a target yet" }
    let targets = CountText.words(Set(all.map(\.target)).count, "target")
    if shown < matching {
      return "The first \(shown) of \(CountText.words(matching, "look")); a filter shows the others"
    }
    let looks = CountText.words(all.count, "look")
    return matching == all.count ? "\(looks) at \(targets)" : "\(matching) of \(looks) at \(targets)"
  }

  private static func empty(_ all: [CheckLook]) -> EmptyText {
    guard all.isEmpty else {
      return EmptyText(
        title: "Nothing matches", text: "No look is like that. Clear the filter to see all of them.",
        link: LinkText(words: "Clear the filter", href: "/checks"))
    }
    return EmptyText(
      title: "Nothing to look at yet",
      text: "Checks look at the storefronts and endpoints that the profile names. It names none so far.",
      link: LinkText(words: "Write the profile", href: "/settings"))
  }
}
