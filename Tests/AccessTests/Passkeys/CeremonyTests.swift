import Primitives
import TestKit
import Testing

@testable import Access

@Suite struct `A passkey ceremony` {
  private static let party = RelyingParty(id: "surety.example", name: "Surety", origins: ["https://surety.example"])
  private static let challenge = Array("a challenge of 32 random bytes...".utf8)
  private static let now = Instant(seconds: 1_800_000_000)

  private static func register(
    _ authenticator: SoftwareAuthenticator, _ demand: PasskeyRegistration.Demand = .init(),
    change: (inout PasskeyRegistration) -> Void = { _ in }
  ) async throws -> PasskeyRegistration.Credential {
    var registration = try authenticator.register(challenge)
    change(&registration)
    return try await registration.verified(for: party, challenge: challenge, demanding: demand, at: now)
  }

  private static func stored(_ credential: PasskeyRegistration.Credential) -> PasskeyAssertion.Stored {
    PasskeyAssertion.Stored(
      id: credential.id, publicKey: credential.publicKey, signCount: credential.signCount,
      isBackupEligible: credential.isBackupEligible, userHandle: [7])
  }

  @Test(arguments: COSEKey.Algorithm.allCases) func `registers and signs in with every algorithm`(
    _ algorithm: COSEKey.Algorithm
  ) async throws {
    var authenticator = try SoftwareAuthenticator(algorithm)
    let credential = try await Self.register(authenticator)
    #expect(credential.publicKey.algorithm == algorithm && credential.isUserVerified)
    let ownWord = try authenticator.register(Self.challenge, attestingItself: true)
    let attested = try await ownWord.verified(
      for: Self.party, challenge: Self.challenge,
      demanding: .init(attestation: AttestationTrust(roots: [], takesSelfAttestation: true)), at: Self.now)
    #expect(attested.attestation == .selfAttested)
    await #expect(throws: PasskeyError.attestationMissing) {
      try await ownWord.verified(
        for: Self.party, challenge: Self.challenge, demanding: .init(attestation: AttestationTrust(roots: [])),
        at: Self.now)
    }
    authenticator.count = 2
    let outcome = try authenticator.assert(Self.challenge, userHandle: [7]).verified(
      for: Self.party, challenge: Self.challenge, against: Self.stored(credential), demandingVerification: true)
    #expect(outcome == .init(signCount: 2, isUserVerified: true, isBackedUp: false, isCountRegressed: false))
    var others = Set(COSEKey.Algorithm.allCases)
    others.remove(algorithm)
    await #expect(throws: PasskeyError.unsupportedAlgorithm(algorithm.rawValue)) {
      try await Self.register(authenticator, .init(algorithms: others))
    }
  }

  /// Each way in which an authenticator or a browser can be wrong, and the reason that is told.
  private static let wrong:
    [(name: String, change: @Sendable (inout SoftwareAuthenticator) -> Void, error: PasskeyError)] =
      [
        ("another site", { $0.relyingParty = "evil.example" }, .wrongRelyingParty),
        ("another origin", { $0.origin = "https://evil.example" }, .wrongOrigin("https://evil.example")),
        ("plain HTTP", { $0.origin = "http://surety.example" }, .wrongOrigin("http://surety.example")),
        ("another port", { $0.origin = "https://surety.example:8443" }, .wrongOrigin("https://surety.example:8443")),
        (
          "a longer name", { $0.origin = "https://surety.example.evil.example" },
          .wrongOrigin("https://surety.example.evil.example")
        ),
        ("a frame", { $0.crossOrigin = true }, .framed(by: "another site")),
        (
          "a frame of a known site",
          {
            $0.crossOrigin = true
            $0.topOrigin = "https://evil.example"
          }, .framed(by: "https://evil.example")
        ),
        ("a top that is another site", { $0.topOrigin = "https://evil.example" }, .framed(by: "https://evil.example")),
        ("nobody there", { $0.flags = 0b100 }, .userNotPresent),
        ("nobody verified", { $0.flags = 0b001 }, .userNotVerified),
        ("copied and not copyable", { $0.flags = 0b1_0101 }, .contradictoryBackup),
      ]

  @Test func `is refused with the reason, for each check that both kinds share`() async throws {
    let good = try SoftwareAuthenticator(.es256)
    let credential = try await Self.register(good)
    for (name, change, error) in Self.wrong {
      var authenticator = good
      change(&authenticator)
      let wrong = authenticator
      await #expect(throws: error, "registration: \(name)") { try await Self.register(wrong) }
      #expect(throws: error, "sign-in: \(name)") {
        try wrong.assert(Self.challenge).verified(
          for: Self.party, challenge: Self.challenge, against: Self.stored(credential), demandingVerification: true)
      }
    }
  }

  @Test func `is refused when it answers another question`() async throws {
    let authenticator = try SoftwareAuthenticator(.es256)
    let credential = try await Self.register(authenticator)
    let create = try authenticator.register(Self.challenge, type: "webauthn.get")
    await #expect(throws: PasskeyError.wrongCeremony("webauthn.get")) {
      try await create.verified(for: Self.party, challenge: Self.challenge, at: Self.now)
    }
    for (assertion, error) in [
      (
        try authenticator.assert(Self.challenge, type: "webauthn.create"), PasskeyError.wrongCeremony("webauthn.create")
      ),
      (try authenticator.assert(Self.challenge, type: "payment.get"), .wrongCeremony("payment.get")),
      (try authenticator.assert(Self.challenge + [0]), .wrongChallenge),
      (try authenticator.assert([]), .wrongChallenge),
      (try authenticator.assert(Self.challenge, userHandle: [8]), .unknownCredential),
    ] {
      #expect(throws: error) {
        try assertion.verified(
          for: Self.party, challenge: Self.challenge, against: Self.stored(credential), demandingVerification: true)
      }
    }
  }

  @Test func `tells a counter that went back, and refuses what never changes and did`() async throws {
    var authenticator = try SoftwareAuthenticator(.es256)
    authenticator.count = 10
    let credential = try await Self.register(authenticator)
    func sign(_ change: (inout SoftwareAuthenticator) -> Void) throws -> PasskeyAssertion.Outcome {
      var changed = authenticator
      change(&changed)
      return try changed.assert(Self.challenge).verified(
        for: Self.party, challenge: Self.challenge, against: Self.stored(credential), demandingVerification: true)
    }
    for (count, isRegressed) in [(11, false), (10, true), (9, true), (0, true)] as [(UInt32, Bool)] {
      #expect(try sign { $0.count = count }.isCountRegressed == isRegressed)
    }
    #expect(throws: PasskeyError.changedBackupEligibility) { try sign { $0.flags = 0b1101 } }
    var silent = try SoftwareAuthenticator(.es256)
    silent.count = 0
    let uncounted = try await Self.register(silent)
    let outcome = try silent.assert(Self.challenge).verified(
      for: Self.party, challenge: Self.challenge, against: Self.stored(uncounted), demandingVerification: true)
    #expect(!outcome.isCountRegressed, "an authenticator that does not count")
  }

  @Test func `takes an identifier of 1,023 bytes and none that is longer or empty`() async throws {
    var authenticator = try SoftwareAuthenticator(.es256)
    authenticator.credentialID = [UInt8](repeating: 1, count: 1_023)
    #expect(try await Self.register(authenticator).id.count == 1_023)
    for count in [0, 1_024, 5_000] {
      authenticator.credentialID = [UInt8](repeating: 1, count: count)
      let wrong = authenticator
      await #expect {
        try await Self.register(wrong)
      } throws: { error in
        if case PasskeyError.malformed = error { true } else { false }
      }
    }
  }

  @Test func `is refused when a member of the attestation object is missing, twice, or of another kind`() async throws {
    let authenticator = try SoftwareAuthenticator(.es256)
    guard case .map(let members) = try CBOR(parsing: authenticator.register(Self.challenge).attestationObject) else {
      return #expect(Bool(false))
    }
    var objects: [[UInt8]] = [[], [0xa0], CBORWriter.bytes(of: .array([]))]
    for key in members.keys {
      var without = members
      without[key] = nil
      var another = members
      another[key] = .bool(true)
      objects += [without, another].map { CBORWriter.bytes(of: .map($0)) }
      let twice = CBORWriter.bytes(of: .map(members))
      objects.append(
        [0xa4] + twice.dropFirst() + CBORWriter.bytes(of: key) + CBORWriter.bytes(of: members[key] ?? .null))
    }
    var more = members
    more[.text("more")] = .null
    objects.append(CBORWriter.bytes(of: .map(more)))
    for object in objects {
      await #expect(throws: PasskeyError.self) {
        try await Self.register(authenticator) { $0.attestationObject = object }
      }
    }
  }

  @Test func `accepts any port of this machine for a console on this machine, and nothing else`() async throws {
    var authenticator = try SoftwareAuthenticator(.es256)
    authenticator.relyingParty = "localhost"
    func register(_ origin: String) async throws {
      authenticator.origin = origin
      _ = try await authenticator.register(Self.challenge).verified(
        for: .thisMachine, challenge: Self.challenge, at: Self.now)
    }
    for origin in ["https://localhost", "https://localhost:8443"] { try await register(origin) }
    for origin in [
      "http://localhost:8443", "https://localhost.evil.example", "https://localhost:8443.evil.example",
      "https://localhost:x", "https://localhost:8443/", "https://evil.example",
    ] {
      await #expect(throws: PasskeyError.wrongOrigin(origin)) { try await register(origin) }
    }
  }

  @Test(
    arguments: [
      ("https://surety.shop.example", "surety.shop.example"),
      ("https://surety.shop.example:8443", "surety.shop.example"),
      ("https://Surety.example", nil), ("http://surety.example", nil), ("https://surety.example/", nil),
      ("https://192.0.2.1", nil),
      ("https://surety.example:443", nil), ("https://a@surety.example", nil), ("https://", nil),
      ("https://-a.example", nil),
    ] as [(String, String?)]) func `is bound to the name in the console's address`(_ address: String, _ id: String?)
  {
    #expect(RelyingParty(address: address)?.id == id)
  }

  @Test func `never crashes on what is no ceremony`() async throws {
    var generator = SeededGenerator(seed: 11)
    let good = try SoftwareAuthenticator(.es256).register(Self.challenge, attestingItself: true)
    for _ in 0..<3_000 {
      var object = good.attestationObject
      for _ in 0..<(1 + generator.next() % 8) {
        let index = Int(generator.next() % UInt64(object.count))
        switch generator.next() % 3 {
        case 0: object[index] = UInt8(truncatingIfNeeded: generator.next())
        case 1: object.remove(at: index)
        default: object.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
        }
      }
      let changed = PasskeyRegistration(clientData: good.clientData, attestationObject: object)
      _ = try? await changed.verified(for: Self.party, challenge: Self.challenge, at: Self.now)
      _ = try? CBOR(parsing: (0..<40).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    }
  }
}
