import Obligations
import Primitives

/// Looks whether strangers are stopped at the shop's admin panel, and whether they can walk around the gateway.
struct GatewayCheck: Check {
  let visit: GatewayVisit
  let guarded: [GuardedHost]

  let code: Code<CheckName> = "gateway.closed"
  let title = "Nobody reaches the admin panel around the gateway"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .days(1)
  let timeLimit: Duration = .seconds(120)

  private static let beside = " beside "

  /// The guarded hosts, and each storefront beside each of them.
  func targets(in profile: Profile) -> [String] {
    let names = Set(guarded.map(\.name))
    let beside = guarded.flatMap { host in
      profile.storefronts.compactMap { try? WebAddress($0.url) }.filter { !names.contains($0.host) }
        .map { $0.origin + Self.beside + host.name }
    }
    return (guarded.map(\.name) + beside).unique
  }

  func look(at target: String, in context: CheckContext) async throws -> GatewaySighting {
    if let host = guarded.first(where: { $0.name == target }) { return try await visit.look(at: host) }
    guard let mark = target.firstRange(of: Self.beside),
      let host = guarded.first(where: { $0.name == target[mark.upperBound...] })
    else { throw AssessmentError.notAnAddress(target, reason: "no gateway of this server guards it") }
    return try await visit.look(at: try WebAddress(target[..<mark.lowerBound]), beside: host)
  }

  func judge(_ sighting: GatewaySighting, at now: Instant) -> Verdict { sighting.verdict() }

  func facts(_ sighting: GatewaySighting) -> [SeenFact] {
    sighting.places.map { place in
      SeenFact(
        place.address,
        [place.answer.words, place.status.map { "status \($0)" }].compactMap(\.self).joined(separator: ", "))
    }
  }
}

extension GatewaySighting.Answer {
  fileprivate var words: String {
    switch self {
    case .gateway: "sends strangers to the gateway"
    case .closed: "turns strangers away"
    case .nothing: "nothing answers"
    case .shop: "the shop itself answers"
    case .unclear: "says neither"
    case .unreachable: "not looked at"
    }
  }
}
