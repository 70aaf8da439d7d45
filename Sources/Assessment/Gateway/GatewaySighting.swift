import Obligations

/// What strangers get where a gateway is to stop them, and beside it.
struct GatewaySighting: Codable, Sendable {
  enum Answer: String, Codable, Sendable {
    /// Sent to sign in at the gateway.
    case gateway
    /// Turned away.
    case closed
    /// Nobody answers, or there is no such path.
    case nothing
    /// The shop itself answers.
    case shop
    /// Something answers that says neither.
    case unclear
    /// The address lies where this server may not look.
    case unreachable
  }

  struct Place: Codable, Hashable, Sendable {
    let address: String
    let answer: Answer
    /// Nil where nobody answered.
    var status: Int?
    /// Whether it lies beside the gateway rather than behind it.
    let isBeside: Bool
  }

  let host: String
  let places: [Place]
  /// Whether it is known where the shop itself listens.
  let knowsOrigins: Bool

  func verdict() -> Verdict {
    let findings = places.compactMap(\.finding)
    var unseen = places.compactMap(\.unseen)
    if !knowsOrigins {
      unseen.append(
        "Where the shop itself listens is not known, so nobody tried it: name it as origins of \(host) in the file of "
          + "--gateway.")
    }
    let closed = places.filter { [.gateway, .closed].contains($0.answer) }.count
    return Verdict(
      summary: findings.max { $0.severity < $1.severity }?.seen ?? unseen.first
        ?? "Strangers are stopped at \(closed) of \(places.count) places, and nothing answers at the others.",
      findings: findings, unseen: unseen)
  }
}

extension GatewaySighting.Place {
  fileprivate var finding: Finding? {
    guard answer == .shop else { return nil }
    return isBeside
      ? Finding(
        "gateway-walked-around", .high,
        seen: "The shop answers here with the status \(status ?? 0), beside the gateway.", at: address)
      : Finding(
        "gateway-not-asked", .critical,
        seen: "The shop answers a stranger with the status \(status ?? 0); the gateway was not asked.", at: address)
  }

  fileprivate var unseen: String? {
    switch answer {
    case .gateway, .closed, .shop: nil
    case .nothing: isBeside ? nil : "\(address) does not exist, so it does not show that the gateway is asked."
    case .unclear: "\(address) answered with the status \(status ?? 0), which says nothing. Look there yourself."
    case .unreachable: "\(address) lies in a network where this server does not look: allow it with --allow-private."
    }
  }
}
