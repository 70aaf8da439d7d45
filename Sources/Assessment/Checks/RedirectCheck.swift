import Obligations
import Primitives

/// Looks where the plain http address of each endpoint leads.
struct RedirectCheck: Check {
  let redirects: RedirectVisit

  let code: Code<CheckName> = "http.redirect"
  let title = "http leads to https"
  let interval: Duration = .days(1)
  let validity: Duration = .days(3)

  /// A storefront on a port of its own, of which no plain address is known, stands for itself. Whatever else
  /// the shop has on the network is asked at port 80 of its host, unless it is at a port of its own, which has no http
  /// address beside it, or at a host that a storefront stands for.
  func targets(in profile: Profile) -> [String] {
    let fronts = profile.storefronts.map { storefront in
      if let plain = storefront.plainAddress { return plain }
      guard let address = try? WebAddress(storefront.url), address.scheme == .https, address.port == 443 else {
        return storefront.url
      }
      return address.with(.http).at("/").text
    }
    let known = Set(profile.storefronts.compactMap { (try? WebAddress($0.url))?.host })
    let others = profile.otherOrigins.compactMap { origin -> String? in
      guard let address = try? WebAddress(origin) else { return origin }
      guard !known.contains(address.host) else { return nil }
      if address.scheme == .http { return address.at("/").text }
      return address.port == 443 ? address.with(.http).at("/").text : nil
    }
    return (fronts + others).unique
  }

  func look(at target: String, in context: CheckContext) async throws -> RedirectSighting {
    try await redirects.look(at: try WebAddress(target))
  }

  func judge(_ sighting: RedirectSighting, at now: Instant) -> Verdict { TransportJudgement.redirect(sighting) }
}

/// Asks as a script of another site would.
struct SharingCheck: Check {
  let reach: Reach

  let code: Code<CheckName> = "http.cors"
  let title = "Scripts of other sites cannot act as a customer"
  let interval: Duration = .days(1)
  let validity: Duration = .days(3)

  func targets(in profile: Profile) -> [String] { (profile.storefronts.map(\.url) + profile.endpoints).unique }

  func look(at target: String, in context: CheckContext) async throws -> SharingSighting {
    let address = try WebAddress(target)
    return try await Visitor.with(reach) { visitor in
      // Where the shop really is; what stands before it answers nothing that is worth stealing.
      let place = try await visitor.follow(address, most: 1_024).last?.address ?? address
      var answers: [SharingSighting.Answer] = []
      for origin in SharingSighting.strangers(to: place.host) {
        let exchange = try await visitor.ask(place, headers: [("Origin", origin)], most: 1_024)
        let allowed = exchange.values("access-control-allow-origin").first
        answers.append(
          SharingSighting.Answer(
            origin: origin, status: exchange.status, allowOrigin: allowed.map { String($0.trimmed.prefix(300)) },
            allowsCredentials: exchange.values("access-control-allow-credentials").first?.trimmed == "true"))
      }
      return SharingSighting(address: place.withoutQuery.text, answers: answers)
    }
  }

  func judge(_ sighting: SharingSighting, at now: Instant) -> Verdict { sighting.verdict() }
}
