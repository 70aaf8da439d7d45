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

  /// Whether not one look could be taken.
  var sawNothing: Bool { blindLooks.count == observations.count }

  /// Every finding with the look that saw it, the worst first.
  var findings: [(look: Observation, finding: Finding)] {
    observations.flatMap { look in look.verdict.findings.map { (look, $0) } }
      .sorted {
        ($1.finding.severity, $0.finding.code, $0.look.target) < ($0.finding.severity, $1.finding.code, $1.look.target)
      }
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
    case .unproven: isNotMet || !blindLooks.isEmpty
    case .severity(let severity): openFindings.contains { $0.severity >= severity }
    }
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
  var firstStep: String {
    guard let end = fix.firstRange(of: /\.(?=\s)/) else { return fix }
    return String(fix[..<end.upperBound])
  }
}
