import Foundation
import Obligations
import Primitives
import SwiftASN1
import TestKit
import Testing

@testable import Assessment

@Suite struct `Certificates` {
  private static func der(_ pem: String) throws -> [UInt8] { try PEMDocument.parseMultiple(pemString: pem)[0].derBytes }

  @Test func `what stands in a certificate is read`() throws {
    let authority = try TestAuthority.shared.get()
    let issued = try authority.issue(for: ["shop.test", "*.shop.test", "127.0.0.1"], from: -1_000, until: 86_400)
    let fields = try CertificateFields(Self.der(issued.chain))
    #expect(fields.subject == "CN=shop.test")
    #expect(fields.issuer == "CN=Authority of the tests")
    #expect(fields.dnsNames == ["shop.test", "*.shop.test"])
    #expect(fields.addresses.map { "\($0)" } == ["127.0.0.1"])
    #expect((fields.key, fields.keyBits, fields.signature) == ("P-256", 256, "ECDSA with SHA-256"))
    #expect(fields.notAfter - fields.notBefore == 87_400)
    #expect(abs(fields.notBefore + 1_000 - Surroundings.system.now().seconds) < 60)
  }

  @Test(arguments: [
    (["-newkey", "rsa:1024"], "-sha1", "RSA", 1_024, "ECDSA with SHA-1"),
    (["-newkey", "rsa:512"], "-sha256", "RSA", 512, "ECDSA with SHA-256"),
    (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime192v1"], "-sha384", "P-192", 192, "ECDSA with SHA-384"),
    (["-newkey", "ed25519"], "-sha512", "Ed25519", nil, "ECDSA with SHA-512"),
  ])
  func `weak keys are read too`(options: [String], digest: String, key: String, bits: Int?, signature: String)
    async throws
  {
    let issued = try await TestAuthority.shared.get().issueWeak(for: "shop.test", key: options, digest: digest)
    let fields = try CertificateFields(Self.der(issued.chain))
    #expect((fields.key, fields.keyBits, fields.signature) == (key, bits, signature))
  }

  @Test func `a certificate is for the hosts that browsers take it for`() throws {
    let authority = try TestAuthority.shared.get()
    let fields = try CertificateFields(Self.der(authority.issue(for: ["shop.test", "*.cdn.test", "127.0.0.1"]).chain))
    for host in ["shop.test", "shop.test.", "a.cdn.test", "127.0.0.1"] { #expect(fields.isFor(host), "\(host)") }
    for host in ["www.shop.test", "cdn.test", "a.b.cdn.test", ".cdn.test", "127.0.0.2", "::1", "hop.test"] {
      #expect(!fields.isFor(host), "\(host)")
    }
    // The name of the subject does not count.
    let nameless = try CertificateFields(Self.der(authority.issue(for: []).chain))
    #expect(!nameless.isFor("nobody"))
  }

  @Test func `no bytes make the reader trap`() throws {
    var generator = SeededGenerator(for: "CertificateFields")
    let whole = try Self.der(TestAuthority.shared.get().issue(for: ["shop.test"]).chain)
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1..<8, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? CertificateFields(bytes)
      _ = try? CertificateFields(generator.bytes(40))
    }
  }

  private static let now = Instant(seconds: 1_800_000_000)

  private func codes(
    from: Int64 = -86_400, until: Int64 = 80 * 86_400, key: String = "P-256", bits: Int? = 256,
    signature: String = "ECDSA with SHA-256", chain: CertificateSighting.Chain = .trusted, matches: Bool = true,
    issuer: (bits: Int, signature: String, isRoot: Bool)? = nil
  ) -> [String] {
    func certificate(_ subject: String, _ issuer: String, _ key: String, _ bits: Int?, _ signature: String)
      -> CertificateSighting.Certificate
    {
      .init(
        subject: subject, issuer: issuer, names: ["shop.test"], notBefore: Self.now.seconds + from,
        notAfter: Self.now.seconds + until, key: key, keyBits: bits, signature: signature, fingerprint: "")
    }
    let above = issuer.map { [certificate("above", $0.isRoot ? "above" : "root", "RSA", $0.bits, $0.signature)] } ?? []
    return CertificateJudgement.verdict(
      CertificateSighting(
        endpoint: "https://shop.test", host: "shop.test",
        certificates: [certificate("shop", "above", key, bits, signature)] + above, chain: chain, matchesHost: matches),
      at: Self.now
    ).codes
  }

  @Test func `a certificate's time is judged`() {
    #expect(codes() == [])
    #expect(codes(until: 0) == ["certificate-expired"])
    #expect(codes(from: 1) == ["certificate-not-yet-valid"])
    #expect(codes(from: -80 * 86_400, until: 13 * 86_400) == ["certificate-expires-soon"])
    #expect(codes(from: -3 * 86_400, until: 3 * 86_400) == [])
    #expect(codes(until: 400 * 86_400) == ["certificate-long-lived"])
    #expect(codes(from: 0, until: 366 * 86_400) == [])
  }

  @Test func `its chain and its name are judged`() {
    #expect(codes(chain: .selfSigned) == ["certificate-untrusted"])
    #expect(codes(chain: .untrusted) == ["certificate-untrusted"])
    #expect(codes(chain: .incomplete) == ["certificate-chain-incomplete"])
    #expect(codes(matches: false) == ["certificate-wrong-host"])
  }

  @Test func `keys and signatures are judged`() {
    #expect(codes(key: "RSA", bits: 1_024) == ["certificate-weak-key"])
    #expect(codes(key: "RSA", bits: 2_048) == [])
    #expect(codes(key: "P-224", bits: 224) == ["certificate-weak-key"])
    #expect(codes(key: "Ed25519", bits: nil) == [])
    #expect(codes(signature: "RSA with SHA-1") == ["certificate-weak-signature"])
    #expect(codes(issuer: (1_024, "RSA with MD5", false)) == ["certificate-weak-key", "certificate-weak-signature"])
    #expect(codes(issuer: (2_048, "RSA with SHA-1", true)) == [])
  }

  @Test func `a chain that could not be judged is not trusted`() throws {
    let sighting = CertificateSighting(
      endpoint: "https://shop.test", host: "shop.test",
      certificates: [
        .init(
          subject: "a", issuer: "b", names: [], notBefore: Self.now.seconds - 1, notAfter: Self.now.seconds + 86_400,
          key: "Ed448", keyBits: nil, signature: "Ed448", fingerprint: "")
      ], chain: .unreadable, matchesHost: true)
    #expect(CertificateJudgement.verdict(sighting, at: Self.now).outcome == .couldNotCheck)
    let plain = CertificateJudgement.verdict(.plain(try WebAddress("http://shop.test")), at: Self.now)
    #expect(plain.codes == ["tls-missing"])
  }
}
