import Obligations

/// What the list of obligations shows, by duty or by framework.
struct ObligationsModel: Sendable {
  struct Filter: Sendable {
    let q: String
    let standings: [ChoiceText]
    let frameworks: [ChoiceText]
    let isActive: Bool
    let clearHref: String
  }

  let isDuties: Bool
  let isFrameworks: Bool
  let tabs: [TabText]
  let view: String
  let filter: Filter
  let counts: [StandingCountLink]
  let summary: String
  let duties: [DutyText]
  let frameworks: [FrameworkText]
  let empty: EmptyText?

  init(_ wanted: ObligationFilter, in situation: Situation) {
    let catalogue = situation.catalogue
    view = wanted.view.rawValue
    (isDuties, isFrameworks) = (wanted.view == .duties, wanted.view == .frameworks)
    tabs = [(ObligationFilter.View.duties, "By duty"), (.frameworks, "By framework")].map { view, words in
      TabText(words: words, href: wanted.href(in: view), isCurrent: view == wanted.view)
    }
    filter = Self.filter(wanted, catalogue)
    switch wanted.view {
    case .duties:
      let standings = catalogue.duties.map { situation.book.status(of: $0).standing }
      counts = StandingCountLink.all(standings, current: wanted.standing)
      duties = DutyText.all(wanted, in: situation)
      frameworks = []
      let all = CountText.words(catalogue.duties.count, "duty", "duties")
      summary = wanted.isActive ? "\(duties.count) of \(all)" : "\(all), the most urgent first"
    case .frameworks:
      let obligations = situation.applicability.obligations
      let standings = obligations.map { situation.book.status(of: $0.requirement).standing }
      counts = StandingCountLink.all(
        standings, path: ObligationFilter.href(.frameworks), current: wanted.standing)
      duties = []
      frameworks = situation.profile == nil ? [] : FrameworkText.all(wanted, in: situation)
      summary = Self.summary(frameworks, wanted, in: situation.applicability)
    }
    empty = duties.isEmpty && frameworks.isEmpty ? Self.empty(wanted, in: situation) : nil
  }

  private static func filter(_ wanted: ObligationFilter, _ catalogue: Catalogue) -> Filter {
    let standings =
      [ChoiceText(value: "", words: "Any standing", isSelected: wanted.standing == nil)]
      + Standing.byUrgency.map { standing in
        ChoiceText(
          value: StatusText.token(of: standing), words: standing.words, isSelected: standing == wanted.standing)
      }
    let frameworks =
      [ChoiceText(value: "", words: "Any framework", isSelected: wanted.framework == nil)]
      + catalogue.frameworks.map { framework in
        ChoiceText(
          value: framework.code.text, words: framework.short, isSelected: framework.code == wanted.framework)
      }
    return Filter(
      q: wanted.search.text, standings: standings, frameworks: frameworks, isActive: wanted.isActive,
      clearHref: ObligationFilter.href(wanted.view))
  }

  private static func summary(
    _ shown: [FrameworkText], _ wanted: ObligationFilter, in applicability: Applicability
  ) -> String {
    let obligations = applicability.obligations
    let all = CountText.words(obligations.count, "obligation")
    if wanted.isActive { return "\(shown.reduce(0) { $0 + $1.requirements.count }) of \(all)" }
    let frameworks = CountText.words(Set(obligations.map(\.framework.code)).count, "framework")
    let undecided = applicability.undecided.count
    return "\(all) of \(frameworks)\(undecided == 0 ? "" : ", \(CountText.grouped(undecided)) undecided")"
  }

  private static func empty(_ wanted: ObligationFilter, in situation: Situation) -> EmptyText {
    guard wanted.view == .duties || situation.profile != nil else {
      return EmptyText(
        title: "What applies follows from the profile",
        text:
          "It says where your customers live, how you take cards and how large you are. Without it no framework can be "
          + "said to apply or not; the duties are owed by every shop.",
        link: LinkText(words: "Write the profile", href: "/settings"))
    }
    let kind = wanted.view == .duties ? "duty" : "obligation"
    var conditions = [wanted.standing.map { "is \($0.words)" }].compactMap(\.self)
    if let code = wanted.framework, let framework = situation.catalogue.frameworks.first(where: { $0.code == code }) {
      conditions.append(wanted.view == .duties ? "is owed under \(framework.short)" : "is of \(framework.short)")
    }
    if !wanted.search.isEmpty { conditions.append("mentions “\(wanted.search.text)”") }
    return EmptyText(
      title: "Nothing matches", text: "No \(kind) \(conditions.joined(separator: " and ")).",
      link: LinkText(words: "Clear the filter", href: ObligationFilter.href(wanted.view)))
  }
}
