import Assessment
import Obligations
import Primitives

/// What came of the looks, whatever way it is written.
struct CheckReport: Sendable {
  /// Where evidence was written.
  struct Recording: Sendable {
    let ledger: String
    /// The places of the entries in the ledger, by observation; those that are not published yet are missing.
    let entries: [Identifier<Observation>: UInt64]

    /// As people write them: 3–24, 27.
    var ranges: String {
      var ranges: [ClosedRange<UInt64>] = []
      for place in entries.values.sorted() {
        if let last = ranges.last, last.upperBound + 1 == place {
          ranges[ranges.count - 1] = last.lowerBound...place
        } else {
          ranges.append(place...place)
        }
      }
      return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
        .joined(separator: ", ")
    }
  }

  let profile: Profile
  let at: Instant
  let took: Duration
  let catalogue: Catalogue
  let book: EvidenceBook
  /// By check and target.
  let observations: [Observation]
  let checks: [any Check]
  let advice: AdviceBook
  /// Nil without a profile: of addresses alone it is not known what applies.
  let applicability: Applicability?
  var recording: Recording?

  /// A report of looks that nothing else is known of.
  init(
    _ observations: [Observation], of plan: CheckPlan, catalogue: Catalogue, advice: AdviceBook, hasProfile: Bool
  ) {
    let now = plan.surroundings.now()
    let book = EvidenceBook(
      catalogue: catalogue, now: now, looks: observations.map { EvidenceBook.Look($0) }, targets: plan.targets)
    self.init(observations, of: plan, book: book, advice: advice, hasProfile: hasProfile)
  }

  init(_ observations: [Observation], of plan: CheckPlan, book: EvidenceBook, advice: AdviceBook, hasProfile: Bool) {
    self.observations = observations
    self.book = book
    self.advice = advice
    profile = plan.profile
    checks = plan.checks
    catalogue = book.catalogue
    at = observations.map(\.at).min() ?? book.now
    let end = observations.map { $0.at.advanced(by: $0.took) }.max() ?? book.now
    took = end.since(at)
    applicability =
      hasProfile ? Applicability(of: book.catalogue, to: plan.profile, on: CalendarDate(at: book.now)) : nil
  }

  var addresses: [String] { profile.storefronts.map(\.url) + profile.endpoints }

  func status(of duty: Duty) -> Status { book.status(of: duty) }

  /// What was seen for a control.
  func observations(for control: Control) -> [Observation] { observations.filter { control.checks.contains($0.check) } }

  var blindLooks: [Observation] { observations.filter { $0.verdict.outcome == .couldNotCheck } }

  /// Looks that were not taken for want of an answer: the network, a refusal or the time was against them. What was
  /// looked at and cannot be seen from outside, such as what lies behind a sign-in, is not among them.
  var untakenLooks: [Observation] { observations.filter { !$0.wasTaken } }

  /// What could not be looked at, by the reason, each with the looks that it kept from looking.
  var blindReasons: [(reason: String, looks: [Observation])] {
    var reasons: [(reason: String, looks: [Observation])] = []
    for look in blindLooks {
      if let known = reasons.firstIndex(where: { $0.reason == look.verdict.summary }) {
        reasons[known].looks.append(look)
      } else {
        reasons.append((look.verdict.summary, [look]))
      }
    }
    return reasons.enumerated().sorted { ($1.element.looks.count, $0.offset) < ($0.element.looks.count, $1.offset) }
      .map(\.element)
  }

  /// Whether not one look saw anything.
  var sawNothing: Bool { blindLooks.count == observations.count }

  /// Every finding with the look that saw it, the worst first.
  var findings: [(look: Observation, finding: Finding)] {
    observations.flatMap { look in look.verdict.findings.map { (look, $0) } }
      .sorted {
        ($1.finding.severity, $0.finding.code, $0.look.target) < ($0.finding.severity, $1.finding.code, $1.look.target)
      }
  }

  /// All that is to be said of a finding; of the requirements those that apply, where that is known.
  func report(of finding: Finding, in look: Observation) -> FindingReport {
    FindingReport(
      finding, by: look.check, at: look.target, advice: advice, catalogue: catalogue,
      applying: applicability.map { Set($0.obligations.map(\.requirement.code)) })
  }

  /// What a look saw, for people to read.
  func facts(of look: Observation) -> [SeenFact] {
    checks.first { $0.code == look.check }?.facts(from: look.seen) ?? []
  }

  /// Findings that no exception accepts.
  private var openFindings: [Finding] {
    let open = Set(
      catalogue.duties.flatMap(\.controls).filter { book.status(of: $0).standing == .notMet }.flatMap(\.checks))
    return findings.filter { open.contains($0.look.check) || $0.finding.severity == .note }.map(\.finding)
  }

  func count(of standing: Standing) -> Int { catalogue.duties.count { status(of: $0).standing == standing } }

  private var isNotMet: Bool {
    catalogue.duties.contains { status(of: $0).standing == .notMet }
      || applicability?.obligations.contains { book.status(of: $0.requirement).standing == .notMet } == true
  }

  func fails(_ threshold: CheckThreshold) -> Bool {
    switch threshold {
    case .never: false
    case .notMet: isNotMet
    case .severity(let severity): openFindings.contains { $0.severity >= severity }
    }
  }

  /// The status with which a check ends: 1 where something fails, and 2 where nothing does but not everything was looked
  /// at, because then nobody knows.
  func exitStatus(failingFrom threshold: CheckThreshold) -> Int32 {
    if threshold == .never { return 0 }
    if sawNothing { return 2 }
    if fails(threshold) { return 1 }
    return untakenLooks.isEmpty ? 0 : 2
  }

  /// What will prove a control that nobody has proven.
  static func proof(of control: Control) -> String {
    if let awaits = control.awaits { return awaits }
    var means: [String] = []
    if !control.checks.isEmpty {
      means.append("\(control.checks.map(\.text).joined(separator: ", ")), as 'surety serve' runs it.")
    }
    if let longest = control.attestation {
      means.append("A statement with a document, signed in the console, that is at most \(longest) old.")
    }
    return means.joined(separator: " ")
  }
}

extension Advice {
  /// The first sentence of how to mend it. A point within an address or a number ends none.
  var firstStep: String { Self.firstSentence(of: fix) }

  /// The first sentence of why it matters.
  var firstReason: String { Self.firstSentence(of: why) }

  private static func firstSentence(of text: String) -> String {
    guard let end = text.firstRange(of: /\.(?=\s)/) else { return text }
    return String(text[..<end.upperBound])
  }
}
