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
    let unreadable = sighting.versions.filter { $0.answer == .unreadable }.map(\.version)
    let modern = sighting.offered.map(\.version).filter { !$0.isObsolete } + unreadable.filter { !$0.isObsolete }
    if modern.isEmpty {
      let seen = "The server agrees to neither TLS 1.2 nor TLS 1.3."
      findings.append(Finding("tls-modern-protocol-missing", .high, seen: seen, at: "\(place) TLS 1.2"))
    } else if !modern.contains(.tls13) {
      findings.append(Finding("tls-13-missing", .low, seen: "The server refuses TLS 1.3.", at: "\(place) TLS 1.3"))
    }
    if sighting.staples == false {
      let seen = "The server staples no answer about the revocation of its certificate."
      findings.append(Finding("tls-staple-missing", .note, seen: seen, at: "\(place) OCSP"))
    }
    let names = sighting.offered.map(\.version.name).joined(separator: ", ")
    let silent = sighting.versions.filter { $0.answer == .silent }.map(\.version.name).joined(separator: ", ")
    let unanswered = silent.isEmpty ? "" : " It does not answer to \(silent)."
    return Verdict(
      summary: worst(findings) ?? "Offers \(names).\(unanswered) \(TLSSighting.unspoken)", findings: findings,
      unseen: unreadable.map { "No readable answer to \($0.name)." })
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
    let summary =
      suites.isEmpty
      ? "No version of TLS was agreed on."
      : "\(suites.count) suites, all within Mozilla's intermediate guideline. \(TLSSighting.unspoken)"
    return Verdict(
      summary: worst(findings) ?? summary, findings: findings,
      unseen: sighting.offered.filter(\.isPartial).map { "Not every suite of \($0.version.name) was seen." }
        + (suites.isEmpty ? [summary] : []))
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
