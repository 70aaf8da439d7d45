import Obligations

/// What a TLS sighting means, against Mozilla's guideline for servers (version 6.0, profile "intermediate").
enum TLSJudgement {
  static func protocols(_ sighting: TLSSighting) -> Verdict {
    let place = sighting.endpoint
    if let verdict = withoutTLS(sighting) { return verdict }
    var findings = sighting.offered.filter(\.version.isObsolete).map { version in
      Finding(
        "tls-obsolete-protocol", .high, seen: "The server agrees to \(version.version.name).",
        at: "\(place) \(version.version.name)")
    }
    let unknown = sighting.versions.filter { $0.answer == .unreadable || $0.answer == .silent }
    let modern = sighting.offered.map(\.version).filter { !$0.isObsolete }
    // What was not answered may be offered.
    let hidden = unknown.map(\.version).filter { !$0.isObsolete }
    if modern.isEmpty, hidden.isEmpty {
      let seen = "The server agrees to neither TLS 1.2 nor TLS 1.3."
      findings.append(Finding("tls-modern-protocol-missing", .high, seen: seen, at: "\(place) TLS 1.2"))
    } else if !modern.isEmpty, !(modern + hidden).contains(.tls13) {
      findings.append(Finding("tls-13-missing", .low, seen: "The server refuses TLS 1.3.", at: "\(place) TLS 1.3"))
    }
    if sighting.staples == false {
      let seen = "The server staples no answer about the revocation of its certificate."
      findings.append(Finding("tls-staple-missing", .note, seen: seen, at: "\(place) OCSP"))
    }
    let staple = sighting.hidesStaple ? " TLS 1.3 encrypts what is stapled about revocation; it was not seen." : ""
    let unseen = self.unseen(sighting)
    return Verdict(
      summary: (worst(findings) ?? unseen.first ?? offer(sighting)) + staple, findings: findings, unseen: unseen)
  }

  private static func offer(_ sighting: TLSSighting) -> String {
    let names = sighting.offered.map(\.version.name).joined(separator: ", ")
    let ignored = sighting.versions.filter { $0.answer == .ignored }.map(\.version.name).joined(separator: ", ")
    let unanswered = ignored.isEmpty ? "" : " It passes over \(ignored), and answers other hellos meanwhile."
    return "Offers \(names).\(unanswered) \(TLSSighting.unspoken)"
  }

  /// The versions of which it is not known whether they are offered.
  private static func unseen(_ sighting: TLSSighting) -> [String] {
    sighting.versions.compactMap { version in
      switch version.answer {
      case .unreadable: "No readable answer to \(version.version.name)."
      case .silent: "No answer to \(version.version.name) in time, so it is not known whether it is refused."
      case .offered, .refused, .closed, .ignored: nil
      }
    }
  }

  static func ciphers(_ sighting: TLSSighting) -> Verdict {
    let place = sighting.endpoint
    if let verdict = withoutTLS(sighting) { return verdict }
    let suites = Set(sighting.offered.flatMap(\.suites)).compactMap(CipherSuite.named).sorted { $0.name < $1.name }
    var findings: [Finding] = []
    func report(_ code: String, _ severity: Severity, _ suites: [CipherSuite], _ words: String) {
      guard !suites.isEmpty else { return }
      let names = suites.map(\.name).joined(separator: ", ")
      findings.append(Finding(Code(code), severity, seen: "\(words) \(names).", at: "\(place) cipher suites"))
    }
    report("tls-broken-cipher", .high, suites.filter(\.isBroken), "The server agrees to broken suites:")
    report(
      "tls-weak-cipher", .medium, suites.filter { !$0.isBroken && !$0.isInGuideline },
      "The server agrees to suites outside Mozilla's guideline:")
    findings += exchange(sighting)
    var unseen = self.unseen(sighting)
    unseen += sighting.offered.filter(\.isPartial).map { "Not every suite of \($0.version.name) was seen." }
    if sighting.groupsArePartial == true { unseen.append("Not every group of the key exchange was seen.") }
    if suites.isEmpty { unseen.append("No version of TLS was agreed on.") }
    let standing = MozillaGuideline.standing { $0.deviations(of: sighting) }
    let summary = "\(suites.count) suites. \(standing) \(TLSSighting.unspoken)"
    return Verdict(summary: worst(findings) ?? unseen.first ?? summary, findings: findings, unseen: unseen)
  }

  /// What is to be said where no version was agreed on for a reason that is not the version.
  private static func withoutTLS(_ sighting: TLSSighting) -> Verdict? {
    let place = sighting.endpoint
    func missing(_ seen: String) -> Verdict {
      Verdict(summary: seen, findings: [Finding("tls-missing", .high, seen: seen, at: place)])
    }
    if sighting.versions.isEmpty { return missing("The shop is served over http, without any TLS.") }
    let answers = Set(sighting.versions.map(\.answer))
    if answers == [.unreadable] { return missing("What answers there does not speak TLS.") }
    guard answers.isDisjoint(with: [.offered, .refused]) else { return nil }
    return .couldNotCheck(
      answers.contains(.silent)
        ? "The server takes connections, but answers no hello."
        : "The server hangs up before it says anything.")
  }

  private static func exchange(_ sighting: TLSSighting) -> [Finding] {
    let place = sighting.endpoint
    var findings: [Finding] = []
    if let bits = sighting.shortestPrime, bits < 2_048 {
      let seen = "The server exchanges keys with a prime of \(bits) bits."
      findings.append(Finding("tls-weak-key-exchange", .high, seen: seen, at: "\(place) prime"))
    }
    let groups = sighting.groups.compactMap(KeyExchangeGroup.init)
    for group in groups where group.isWeak {
      let seen = "The server exchanges keys over the small curve \(group.name)."
      findings.append(Finding("tls-weak-key-exchange", .high, seen: seen, at: "\(place) \(group.name)"))
    }
    if sighting.offered.contains(where: { $0.version == .tls13 }), !groups.contains(where: \.isPostQuantum) {
      let seen = "The server takes no key exchange that withstands a quantum computer."
      findings.append(Finding("tls-post-quantum-missing", .note, seen: seen, at: "\(place) key exchange"))
    }
    return findings
  }

  private static func worst(_ findings: [Finding]) -> String? {
    findings.filter { $0.severity > .note }.max { $0.severity < $1.severity }?.seen
  }
}
