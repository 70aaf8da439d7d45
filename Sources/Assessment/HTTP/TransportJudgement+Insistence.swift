import Obligations

/// What Strict-Transport-Security (RFC 6797) promises, host by host on the way to the page.
extension TransportJudgement {
  static func hsts(_ sighting: TransportSighting) -> Verdict {
    var findings: [Finding] = []
    var unseen: [String] = []
    if let last = sighting.hops.last, !last.address.hasPrefix("https://") {
      let seen = "\(last.address) is served over http, where the header counts for nothing."
      findings.append(Finding("hsts-missing", .medium, seen: seen, at: last.address))
    }
    for (hop, header) in sighting.hosts {
      let status = sighting.status(ofHostAt: hop)
      // An error page often comes without the headers that pages have.
      if header == nil, status >= 400 {
        unseen.append("\(hop.address) answers with status \(status), so it is not seen what a page says.")
      } else {
        findings += judge(header, of: hop)
      }
    }
    if let first = sighting.hosts.first, let hsts = first.header.flatMap({ StrictTransportSecurity($0) }),
      !hsts.includesSubdomains
    {
      let seen = "The header does not speak for sub-domains (includeSubDomains)."
      findings.append(Finding("hsts-subdomains-missing", .note, seen: seen, at: first.first.address))
    }
    if let preload = sighting.preload {
      findings += preloadFindings(preload)
      unseen += preload.unseen
    }
    return Verdict(
      summary: findings.filter { $0.severity > .note }.max { $0.severity < $1.severity }?.seen
        ?? unseen.first ?? summary(sighting), findings: findings, unseen: unseen)
  }

  private static func summary(_ sighting: TransportSighting) -> String {
    let ages = sighting.hosts.compactMap { $0.header.flatMap { StrictTransportSecurity($0) }?.maxAge }
    let days = (ages.min() ?? 0) / 86_400
    let hosts = sighting.hosts.count
    return hosts == 1
      ? "Browsers insist on https for \(days) days."
      : "Browsers insist on https for \(days) days, at each of the \(hosts) hosts on the way."
  }

  private static func judge(_ header: String?, of hop: TransportSighting.Hop) -> [Finding] {
    func found(_ code: Code<Advice>, _ severity: Severity, _ seen: String) -> [Finding] {
      [Finding(code, severity, seen: seen, at: hop.address)]
    }
    guard let header else {
      return found("hsts-missing", .medium, "\(hop.address) has no Strict-Transport-Security header.")
    }
    guard let hsts = StrictTransportSecurity(header) else {
      return found("hsts-malformed", .medium, "The Strict-Transport-Security header cannot be read by browsers.")
    }
    let days = hsts.maxAge / 86_400
    if hsts.maxAge < StrictTransportSecurity.halfYear {
      return found("hsts-short", .low, "Browsers are told to insist on https for \(days) days only.")
    }
    if hsts.maxAge < MozillaGuideline.strictTransportAge {
      let asked = MozillaGuideline.strictTransportAge / 86_400
      return found(
        "hsts-short", .note,
        "Browsers are told to insist on https for \(days) days; Mozilla's guideline asks for \(asked).")
    }
    return []
  }

  /// The rules of hstspreload.org, each for itself. That every sub-domain answers over https is not looked at.
  private static func preloadFindings(_ preload: TransportSighting.Preload) -> [Finding] {
    guard let base = preload.base else { return [] }
    var broken: [(rule: String, seen: String)] = []
    if let header = base.header, let hsts = StrictTransportSecurity(header) {
      if hsts.maxAge < StrictTransportSecurity.year {
        broken.append(("max-age", "it insists on https for \(hsts.maxAge / 86_400) days, and 365 are needed"))
      }
      if !hsts.includesSubdomains { broken.append(("includeSubDomains", "includeSubDomains is missing")) }
      if !hsts.asksForPreload { broken.append(("preload", "it does not say preload itself")) }
    } else {
      broken.append(("header", "its first answer has no header that browsers can read"))
    }
    if let plain = preload.plain, let first = plain.hops.first {
      let leads = plain.secureAddress.flatMap { try? WebAddress($0) }
      if plain.hops.count > 1 || leads?.host != (try? WebAddress(first.address))?.host {
        broken.append(("redirect", "its http address does not lead to https at the same host at once"))
      }
    }
    return broken.map { rule, seen in
      Finding(
        "hsts-preload-unready", .low, seen: "\(base.address) is to be preloaded, but \(seen).",
        at: "\(base.address) preload \(rule)")
    }
  }
}
