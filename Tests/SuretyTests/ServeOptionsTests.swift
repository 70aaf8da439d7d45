import ArgumentParser
import TestKit
import Testing

@testable import Access
@testable import surety

@Suite struct `The options of the server` {
  @Test func `demand attestation where makers are named, and only there`() async throws {
    try await TemporaryDirectory.with { directory in
      let makers = directory.file("makers.pem")
      try FileBytes.write(Array(MakerCertificate.pem.utf8), to: makers)
      let usual = try #require(try Surety.parseAsRoot(["serve"]) as? ServeCommand)
      #expect(try usual.configuration.attestation == nil)
      let strict = try #require(try Surety.parseAsRoot(["serve", "--attestation-roots", makers]) as? ServeCommand)
      let trust = try #require(try strict.configuration.attestation)
      #expect(trust.makers.count == 1 && !trust.takesSelfAttestation)
    }
  }

  @Test func `are refused at the start with the file and the reason`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger", "--no-owner")
      try FileBytes.write(Array("nonsense".utf8), to: place.directory.file("makers.pem"))
      let refused = try await place.surety("serve", "--attestation-roots", "makers.pem", expecting: 2)
      #expect(refused.errors.contains("makers.pem cannot be used: it holds no certificate in PEM"))
      let missing = try await place.surety("serve", "--attestation-roots", "missing.pem", expecting: 2)
      #expect(missing.errors.contains("cannot read missing.pem"))
    }
  }
}
