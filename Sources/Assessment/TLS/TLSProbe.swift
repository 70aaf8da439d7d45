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
    async let others = classicGroups(choices)
    async let ignored = ignoredVersions(choices)
    let modern = try await groups13(choices[.tls13])
    let (older, passedOver) = (try await others, try await ignored)
    let classic = choices.filter { $0.key != .tls13 }.values
    let staples = classic.compactMap(\.staples)
    return TLSSighting(
      endpoint: target.origin,
      versions: TLSVersion.allCases.map { version in
        let choice = choices[version] ?? Choices()
        return TLSSighting.Version(
          version: version, answer: passedOver.contains(version) ? .ignored : choice.answer, suites: choice.suites,
          isPartial: choice.isPartial)
      },
      groups: modern.groups.union(classic.flatMap(\.groups)).union(older.groups).sorted(),
      groupsArePartial: modern.isPartial || older.isPartial,
      shortestPrime: classic.compactMap(\.shortestPrime).min(),
      staples: staples.isEmpty ? nil : staples.contains(true))
  }

  /// Which of the versions that were met with silence are passed over by a server that answers at the same time: before
  /// and after another hello of that version, a hello of a version that it speaks is answered. Anything else may be a
  /// network that loses what is sent, or a firewall that has enough.
  private func ignoredVersions(_ choices: [TLSVersion: Choices]) async throws -> Set<TLSVersion> {
    let silent = choices.filter { $0.value.answer == .silent }.keys
    guard !silent.isEmpty, let spoken = choices.filter({ $0.value.answer == .offered }).keys.max(),
      try await isAnswered(spoken)
    else { return [] }
    let still = try await withThrowingTaskGroup(of: (TLSVersion, Bool).self) { group in
      for version in silent { group.addTask { (version, try await isAnswered(version)) } }
      return try await group.reduce(into: Set<TLSVersion>()) { if !$1.1 { $0.insert($1.0) } }
    }
    return try await isAnswered(spoken) ? still : []
  }

  private func isAnswered(_ version: TLSVersion) async throws -> Bool {
    let suites = version == .tls13 ? CipherSuite.modern : CipherSuite.classic
    let groups = KeyExchangeGroup.allCases.filter { version != .tls13 || $0.isForTLS13 }
    if case .silence = try await send(version, suites, groups) { return false }
    return true
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

  /// Groups that were found, and whether there may be more because a hello was not answered.
  private struct Groups {
    var groups: Set<UInt16> = []
    var isPartial = false
  }

  /// Which groups TLS 1.3 takes, found in the same way.
  private func groups13(_ choices: Choices?) async throws -> Groups {
    guard choices?.answer == .offered else { return Groups() }
    return try await enumerate(.tls13, CipherSuite.modern, KeyExchangeGroup.allCases.filter(\.isForTLS13), beside: [])
  }

  /// Which curves older versions take: when nothing else is offered, and before the curves without which a server
  /// cannot use an ECDSA certificate (RFC 8422, 5.1).
  private func classicGroups(_ choices: [TLSVersion: Choices]) async throws -> Groups {
    let offered = choices.filter { $0.key != .tls13 && $0.key != .ssl3 && $0.value.answer == .offered }
    guard let (version, choice) = offered.max(by: { $0.key < $1.key }),
      choice.suites.contains(where: { CipherSuite.name(of: $0).hasPrefix("ECDH") })
    else { return Groups() }
    let suites = CipherSuite.classic.filter { $0.name.hasPrefix("ECDHE") }
    var found = try await enumerate(version, suites, KeyExchangeGroup.classicCurves, beside: [])
    let usual: [KeyExchangeGroup] = [.secp256r1, .secp384r1, .secp521r1]
    let left = KeyExchangeGroup.classicCurves.filter { !found.groups.contains($0.rawValue) && !usual.contains($0) }
    let more = try await enumerate(version, suites, left, beside: usual)
    found.groups.formUnion(more.groups)
    found.isPartial = found.isPartial || more.isPartial
    return found
  }

  /// Offers groups, leaves out what the server chose, and offers the rest, until it takes none of them.
  private func enumerate(
    _ version: TLSVersion, _ suites: [CipherSuite], _ groups: [KeyExchangeGroup], beside usual: [KeyExchangeGroup]
  ) async throws -> Groups {
    var found = Groups()
    var left = groups
    var isSecondTry = false
    while !left.isEmpty {
      let answer = try await send(version, suites, left + usual)
      if case .silence = answer, !isSecondTry {
        isSecondTry = true
        continue
      }
      guard case .flight(let flight) = answer, let group = flight.group,
        left.contains(where: { $0.rawValue == group })
      else {
        switch answer {
        case .silence, .notTLS: found.isPartial = true
        case .flight, .refused, .closed: break
        }
        return found
      }
      isSecondTry = false
      found.groups.insert(group)
      left.removeAll { $0.rawValue == group }
    }
    return found
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
