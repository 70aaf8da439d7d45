import Obligations

/// What the answers to http and https say about the way to the shop.
enum TransportJudgement {
  /// The way from the plain address.
  static func redirect(_ sighting: RedirectSighting) -> Verdict {
    guard let plain = sighting.plainAddress else {
      return .couldNotCheck("The shop is at a port of its own; name its http address as plainAddress in the profile.")
    }
    guard let first = sighting.hops.first else { return Verdict(summary: "Nothing listens for http.", findings: []) }
    func failed(_ code: String, _ severity: Severity, _ seen: String) -> Verdict {
      Verdict(summary: seen, findings: [Finding(Code(code), severity, seen: seen, at: plain)])
    }
    guard let secure = sighting.secureAddress else {
      return failed("redirect-missing", .high, "\(plain) answers over http and does not lead to https.")
    }
    if sighting.hops.count > 1 {
      let seen = "\(plain) leads over another http address, \(sighting.hops[1].address), before it reaches https."
      return failed("redirect-insecure", .low, seen)
    }
    if let first = try? WebAddress(first.address), let second = try? WebAddress(secure), first.host != second.host {
      let seen = "\(plain) leads to another host, \(second.host), before https is reached on its own."
      return failed("redirect-insecure", .low, seen)
    }
    return Verdict(summary: "http leads to https at once.", findings: [])
  }

  static func hsts(_ page: PageSighting) -> Verdict {
    let place = page.address
    func failed(_ code: String, _ severity: Severity, _ seen: String) -> Verdict {
      Verdict(summary: seen, findings: [Finding(Code(code), severity, seen: seen, at: place)])
    }
    guard place.hasPrefix("https://") else {
      return failed("hsts-missing", .medium, "The page is served over http, where the header counts for nothing.")
    }
    // Browsers take the first and ignore the others (RFC 6797, section 8.1).
    guard let header = page.values("strict-transport-security").first else {
      return failed("hsts-missing", .medium, "There is no Strict-Transport-Security header.")
    }
    guard let hsts = StrictTransportSecurity(header) else {
      return failed("hsts-malformed", .medium, "The Strict-Transport-Security header cannot be read by browsers.")
    }
    let days = hsts.maxAge / 86_400
    guard hsts.maxAge >= StrictTransportSecurity.halfYear else {
      return failed("hsts-short", .low, "Browsers are told to insist on https for \(days) days only.")
    }
    var findings: [Finding] = []
    if hsts.asksForPreload, !hsts.includesSubdomains || hsts.maxAge < StrictTransportSecurity.year {
      let seen = "The header asks for preloading, which needs a year and includeSubDomains."
      findings.append(Finding("hsts-preload-unready", .note, seen: seen, at: place))
    }
    return Verdict(summary: "Browsers insist on https for \(days) days.", findings: findings)
  }
}

/// Where a plain http address leads.
struct RedirectSighting: Codable, Sendable {
  /// Nil where none is known.
  let plainAddress: String?
  /// The answers over http; none where nothing listens.
  let hops: [PageSighting.Hop]
  /// The https address that they lead to, without its query.
  let secureAddress: String?
}
