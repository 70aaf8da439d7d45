import Primitives

/// Goes, as a stranger, where a gateway is to stop it, and to the places beside it.
struct GatewayVisit: Sendable {
  let reach: Reach
  let surroundings: Surroundings

  /// Paths that are tried at each place.
  private static let most = 4

  /// - Throws: ``AssessmentError`` when the proxy itself does not answer: then silence elsewhere shows nothing.
  func look(at host: GuardedHost) async throws -> GatewaySighting {
    let address = try WebAddress(host.address)
    return try await Visitor.with(reach) { visitor in
      var places: [GatewaySighting.Place] = []
      for path in host.paths.prefix(Self.most) {
        let exchange = try await ask(address.at(path), under: host.name, visitor)
        places.append(
          GatewaySighting.Place(
            address: address.at(path).text, answer: Self.answerBehind(exchange), status: exchange.status,
            isBeside: false))
      }
      var origins = try host.origins.map { try WebAddress($0) }
      // Without TLS, at the same name.
      if address.scheme == .https { origins.append(address.with(.http)) }
      for origin in origins { places += try await beside(origin, host, visitor, named: host.name) }
      return GatewaySighting(host: host.name, places: places, knowsOrigins: !host.origins.isEmpty)
    }
  }

  /// Looks for the same paths at another address of the shop.
  func look(at site: WebAddress, beside host: GuardedHost) async throws -> GatewaySighting {
    try await Visitor.with(reach) { visitor in
      GatewaySighting(
        host: host.name, places: try await beside(site, host, visitor, named: site.host), knowsOrigins: true)
    }
  }

  private func beside(
    _ origin: WebAddress, _ host: GuardedHost, _ visitor: Visitor, named name: String
  ) async throws -> [GatewaySighting.Place] {
    var places: [GatewaySighting.Place] = []
    let unknown = "/\(Hexadecimal.encode(surroundings.randomBytes(12)))"
    for path in host.paths.prefix(Self.most) {
      let address = origin.at(path)
      do {
        let exchange = try await ask(address, under: name, visitor)
        let usual = UnknownPathAnswers([try await ask(origin.at(unknown), under: name, visitor)], home: origin.at("/"))
        let answer = Self.answerBeside(exchange, host, isUsual: usual.resembles(exchange))
        places.append(
          GatewaySighting.Place(address: address.text, answer: answer, status: exchange.status, isBeside: true))
      } catch AssessmentError.notPublic {
        places.append(GatewaySighting.Place(address: address.text, answer: .unreachable, isBeside: true))
      } catch let error as AssessmentError {
        if case .spent = error { throw error }
        places.append(GatewaySighting.Place(address: address.text, answer: .nothing, isBeside: true))
      }
    }
    return places
  }

  /// Asks a machine as the proxy would: for the host's own name, whatever the machine is called.
  private func ask(_ address: WebAddress, under name: String, _ visitor: Visitor) async throws -> Exchange {
    try await visitor.ask(address.named(name), at: address.host, headers: [("Host", name)])
  }

  /// What an answer shows where the gateway is to be asked.
  static func answerBehind(_ exchange: Exchange) -> GatewaySighting.Answer {
    if let location = exchange.location { return location.path.hasPrefix("/.surety/") ? .gateway : .shop }
    switch exchange.status {
    // A shop that asks for HTTP's own password has been reached.
    case 401, 403: return exchange.values("www-authenticate").isEmpty ? .closed : .shop
    case 404, 410: return .nothing
    case 200..<300: return .shop
    default: return .unclear
    }
  }

  /// What an answer shows at a place beside it.
  /// - Parameter isUsual: whether every path gets the like.
  static func answerBeside(_ exchange: Exchange, _ host: GuardedHost, isUsual: Bool) -> GatewaySighting.Answer {
    if let location = exchange.location {
      if location.path.hasPrefix("/.surety/") { return .gateway }
      if location.origin == exchange.address.origin {
        // To its own sign-in, below the same path: that is the panel.
        return location.path.hasPrefix(exchange.address.path) || !isUsual ? .shop : .nothing
      }
      let isGuarded = location.host == host.name || location.host == (try? WebAddress(host.address))?.host
      if isGuarded, location.scheme == .https { return .gateway }
      return isUsual ? .nothing : .shop
    }
    switch exchange.status {
    case 401, 403: return exchange.values("www-authenticate").isEmpty ? .closed : isUsual ? .closed : .shop
    case 400, 404, 405, 410, 421: return .nothing
    case 200..<300: return isUsual ? .nothing : .shop
    default: return .unclear
    }
  }
}
