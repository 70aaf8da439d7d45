import Obligations
import Primitives

/// Asks servers, hello by hello, what they offer.
struct TLSProbe: Sendable {
  private let reach: Reach
  private let surroundings: Surroundings
  private let looks: SharedLooks<TLSSighting>
  /// How long one hello may stay unanswered.
  private let patience: Duration

  init(reach: Reach, surroundings: Surroundings, patience: Duration = .seconds(5)) {
    self.reach = reach
    self.surroundings = surroundings
    self.patience = patience
    looks = SharedLooks(surroundings: surroundings)
  }

  /// - Parameter reader: the check that asks.
  /// - Throws: ``AssessmentError``, when nobody answers at all; `CancellationError`.
  func look(at target: WebAddress, for reader: Code<CheckName>) async throws -> TLSSighting {
    try await looks.look(at: target.origin, for: reader) {
      let address = try await reach.address(of: target.host)
      let exchange = HelloExchange(address: address, port: target.port, limit: patience)
      return try await Asker(
        exchange: exchange, turnstile: reach.turnstile, target: target, surroundings: surroundings
      ).run()
    }
  }
}

/// Asks one server.
private struct Asker: Sendable {
  let exchange: HelloExchange
  let turnstile: Turnstile
  let target: WebAddress
  let surroundings: Surroundings

  /// Everything that was chosen in answer to hellos of one version.
  fileprivate struct Choices {
    var answer = TLSSighting.Answer.refused
    var suites: [UInt16] = []
    var groups: Set<UInt16> = []
    var shortestPrime: Int?
    var staples: Bool?
    var isPartial = false
  }

  func run() async throws -> TLSSighting {
    let choices = try await withThrowingTaskGroup(of: (TLSVersion, Choices).self) { group in
      for version in TLSVersion.allCases { group.addTask { (version, try await enumerate(version)) } }
      return try await group.reduce(into: [TLSVersion: Choices]()) { $0[$1.0] = $1.1 }
    }
    async let weak = weakGroups(choices)
    let groups = try await groups13(choices[.tls13])
    let classic = choices.filter { $0.key != .tls13 }.values
    let staples = classic.compactMap(\.staples)
    return TLSSighting(
      endpoint: target.origin,
      versions: TLSVersion.allCases.map { version in
        let choice = choices[version] ?? Choices()
        return TLSSighting.Version(
          version: version, answer: choice.answer, suites: choice.suites, isPartial: choice.isPartial)
      },
      groups: try await Set(groups + classic.flatMap(\.groups) + weak).sorted(),
      shortestPrime: classic.compactMap(\.shortestPrime).min(),
      staples: staples.isEmpty ? nil : staples.contains(true))
  }

  private func send(
    _ version: TLSVersion, _ suites: [CipherSuite], _ groups: [KeyExchangeGroup]
  ) async throws -> HelloExchange.Answer {
    let hello = ClientHello(
      version: version, suites: suites, groups: groups, serverName: target.isNumeric ? nil : target.host,
      random: surroundings.randomBytes(32))
    return try await turnstile.pass(target.host) { try await exchange.send(hello) }
  }

  /// The server chooses from what is offered; what it chose is left out the next time, until it refuses.
  private func enumerate(_ version: TLSVersion) async throws -> Choices {
    var choices = Choices()
    var left = version == .tls13 ? CipherSuite.modern : CipherSuite.classic
    let groups = KeyExchangeGroup.allCases.filter { version != .tls13 || $0.isForTLS13 }
    var isSecondTry = false
    while !left.isEmpty {
      let answer = try await send(version, left, groups)
      if case .silence = answer, !isSecondTry {
        isSecondTry = true
        continue
      }
      guard case .flight(let flight) = answer, flight.version == version, let suite = flight.suite,
        left.contains(where: { $0.code == suite })
      else {
        choices.end(with: answer)
        return choices
      }
      isSecondTry = false
      choices.take(flight, suite)
      left.removeAll { $0.code == suite }
    }
    return choices
  }

  /// Which groups TLS 1.3 takes, found in the same way.
  private func groups13(_ choices: Choices?) async throws -> [UInt16] {
    guard choices?.answer == .offered else { return [] }
    var left = KeyExchangeGroup.allCases.filter(\.isForTLS13)
    var found: [UInt16] = []
    while !left.isEmpty, case .flight(let flight) = try await send(.tls13, CipherSuite.modern, left),
      let group = flight.group, left.contains(where: { $0.rawValue == group })
    {
      found.append(group)
      left.removeAll { $0.rawValue == group }
    }
    return found
  }

  /// Whether older versions would take a curve that is too small: when nothing else is offered, or before the curves
  /// without which a server cannot use an ECDSA certificate (RFC 8422, 5.1).
  private func weakGroups(_ choices: [TLSVersion: Choices]) async throws -> [UInt16] {
    let offered = choices.filter { $0.key != .tls13 && $0.key != .ssl3 && $0.value.answer == .offered }.keys
    guard let version = offered.max() else { return [] }
    let suites = CipherSuite.classic.filter { $0.name.hasPrefix("ECDHE") }
    let weak = KeyExchangeGroup.allCases.filter(\.isWeak)
    for groups in [weak, weak + [.secp256r1, .secp384r1, .secp521r1]] {
      if case .flight(let flight) = try await send(version, suites, groups), let group = flight.group,
        weak.contains(where: { $0.rawValue == group })
      {
        return [group]
      }
    }
    return []
  }
}

extension Asker.Choices {
  fileprivate mutating func take(_ flight: ServerFlight, _ suite: UInt16) {
    answer = .offered
    suites.append(suite)
    if let group = flight.group { groups.insert(group) }
    if let bits = flight.primeBits { shortestPrime = min(bits, shortestPrime ?? bits) }
    if flight.hasStaple || flight.certificates.first.map({ $0[...].holds(Self.responder) }) == true {
      staples = staples == true || flight.hasStaple
    }
  }

  fileprivate mutating func end(with answer: HelloExchange.Answer) {
    switch (self.answer, answer) {
    case (.offered, .silence), (.offered, .notTLS): isPartial = true
    case (.offered, _), (_, .flight), (_, .refused): break
    case (_, .closed): self.answer = .closed
    case (_, .silence): self.answer = .silent
    case (_, .notTLS): self.answer = .unreadable
    }
  }

  /// The object identifier id-ad-ocsp (RFC 5280, 4.2.2.1), by which a certificate names who answers about revocation.
  private static let responder: [UInt8] = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]
}
