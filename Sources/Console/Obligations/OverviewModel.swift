import Obligations
import Primitives

/// What the overview shows: what needs a person, what falls due, what changed.
struct OverviewModel: Sendable {
  /// A duty in the strip of all of them.
  struct StripMark: Sendable {
    let code: String
    let title: String
    let href: String
    let status: StatusText
  }

  struct NotMet: Sendable {
    let code: String
    let title: String
    let href: String
    let status: StatusText
    let reason: String
    /// Such as `3 findings`, and where they are; nil where no check saw a weakness.
    let findings: LinkText?
  }

  struct SeverityCount: Sendable {
    let severity: SeverityText
    let count: Int
    let href: String
  }

  /// Deadlines so far ahead are shown: what is owed each quarter is there from the first day on.
  static let horizon: Duration = .seconds(100 * 86_400)
  /// Without an earlier visit, changes so long ago are shown.
  static let firstLookBack: Duration = .seconds(7 * 86_400)
  /// So many changes and so many blind checks are shown; where there are more, a link says so.
  static let mostRows = 20

  let title: String
  let heading: String
  let start: StartText?
  let summary: String
  let counts: [StandingCountLink]
  let strip: [StripMark]
  let notMet: [NotMet]
  let deadlines: [DeadlineText]
  let deadlinesUntil: String
  let changes: [ChangeText]
  /// Such as `and 12 more`; nil where all are shown.
  let moreChanges: LinkText?
  let changesSince: TimeText
  /// Says since when.
  let changesWords: String
  let severities: [SeverityCount]
  let findingsCount: String
  let blind: [BlindText]
  let moreBlind: LinkText?
  let lastLook: TimeText?
  let checksSummary: String
  let ledger: LedgerText

  /// What it is made from.
  struct Facts: Sendable {
    var book: EvidenceBook
    var profile: Profile?
    /// The titles of the checks at work.
    var titles: [Code<CheckName>: String]
    /// The newest first.
    var changes: [StandingChange]
    /// Whether there are older ones that were not asked for.
    var areChangesCut = false
    /// Nil on the first visit.
    var lastVisit: Instant?
    var ledger: LedgerText

    /// Since when changes are shown.
    static func start(lastVisit: Instant?, now: Instant) -> Instant {
      lastVisit ?? now.advanced(by: .zero - OverviewModel.firstLookBack)
    }
  }

  init(_ facts: Facts) {
    let (book, now) = (facts.book, facts.book.now)
    let duties = book.catalogue.duties.map { (duty: $0, status: book.status(of: $0)) }
    let standings = duties.map(\.status.standing)
    let newest = book.looks.values.flatMap(\.values).map(\.at).max()
    start = StartText(
      hasProfile: facts.profile != nil, hasLooked: newest != nil, hasAttested: !book.attestations.isEmpty)
    (title, heading, summary) = Self.words(standings, isNew: start != nil)
    counts = StandingCountLink.all(standings)
    strip = duties.map { duty, _ in
      StripMark(code: duty.code.text, title: duty.title, href: duty.href, status: book.statusText(of: duty))
    }
    let findings = book.findings
    let countByCheck = Dictionary(grouping: findings.filter { $0.finding.severity > .note }, by: \.check)
      .mapValues(\.count)
    notMet = duties.filter { $0.status.standing == .notMet }.map { duty, status in
      NotMet(
        code: duty.code.text, title: duty.title, href: duty.href, status: book.statusText(of: duty),
        reason: status.reasons[0], findings: Self.findings(behind: duty, countByCheck))
    }
    let end = now.advanced(by: Self.horizon)
    deadlines = DeadlineText.all(until: end, in: book, for: facts.profile)
    deadlinesUntil = TimeText.day(end)
    let since = Facts.start(lastVisit: facts.lastVisit, now: now)
    let changed = ChangeText.all(facts.changes, in: book.catalogue, at: now)
    changes = Array(changed.prefix(Self.mostRows))
    moreChanges = Self.more(changed.count, isCut: facts.areChangesCut, href: ChangesPage.href(since: since))
    changesSince = TimeText(since, asOf: now)
    changesWords = facts.lastVisit == nil ? "Changed in the last 7 days" : "Changed since your last visit"
    severities = Self.severities(findings)
    findingsCount = findings.isEmpty ? "no findings" : CountText.words(findings.count, "finding")
    let allBlind = BlindText.all(in: book, titles: facts.titles)
    blind = Array(allBlind.prefix(Self.mostRows))
    moreBlind = Self.more(allBlind.count, href: "/checks")
    lastLook = newest.map { TimeText($0, asOf: now) }
    checksSummary = Self.checksSummary(book.targets)
    ledger = facts.ledger
  }

  private static func words(
    _ standings: [Standing], isNew: Bool
  ) -> (title: String, heading: String, summary: String) {
    func count(_ standing: Standing) -> Int { standings.count { $0 == standing } }
    let duties = CountText.words(standings.count, "duty", "duties")
    let met = count(.met)
    if isNew, met == 0, count(.unproven) == standings.count {
      return ("Nothing is proven yet", "Welcome. Nothing is proven yet.", "\(duties) wait for evidence.")
    }
    let open = [Standing.notMet, .due, .unproven].filter { count($0) > 0 }.map { "\(count($0)) \($0.words)" }
    let heading = open.isEmpty ? "Nothing needs a person now" : open.joined(separator: ", ")
    return (heading, heading, "\(met) of \(duties) \(met == 1 ? "is" : "are") met.")
  }

  private static func findings(behind duty: Duty, _ counts: [Code<CheckName>: Int]) -> LinkText? {
    let count = Set(duty.controls.flatMap(\.checks)).reduce(0) { $0 + (counts[$1] ?? 0) }
    guard count > 0 else { return nil }
    return LinkText(words: CountText.words(count, "finding"), href: "/findings?duty=\(Routes.encoded(duty.code.text))")
  }

  /// What a list of ``mostRows`` rows leaves out.
  private static func more(_ count: Int, isCut: Bool = false, href: String) -> LinkText? {
    let rest = count - min(count, mostRows)
    guard rest > 0 || isCut else { return nil }
    return LinkText(words: isCut ? "and more" : "and \(CountText.grouped(rest)) more", href: href)
  }

  private static func severities(_ findings: [SeenFinding]) -> [SeverityCount] {
    let counts = Dictionary(grouping: findings, by: \.finding.severity).mapValues(\.count)
    return Severity.allCases.sorted(by: >).map {
      SeverityCount(
        severity: SeverityText($0), count: counts[$0] ?? 0, href: "/findings?severity=\(SeverityText($0).token)")
    }
  }

  private static func checksSummary(_ targets: [Code<CheckName>: [String]]) -> String {
    let looking = targets.values.filter { !$0.isEmpty }
    guard !looking.isEmpty else { return "No check has a target yet" }
    let places = CountText.words(Set(looking.joined()).count, "target")
    return "\(CountText.words(looking.count, "check")) \(looking.count == 1 ? "looks" : "look") at \(places)"
  }
}
