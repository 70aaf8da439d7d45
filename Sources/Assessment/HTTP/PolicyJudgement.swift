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
    // What was not read may loosen the policy, or tighten it.
    guard page.cutHeaders?.contains("content-security-policy") != true, page.content?.policyIsCut != true else {
      return .couldNotCheck(
        "The Content-Security-Policy is longer than \(PageSighting.longestValue) characters and was not read to its end."
      )
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
      scriptWeaknesses(scripts, handlers: policy.sources(for: "handler"), report)
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
    if policy.sources(for: "style")?.contains("'unsafe-inline'") == true,
      !ContentSecurityPolicy.isStrict(policy.sources(for: "style") ?? [])
    {
      report("csp-style-unsafe-inline", .note, "The policy lets every style in the page's text apply.")
    }
    unlimited(policy, report)
    return findings
  }

  /// Plug-ins, base addresses and forms that may lead anywhere.
  private static func unlimited(_ policy: ContentSecurityPolicy, _ report: (String, Severity, String) -> Void) {
    func wide(_ sources: [String]) -> String? {
      let wide = sources.filter(isWide)
      return wide.isEmpty ? nil : wide.joined(separator: ", ")
    }
    if let objects = policy.sources(for: "object") {
      if let wide = wide(objects) {
        report("csp-object-missing", .low, "The policy lets plug-ins come from anywhere (\(wide)).")
      }
    } else {
      report("csp-object-missing", .low, "The policy says nothing of plug-ins (object-src).")
    }
    if let bases = policy.sources(for: "base-uri") {
      if let wide = wide(bases) {
        report("csp-base-missing", .low, "The policy lets relative scripts be led anywhere (base-uri \(wide)).")
      }
    } else {
      report("csp-base-missing", .low, "The policy says nothing of base-uri, so relative scripts can be led elsewhere.")
    }
    if let forms = policy.sources(for: "form-action") {
      if let wide = wide(forms) {
        report("csp-form-missing", .low, "The policy lets forms send what is typed anywhere (form-action \(wide)).")
      }
    } else {
      report(
        "csp-form-missing", .low, "The policy says nothing of form-action, so a form may send what is typed anywhere.")
    }
  }

  private static func scriptWeaknesses(
    _ scripts: [String], handlers: [String]?, _ report: (String, Severity, String) -> Void
  ) {
    let isStrict = ContentSecurityPolicy.isStrict(scripts)
    if scripts.contains("'unsafe-inline'"), !isStrict {
      report("csp-unsafe-inline", .medium, "The policy lets every script in the page's text run ('unsafe-inline').")
    } else if let handlers, handlers.contains("'unsafe-inline'"), !ContentSecurityPolicy.isStrict(handlers) {
      let seen = "The policy lets every handler in the page's elements run, such as onclick ('unsafe-inline')."
      report("csp-unsafe-inline", .medium, seen)
    }
    let wide = scripts.filter(isWide)
    // With strict-dynamic lists of hosts are ignored; data: is not a host and stays.
    let counts = scripts.contains("'strict-dynamic'") ? wide.filter { $0 == "data:" } : wide
    if !counts.isEmpty {
      report("csp-wildcard", .medium, "The policy lets scripts come from anywhere (\(counts.joined(separator: ", "))).")
    }
    guard !scripts.contains("'strict-dynamic'") else { return }
    let open = scripts.filter { CarelessHost.covers($0) }
    if !open.isEmpty {
      let seen = "The policy trusts hosts that hand out scripts of anybody (\(open.joined(separator: ", ")))."
      report("csp-bypass-host", .low, seen)
    }
  }

  /// Whether a source leaves the choice to whoever attacks: every host, every host of a scheme, or every host that
  /// anybody can register below a name such as com or co.uk.
  static func isWide(_ source: String) -> Bool {
    if ["*", "https:", "http:", "data:", "blob:", "ws:", "wss:"].contains(source) { return true }
    let host = CarelessHost.host(of: source)
    guard host.hasPrefix("*") else { return false }
    let labels = host.dropFirst().split(separator: ".").map(String.init)
    // A name of two short labels, the first of them usual for what anybody may register, is no company's own.
    let second: Set = ["co", "com", "net", "org", "gov", "ac", "or", "ne"]
    return labels.count <= 1 || labels.count == 2 && second.contains(labels[0]) && labels[1].count == 2
  }
}
