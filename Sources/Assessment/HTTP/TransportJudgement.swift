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
}

/// Where a plain http address leads.
struct RedirectSighting: Codable, Hashable, Sendable {
  /// Nil where none is known.
  let plainAddress: String?
  /// The answers over http; none where nothing listens.
  let hops: [PageSighting.Hop]
  /// The https address that they lead to, without its query.
  let secureAddress: String?
}
