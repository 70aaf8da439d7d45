import Obligations

/// What weakens the Content-Security-Policy of a page.
enum PolicyJudgement {
  static func verdict(_ page: PageSighting) -> Verdict {
    let enforced = ContentSecurityPolicy.policies(page.values("content-security-policy"))
    let inPage = (page.content?.policies ?? []).map { ContentSecurityPolicy($0) }
    let reported = ContentSecurityPolicy.policies(page.values("content-security-policy-report-only"))
    let place = page.address
    let all = enforced + inPage
    guard !all.isEmpty else {
      let seen =
        reported.isEmpty
        ? "There is no Content-Security-Policy."
        : "The Content-Security-Policy only reports; nothing is stopped."
      let code: Code<Advice> = reported.isEmpty ? "csp-missing" : "csp-report-only"
      return Verdict(summary: seen, findings: [Finding(code, .medium, seen: seen, at: place)])
    }
    // Everything has to pass every policy, so only what all of them allow is allowed.
    var common = weaknesses(all[0], place)
    for policy in all.dropFirst() {
      let codes = Set(weaknesses(policy, place).map(\.code))
      common.removeAll { !codes.contains($0.code) }
    }
    common += all.flatMap(\.faults).prefix(20).map {
      Finding("csp-malformed", .low, seen: "In the policy, \($0).", at: place)
    }
    if enforced.isEmpty {
      let seen = "The policy stands in the page only, where it cannot forbid framing or report."
      common.append(Finding("csp-in-meta-only", .note, seen: seen, at: place))
    }
    let worst = common.max { $0.severity < $1.severity }
    return Verdict(
      summary: worst.flatMap { $0.severity > .note ? $0.seen : nil } ?? "The policy has no known weakness.",
      findings: common)
  }

  private static func weaknesses(_ policy: ContentSecurityPolicy, _ place: String) -> [Finding] {
    var findings: [Finding] = []
    func report(_ code: String, _ severity: Severity, _ seen: String) {
      findings.append(Finding(Code(code), severity, seen: seen, at: place))
    }
    if let scripts = policy.sources(for: "script") {
      scriptWeaknesses(scripts, report)
    } else {
      report("csp-script-missing", .medium, "The policy says nothing of scripts: any may run.")
    }
    if policy.sources(for: "eval")?.contains("'unsafe-eval'") == true {
      report("csp-unsafe-eval", .low, "The policy lets scripts make code of text ('unsafe-eval').")
    }
    let all = policy.directives.filter { !["report-uri", "report-to"].contains($0.key) }.values.joined()
    if all.contains(where: { $0.lowercased().hasPrefix("http:") }) && place.hasPrefix("https:") {
      report("csp-insecure-source", .medium, "The policy allows sources over http.")
    }
    if policy.sources(for: "object") == nil {
      report("csp-object-missing", .low, "The policy says nothing of plug-ins (object-src).")
    }
    if policy.directives["base-uri"] == nil {
      report("csp-base-missing", .low, "The policy says nothing of base-uri, so relative scripts can be led elsewhere.")
    }
    return findings
  }

  private static func scriptWeaknesses(_ scripts: [String], _ report: (String, Severity, String) -> Void) {
    let isStrict = ContentSecurityPolicy.isStrict(scripts)
    if scripts.contains("'unsafe-inline'"), !isStrict {
      report("csp-unsafe-inline", .medium, "The policy lets every script in the page's text run ('unsafe-inline').")
    }
    let wide = scripts.filter { ["*", "https:", "http:", "data:", "blob:", "https://*", "http://*"].contains($0) }
    // With strict-dynamic lists of hosts are ignored; data: is not a host and stays.
    let counts = scripts.contains("'strict-dynamic'") ? wide.filter { $0 == "data:" } : wide
    if !counts.isEmpty {
      report("csp-wildcard", .medium, "The policy lets scripts come from anywhere (\(counts.joined(separator: ", "))).")
    }
  }
}
