import Primitives
import TestKit
import Testing

@testable import Access

@Suite struct `Ceremonies of real authenticators` {
  private static let now = Instant(seconds: 1_790_000_000)

  @Test func `are there in every format`() {
    #expect(
      Set(RealCeremony.registrations.map(\.format)) == ["none", "packed", "fido-u2f", "apple", "android-key", "tpm"])
    #expect(RealCeremony.authentications.count == 3)
  }

  @Test(arguments: RealCeremony.registrations) func `register, unattested where nothing is demanded`(
    _ ceremony: RealCeremony
  ) async throws {
    let credential = try await ceremony.registration.verified(
      for: ceremony.party, challenge: ceremony.challenge, demanding: .init(verification: false), at: Self.now)
    #expect(credential.attestation == .unattested(format: ceremony.format))
  }

  @Test(arguments: RealCeremony.registrations) func `are attested by a maker that is trusted, and by no other`(
    _ ceremony: RealCeremony
  ) async throws {
    func register(_ demand: PasskeyRegistration.Demand) async throws -> AttestationObject.Outcome {
      try await ceremony.registration.verified(
        for: ceremony.party, challenge: ceremony.challenge, demanding: demand, at: Self.now
      ).attestation
    }
    let nobody = PasskeyRegistration.Demand(verification: false, attestation: AttestationTrust(roots: []))
    guard ceremony.format != "none" else {
      await #expect(throws: PasskeyError.attestationMissing) { try await register(try ceremony.demand) }
      return
    }
    #expect(try await register(try ceremony.demand) == .attested(format: ceremony.format))
    await #expect(throws: PasskeyError.untrustedAttestation(format: ceremony.format)) { try await register(nobody) }
  }

  @Test(arguments: RealCeremony.registrations + RealCeremony.authentications)
  func `are good for their own challenge, origin and site only`(_ ceremony: RealCeremony) async throws {
    func check(_ party: RelyingParty, _ challenge: [UInt8]) async throws {
      if ceremony.format.isEmpty {
        _ = try ceremony.assertion.verified(
          for: party, challenge: challenge, against: try ceremony.stored, demandingVerification: false)
      } else {
        _ = try await ceremony.registration.verified(
          for: party, challenge: challenge, demanding: .init(verification: false), at: Self.now)
      }
    }
    try await check(ceremony.party, ceremony.challenge)
    await #expect(throws: PasskeyError.wrongChallenge) { try await check(ceremony.party, ceremony.challenge + [0]) }
    let elsewhere = RelyingParty(id: ceremony.party.id, name: "", origins: ["https://evil.example"])
    await #expect {
      try await check(elsewhere, ceremony.challenge)
    } throws: { error in
      if case PasskeyError.wrongOrigin = error { true } else { false }
    }
    let other = RelyingParty(id: "evil.example", name: "", origins: ceremony.party.origins)
    await #expect(throws: PasskeyError.wrongRelyingParty) { try await check(other, ceremony.challenge) }
  }

  /// Every byte of what the authenticator and the browser sent is changed, one at a time, under demanded attestation.
  @Test(arguments: RealCeremony.oneOfEach.filter { $0.format != "none" })
  func `are refused when any byte of the registration is changed`(_ ceremony: RealCeremony) async throws {
    let demand = try ceremony.demand
    let good = ceremony.registration
    // Other certificates than the authenticator's own have no bearing here, because that one itself is trusted.
    let object = good.attestationObject
    var free: Set<Int> = []
    for certificate in try CBOR(parsing: object)["attStmt"]?["x5c"]?.array?.dropFirst() ?? [] {
      guard let bytes = certificate.bytes, let range = object.firstRange(of: bytes) else { continue }
      free.formUnion(range)
    }
    // Keys of the older kind sign neither flags nor counter (section 8.6); what the flags must say is checked all the same.
    if ceremony.format == "fido-u2f", let start = object.firstRange(of: ceremony.party.idHash)?.upperBound {
      free.formUnion(start..<start + 5)
    }
    var accepted: [Int] = []
    for index in object.indices where !free.contains(index) {
      var changed = good
      changed.attestationObject[index] ^= 1 << UInt8(index % 8)
      if await Self.isAccepted(changed, ceremony, demand) { accepted.append(index) }
    }
    #expect(accepted == [], "bytes of the attestation object that have no bearing")
    var acceptedClient: [Int] = []
    for index in good.clientData.indices {
      var changed = good
      changed.clientData[index] ^= 1 << UInt8(index % 8)
      if await Self.isAccepted(changed, ceremony, demand) { acceptedClient.append(index) }
    }
    #expect(acceptedClient == [], "bytes of the client data that have no bearing")
  }

  private static func isAccepted(
    _ registration: PasskeyRegistration, _ ceremony: RealCeremony, _ demand: PasskeyRegistration.Demand
  ) async -> Bool {
    do {
      _ = try await registration.verified(
        for: ceremony.party, challenge: ceremony.challenge, demanding: demand, at: now)
      return true
    } catch {
      // Whatever is wrong is said by the room's own error.
      #expect(error is PasskeyError, "\(error)")
      return false
    }
  }

  @Test(arguments: RealCeremony.authentications)
  func `are refused when any byte of the sign-in is changed`(_ ceremony: RealCeremony) throws {
    let stored = try ceremony.stored
    let good = ceremony.assertion
    func isAccepted(_ assertion: PasskeyAssertion) -> Bool {
      (try? assertion.verified(
        for: ceremony.party, challenge: ceremony.challenge, against: stored, demandingVerification: false)) != nil
    }
    #expect(isAccepted(good))
    let parts: [WritableKeyPath<PasskeyAssertion, [UInt8]>] = [
      \.credentialID, \.clientData, \.authenticatorData, \.signature,
    ]
    for part in parts {
      for index in good[keyPath: part].indices {
        for bit in 0..<8 {
          var changed = good
          changed[keyPath: part][index] ^= 1 << UInt8(bit)
          #expect(!isAccepted(changed), "byte \(index), bit \(bit) of \(part)")
        }
      }
      var shorter = good
      shorter[keyPath: part].removeLast()
      #expect(!isAccepted(shorter))
      var longer = good
      longer[keyPath: part].append(0)
      #expect(!isAccepted(longer))
    }
    var another = good
    another.userHandle = [2]
    #expect(throws: PasskeyError.unknownCredential) {
      try another.verified(
        for: ceremony.party, challenge: ceremony.challenge, against: stored, demandingVerification: false)
    }
  }
}
