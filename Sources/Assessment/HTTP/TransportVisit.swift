/// Asks what a host says of https, and whether it is ready for preloading where it asks for that.
struct TransportVisit: Sendable {
  let reach: Reach

  /// So much of a header is kept.
  private static let longestHeader = 1_000

  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at target: WebAddress) async throws -> TransportSighting {
    try await Visitor.with(reach) { visitor in
      let hops = try await visitor.follow(target, most: 1_024).map(Self.hop)
      guard let asking = hops.first(where: { Self.asksForPreload($0) }) else {
        return TransportSighting(hops: hops, preload: nil)
      }
      return TransportSighting(hops: hops, preload: try await preload(asking, hops, visitor))
    }
  }

  private static func hop(_ exchange: Exchange) -> TransportSighting.Hop {
    TransportSighting.Hop(
      address: exchange.address.withoutQuery.text, status: exchange.status,
      header: exchange.values("strict-transport-security").first.map { String($0.prefix(longestHeader)) })
  }

  private static func asksForPreload(_ hop: TransportSighting.Hop) -> Bool {
    hop.address.hasPrefix("https://")
      && hop.header.flatMap { StrictTransportSecurity($0) }?.asksForPreload == true
  }

  private func preload(
    _ asking: TransportSighting.Hop, _ hops: [TransportSighting.Hop], _ visitor: Visitor
  ) async throws -> TransportSighting.Preload {
    let base = try WebAddress(asking.address).withoutWWW.at("/")
    var unseen: [String] = []
    var first = hops.first { $0.address.hasPrefix("https://") && (try? WebAddress($0.address))?.host == base.host }
    if first == nil {
      do {
        first = Self.hop(try await visitor.ask(base, most: 1_024))
      } catch let error as AssessmentError {
        unseen.append("Whether \(base.host) is ready for preloading: \(error).")
      }
    }
    var plain: RedirectSighting?
    // A port of its own is none that browsers turn to https.
    if base.port == 443 {
      do {
        plain = try await RedirectVisit(reach: reach).look(at: base.with(.http))
      } catch let error as AssessmentError {
        unseen.append("Where \(base.host) leads over http: \(error).")
      }
    }
    return TransportSighting.Preload(base: first, plain: plain, unseen: unseen)
  }
}
