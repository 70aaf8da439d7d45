import Obligations

/// What was seen of TLS, by the names that people know.
extension TLSSighting {
  var facts: [SeenFact] {
    guard !versions.isEmpty else { return [] }
    var facts = versions.reversed().map { SeenFact($0.version.name, Self.words($0)) }
    let mayHaveMore = groupsArePartial == true
    if !groups.isEmpty || mayHaveMore {
      let names = groups.map(KeyExchangeGroup.name).joined(separator: ", ")
      facts.append(SeenFact("Key exchange", names + (mayHaveMore ? "; perhaps more" : "")))
    }
    if let shortestPrime { facts.append(SeenFact("Shortest prime", "\(shortestPrime) bits")) }
    facts.append(SeenFact("Stapled answer about revocation", stapleWords))
    facts.append(SeenFact("Mozilla's guideline", MozillaGuideline.standing { $0.deviations(of: self) }))
    return facts
  }

  private var stapleWords: String {
    switch staples {
    case true?: "yes"
    case false?: "no"
    case nil:
      hidesStaple ? "encrypted in TLS 1.3, so it was not seen" : "the certificate names nobody who would give one"
    }
  }

  private static func words(_ version: Version) -> String {
    switch version.answer {
    case .offered:
      "offered with " + version.suites.map(CipherSuite.name).joined(separator: ", ")
        + (version.isPartial ? "; perhaps more" : "")
    case .refused: "refused"
    case .closed: "refused, by hanging up"
    case .ignored: "passed over in silence, while other hellos were answered"
    case .silent: "not known: no answer in time"
    case .unreadable: "not known: what came is not TLS"
    }
  }
}
