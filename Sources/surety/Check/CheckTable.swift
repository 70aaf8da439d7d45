import Assessment
import Obligations
import Primitives

/// The result for a person at a terminal: duty by duty, what was seen, and how to mend it.
struct CheckTable {
  let report: CheckReport
  let paint: Paint
  let width: Int
  /// Whose configuration is printed beside each finding.
  let server: ServerKind?
  /// Whether controls that nobody looked at are listed one by one.
  let showsAll: Bool

  init(_ report: CheckReport, paint: Paint, width: Int, server: ServerKind?, showsAll: Bool) {
    self.report = report
    self.paint = paint
    self.width = width
    self.server = server
    self.showsAll = showsAll
  }

  var text: String {
    guard !report.sawNothing else { return (heading + nothing).joined(separator: "\n") }
    var lines = heading
    for duty in report.catalogue.duties { lines += self.lines(of: duty) }
    if let applicability = report.applicability { lines += laws(applicability) }
    return (lines + summary + advice).joined(separator: "\n")
  }

  /// A head at a column, and a text beside it that goes on below its own beginning.
  private func lines(
    _ head: String, at column: Int, _ inks: Paint.Ink?, text: String, from start: Int, _ textInks: Paint.Ink? = nil
  ) -> [String] {
    TextLayout.wrapped(text, at: start, width: width).enumerated().map { number, line in
      let body = textInks.map { paint(line, $0) } ?? line
      guard number == 0 else { return String(repeating: " ", count: start) + body }
      let gap = String(repeating: " ", count: max(1, start - column - TextLayout.columns(head)))
      return String(repeating: " ", count: column) + (inks.map { paint(head, $0) } ?? head) + gap + body
    }
  }

  private var heading: [String] {
    let places = report.addresses.map { TextLayout.plain($0) }
    let shown = places.prefix(5).joined(separator: ", ") + (places.count > 5 ? " and \(places.count - 5) more" : "")
    let seconds = "\(report.took.components.seconds).\(report.took.components.attoseconds / 100_000_000_000_000_000)"
    let time = report.at.rfc3339.prefix(16).replacing("T", with: " ")
    return [
      paint(shown, .bold), "\(report.observations.count) looks in \(seconds) s, \(time) UTC", "",
    ]
  }

  /// What could not be looked at and why, each reason once.
  private var nothing: [String] {
    let duties = report.catalogue.duties.count
    var lines = ["Nothing could be looked at, so nothing is known of the \(duties) duties.", ""]
    for (reason, looks) in report.blindReasons {
      lines += self.lines("?", at: 0, .violet, text: reason, from: 2)
      let names = looks.map(\.check.text)
      let shown = showsAll ? names : Array(names.prefix(Self.mostPlaces))
      let more = names.count > shown.count ? " and \(names.count - shown.count) more" : ""
      lines += self.lines("", at: 0, nil, text: shown.joined(separator: ", ") + more, from: 2, .faint)
    }
    return lines
  }

  // MARK: Duties

  private func lines(of duty: Duty) -> [String] {
    let status = report.status(of: duty)
    let head = "\(status.standing.symbol) \(duty.code) \(TextLayout.padded(status.standing.words, to: 9))"
    var lines = self.lines(head, at: 0, status.standing.ink, text: duty.title, from: 16)
    // What was looked at, or stated, is shown control by control; the rest in a line.
    let shown = duty.controls.filter { showsAll || isKnown($0) }
    for control in shown { lines += self.lines(of: control) }
    let rest = duty.controls.filter { control in !shown.contains { $0.code == control.code } }
    guard let first = rest.first else { return lines }
    let more = rest.count > 1 ? " And \(rest.count - 1) more; --all shows them." : ""
    let still = shown.isEmpty ? "Will be proven by:" : "The rest will be proven by:"
    lines += self.lines("", at: 0, nil, text: "\(still) \(CheckReport.proof(of: first))\(more)", from: 16, .faint)
    return lines
  }

  private func isKnown(_ control: Control) -> Bool {
    !report.observations(for: control).isEmpty || report.book.status(of: control).standing != .unproven
  }

  private func lines(of control: Control) -> [String] {
    let status = report.book.status(of: control)
    var lines = self.lines(status.standing.symbol, at: 14, status.standing.ink, text: control.title, from: 16)
    let looks = report.observations(for: control)
    lines += findings(of: looks)
    if showsAll { lines += looks.flatMap { facts(of: $0) } }
    for look in looks where look.verdict.outcome == .couldNotCheck {
      lines += self.lines(
        "?", at: 16, .violet, text: "\(look.check) could not look at \(look.target): \(look.verdict.summary)", from: 18)
    }
    if looks.isEmpty {
      let reason = status.standing == .unproven ? CheckReport.proof(of: control) : status.reasons[0]
      lines += self.lines("", at: 0, nil, text: reason, from: 18, .faint)
    } else if status.standing == .excepted {
      lines += self.lines("", at: 0, nil, text: status.reasons[0], from: 18, .faint)
    }
    return lines
  }

  private func facts(of look: Observation) -> [String] {
    report.facts(of: look).flatMap { fact in
      lines("", at: 0, nil, text: "\(look.check) saw of \(look.target): \(fact.name): \(fact.value)", from: 18, .faint)
    }
  }

  /// Weaknesses of one kind share a title and a way to mend them.
  private func findings(of looks: [Observation]) -> [String] {
    var groups: [(first: FindingReport, all: [Finding])] = []
    for (look, finding) in report.findings where looks.contains(where: { $0.id == look.id }) {
      let known = groups.firstIndex {
        $0.first.finding.code == finding.code && $0.first.finding.severity == finding.severity
      }
      if let known {
        groups[known].all.append(finding)
      } else {
        groups.append((report.report(of: finding, in: look), [finding]))
      }
    }
    return groups.flatMap { lines(of: $0.first, $0.all) }
  }

  private func lines(of first: FindingReport, _ findings: [Finding]) -> [String] {
    let severity = first.finding.severity
    var lines = self.lines(severity.rawValue, at: 16, severity.ink, text: first.title, from: 26)
    for finding in findings.prefix(showsAll ? .max : Self.mostPlaces) {
      let place = finding.seen.contains(finding.place) ? "" : " (\(finding.place))"
      lines += self.lines("seen", at: 21, .faint, text: finding.seen + place, from: 26)
    }
    if findings.count > Self.mostPlaces, !showsAll {
      lines += self.lines(
        "", at: 0, nil, text: "and \(findings.count - Self.mostPlaces) more; --all shows them", from: 26)
    }
    guard let advice = first.advice else { return lines }
    lines += self.lines("why", at: 22, .faint, text: showsAll ? advice.why : advice.firstReason, from: 26)
    if !first.clauses.isEmpty {
      let shown = showsAll ? first.clauses : Array(first.clauses.prefix(Self.mostPlaces))
      let more = shown.count < first.clauses.count ? " and \(first.clauses.count - shown.count) more" : ""
      let condition = report.applicability == nil ? ", where they apply" : ""
      lines += self.lines(
        "law", at: 22, .faint, text: shown.joined(separator: ", ") + more + condition, from: 26)
    }
    lines += self.lines(
      "fix", at: 22, .faint, text: showsAll || server != nil ? advice.fix : advice.firstStep, from: 26)
    let configuration = advice.configurations.first { $0.server == server?.name }
    for line in configuration?.lines.split(separator: "\n", omittingEmptySubsequences: false) ?? [] {
      lines.append(String(repeating: " ", count: 26) + "| " + line)
    }
    return lines
  }

  /// So many places, requirements or checks are named in one row.
  private static let mostPlaces = 5

  // MARK: Laws

  private func laws(_ applicability: Applicability) -> [String] {
    var lines = ["", paint("By law", .bold)]
    for framework in applicability.frameworks.map(\.framework) {
      let owed = applicability.obligations.filter { $0.framework.code == framework.code }
      guard let first = owed.first else { continue }
      let counts = Standing.allCases.reversed().compactMap { standing -> String? in
        let count = owed.count { report.book.status(of: $0.requirement).standing == standing }
        return count == 0 ? nil : "\(count) \(standing.words)"
      }
      lines += self.lines(
        framework.short, at: 2, nil, text: "\(owed.count) requirements: \(counts.joined(separator: ", "))", from: 24)
      lines += self.lines("", at: 0, nil, text: first.because, from: 24, .faint)
    }
    let undecided = Dictionary(grouping: applicability.undecided, by: \.framework.short).sorted { $0.key < $1.key }
    for (framework, requirements) in undecided {
      let missing = Set(requirements.flatMap(\.missing)).sorted().joined(separator: "; ")
      lines += self.lines(
        framework, at: 2, nil, text: "\(requirements.count) undecided: the profile does not say \(missing)", from: 24)
    }
    return lines
  }

  // MARK: The end

  private var summary: [String] {
    let counts = Standing.allCases.reversed().compactMap { standing -> String? in
      let count = report.count(of: standing)
      return count == 0 ? nil : paint("\(count) \(standing.words)", standing.ink)
    }
    var lines = ["", "\(report.catalogue.duties.count) duties: \(counts.joined(separator: ", "))"]
    let severities = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = report.findings.count { $0.finding.severity == severity }
      return count == 0 ? nil : paint("\(count) \(severity.rawValue)", severity.ink)
    }
    lines.append("Findings: \(severities.isEmpty ? "none" : severities.joined(separator: ", "))")
    let inOrder = report.observations.count { $0.verdict.outcome == .satisfied }
    lines.append(
      "Looks: \(inOrder) in order, \(report.observations.count - inOrder - report.blindLooks.count) not, "
        + "\(report.blindLooks.count) could not be taken")
    for look in report.observations where look.check == "tls.ciphers" {
      guard let fact = report.facts(of: look).first(where: { $0.name == "Mozilla's guideline" }) else { continue }
      lines += self.lines("TLS:", at: 0, nil, text: "\(look.target): \(fact.value)", from: 9)
    }
    for look in report.observations where look.check == "http.headers" {
      lines += self.lines("Headers:", at: 0, nil, text: "\(look.target): \(look.verdict.summary)", from: 9)
    }
    return lines
  }

  private var advice: [String] {
    var steps: [String] = []
    if let worst = report.findings.first(where: { $0.finding.severity > .note }),
      let advice = report.advice[worst.finding.code]
    {
      let lines = server == nil ? "; --fix nginx, apache or caddy prints the lines for it" : ""
      steps.append("Mend the worst first: \(advice.title)\(lines).")
    }
    if let recording = report.recording {
      steps.append(
        "The evidence is in the ledger \(recording.ledger), entries \(recording.ranges): "
          + "'surety ledger prove' gives the proof of one.")
    } else {
      steps.append(
        "'surety init' and 'surety serve --profile surety.yaml' look again and again, and keep the evidence.")
    }
    if report.applicability == nil {
      steps.append(
        "'surety profile --example' shows what to tell of the shop, so that it is worked out which laws apply.")
    }
    let numbered = steps.enumerated().flatMap { number, step in
      lines("\(number + 1).", at: 2, nil, text: step, from: 5)
    }
    return ["", paint("Next", .bold)] + numbered
  }
}

extension Standing {
  /// Read without colour too.
  var symbol: String {
    switch self {
    case .met: "✓"
    case .notMet: "✗"
    case .due: "!"
    case .unproven: "?"
    case .excepted: "/"
    }
  }

  var ink: Paint.Ink {
    switch self {
    case .met: .green
    case .notMet: .red
    case .due: .yellow
    case .unproven: .violet
    case .excepted: .faint
    }
  }
}

extension Severity {
  var ink: Paint.Ink {
    switch self {
    case .critical, .high: .red
    case .medium, .low: .yellow
    case .note: .faint
    }
  }
}
