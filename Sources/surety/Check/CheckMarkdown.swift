import Assessment
import Obligations
import Primitives

/// The result as a comment on a change: what is wrong first, the duties folded below.
struct CheckMarkdown {
  let report: CheckReport
  let server: ServerKind?
  /// Comments have a limit; whoever wants all of it asks for JSON.
  static let mostFindings = 100

  init(_ report: CheckReport, server: ServerKind?) {
    self.report = report
    self.server = server
  }

  var text: String {
    guard !report.sawNothing else { return [heading, blind].joined(separator: "\n\n") }
    var parts = [heading, findings, meanings, blind]
    if server != nil { parts.append(configurations) }
    parts.append(duties)
    if report.applicability != nil { parts.append(laws) }
    if let recording = report.recording {
      parts.append("Evidence: ledger \(Self.code(recording.ledger)), entries \(recording.ranges).")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var heading: String {
    let open = report.findings.count { $0.finding.severity > .note }
    let word =
      report.sawNothing
      ? "Nothing could be looked at"
      : open > 0
        ? "\(open) findings"
        : report.blindLooks.isEmpty
          ? "Nothing wrong was seen" : "Nothing wrong was seen, but not all could be looked at"
    let counts = Standing.allCases.reversed().compactMap { standing -> String? in
      let count = report.count(of: standing)
      return count == 0 ? nil : "\(count) \(standing.words)"
    }
    let places = report.addresses.prefix(5).map { Self.code($0) }.joined(separator: ", ")
    return "## Surety: \(word)\n\n\(places) · \(report.at.rfc3339.prefix(16))Z · "
      + "\(report.catalogue.duties.count) duties: \(counts.joined(separator: ", "))"
  }

  private var findings: String {
    guard !report.findings.isEmpty else { return "" }
    var lines = ["| Severity | Finding | Seen | Where | Mend |", "|---|---|---|---|---|"]
    for (_, finding) in report.findings.prefix(Self.mostFindings) {
      let advice = report.advice[finding.code]
      let title = advice.map { "[\(Self.escape($0.title))](\($0.reference))" } ?? Self.code(finding.code.text)
      lines.append(
        "| \(finding.severity.rawValue) | \(title) | \(Self.escape(finding.seen)) | \(Self.code(finding.place)) | "
          + "\(Self.escape(advice?.firstStep ?? "")) |")
    }
    if report.findings.count > Self.mostFindings {
      lines.append("\nand \(report.findings.count - Self.mostFindings) more.")
    }
    return lines.joined(separator: "\n")
  }

  /// Kind by kind, why it matters, how to mend it, and what it breaks.
  private var meanings: String {
    var known: Set<Code<Advice>> = []
    let lines = report.findings.compactMap { look, finding -> String? in
      guard known.insert(finding.code).inserted else { return nil }
      let said = report.report(of: finding, in: look)
      guard let advice = said.advice else { return nil }
      let duties = said.duties.map(\.code.text).joined(separator: ", ")
      let clauses = said.clauses.prefix(Self.mostClauses).joined(separator: ", ")
      let more = said.clauses.count > Self.mostClauses ? " and \(said.clauses.count - Self.mostClauses) more" : ""
      let laws = clauses.isEmpty ? "" : "; \(clauses)\(more)\(report.applicability == nil ? ", where they apply" : "")"
      let burden = duties.isEmpty ? "" : " Counts against \(Self.escape(duties + laws))."
      return "- **\(Self.escape(advice.title))** \(Self.escape(advice.why)) *Mend:* \(Self.escape(advice.fix))\(burden)"
    }
    return lines.isEmpty ? "" : Self.folded("Why it matters, and how to mend it", lines.joined(separator: "\n"))
  }

  /// So many requirements are named for a kind of finding; JSON has all.
  private static let mostClauses = 12

  private var blind: String {
    let reasons = report.blindReasons
    guard !reasons.isEmpty else { return "" }
    var lines = reasons.prefix(Self.mostFindings).map { reason, looks in
      let places = looks.prefix(Self.mostPlaces).map { "\(Self.code($0.check.text)) of \(Self.code($0.target))" }
      let more = looks.count > Self.mostPlaces ? " and \(looks.count - Self.mostPlaces) more" : ""
      return "- \(places.joined(separator: ", "))\(more): \(Self.escape(reason))"
    }
    if reasons.count > Self.mostFindings { lines.append("- and \(reasons.count - Self.mostFindings) more reasons") }
    return "**Could not look, so it is unproven:**\n\n" + lines.joined(separator: "\n")
  }

  /// So many looks are named that were not taken for one reason.
  private static let mostPlaces = 20

  private var configurations: String {
    var blocks: [String] = []
    for code in Set(report.findings.map(\.finding.code)).sorted() {
      guard let advice = report.advice[code],
        let lines = advice.configurations.first(where: { $0.server == server?.name })?.lines
      else { continue }
      blocks.append("\(Self.escape(advice.title)):\n\n```\n\(lines)\n```")
    }
    return blocks.joined(separator: "\n\n")
  }

  private var duties: String {
    var lines = ["| Duty | Standing | |", "|---|---|---|"]
    for duty in report.catalogue.duties {
      let status = report.status(of: duty)
      let unproven = duty.controls.first { report.book.status(of: $0).standing == .unproven }
      let proof = unproven.map { "Will be proven by: \(CheckReport.proof(of: $0))" } ?? ""
      let why = Self.escape(status.standing == .unproven ? proof : status.reasons[0])
      lines.append(
        "| \(duty.code) \(Self.escape(duty.title)) | \(status.standing.symbol) \(status.standing.words) | \(why) |")
    }
    return Self.folded("All duties", lines.joined(separator: "\n"))
  }

  private var laws: String {
    var lines = ["| Requirement | Standing | |", "|---|---|---|"]
    for obligation in report.applicability?.obligations ?? [] {
      let standing = report.book.status(of: obligation.requirement).standing
      guard standing != .unproven else { continue }
      let name = "\(obligation.framework.short) \(obligation.requirement.clause)"
      let doubt = obligation.requirement.isVerified ? "" : " (unconfirmed)"
      lines.append(
        "| \(Self.escape(name))\(doubt) | \(standing.symbol) \(standing.words) | \(Self.escape(obligation.requirement.text)) |"
      )
    }
    guard lines.count > 2 else { return "" }
    return Self.folded("Requirements of law with evidence either way", lines.joined(separator: "\n"))
  }

  private static func folded(_ title: String, _ body: String) -> String {
    "<details><summary>\(title)</summary>\n\n\(body)\n\n</details>"
  }

  /// What the shop answered may be in a text; nothing of it may become a mark, a link or a mention.
  static func escape(_ text: String) -> String {
    TextLayout.plain(text).map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "@": "&#64;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }

  static func code(_ text: String) -> String {
    "`\(TextLayout.plain(text).replacing("`", with: "'").replacing("|", with: "%7C"))`"
  }
}
