import Obligations
import Primitives

/// Looks whether browsers are told to insist on https, at every endpoint.
struct TransportCheck: Check {
  let visit: TransportVisit

  let code: Code<CheckName> = "http.hsts"
  let title = "Browsers are told to insist on https"
  let interval: Duration = .days(1)
  let validity: Duration = .days(3)

  func targets(in profile: Profile) -> [String] { (profile.storefronts.map(\.url) + profile.otherOrigins).unique }

  func look(at target: String, in context: CheckContext) async throws -> TransportSighting {
    try await visit.look(at: try WebAddress(target))
  }

  func judge(_ sighting: TransportSighting, at now: Instant) -> Verdict { TransportJudgement.hsts(sighting) }

  func facts(_ sighting: TransportSighting) -> [SeenFact] {
    sighting.hops.map { SeenFact($0.address, "status \($0.status), \($0.header ?? "no header")") }
  }
}

extension Profile {
  /// Scheme, host and port of whatever else than a front page the shop has on the network: payment pages, admin panels
  /// and further endpoints; each place once, and none that a storefront has itself.
  var otherOrigins: [String] {
    let fronts = Set(storefronts.map { Self.origin($0.url) })
    let others = storefronts.flatMap { $0.paymentPages + [$0.adminPanel].compactMap(\.self) } + endpoints
    return others.map { Self.origin($0) }.unique.filter { !fronts.contains($0) }
  }

  /// Scheme, host and port of whatever has to speak TLS.
  var origins: [String] { storefronts.map { Self.origin($0.url) }.unique + otherOrigins }

  private static func origin(_ url: String) -> String { (try? WebAddress(url))?.origin ?? url }
}
