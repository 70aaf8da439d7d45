import Foundation
import Obligations
import TestKit
import Testing

@testable import Assessment

/// What nginx, Apache and Caddy cannot be made to do: `openssl s_server`.
@Suite struct `TLS of OpenSSL's own server` {
  private static let checks: Set<String> = ["tls.protocols", "tls.ciphers", "tls.certificate"]

  private func look(
    _ arguments: [String], _ certificate: TestAuthority.Issued? = nil, trusting root: String? = nil
  ) async throws -> AssessedShop {
    let authority = try TestAuthority.shared.get()
    let folder = try await ShopFolder(try certificate ?? authority.issue(for: [ShopFolder.host]), pages: [:])
    defer { folder.directory.remove() }
    let server = try await ServerProgram(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:\(folder.httpsPort)", "-cert", folder.path("cert.pem"), "-cert_chain",
        folder.path("cert.pem"), "-key", folder.path("key.pem"), "-quiet", "-www",
      ] + arguments, package: "openssl", ports: [folder.httpsPort], log: folder.path("logs/log"))
    defer { server.stop() }
    return try await AssessedShop(
      AssessedShop.profile(folder.url), trusting: root ?? authority.root, only: Self.checks)
  }

  private func expect(_ shop: AssessedShop, _ codes: Set<String>, unseen: Set<String> = []) {
    #expect(shop.codes.symmetricDifference(codes).sorted() == [], "\(shop.observations.map(\.verdict.summary))")
    #expect(Set(shop.unseen.keys) == unseen)
  }

  private static let guideline = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"

  @Test func `current versions and suites are in order`() async throws {
    expect(try await look(["-cipher", Self.guideline]), ["tls-post-quantum-missing"])
  }

  @Test func `TLS 1.3 alone is in order`() async throws {
    expect(try await look(["-tls1_3"]), ["tls-post-quantum-missing"])
  }

  @Test func `TLS 1.2 alone lacks TLS 1.3`() async throws {
    expect(try await look(["-tls1_2", "-cipher", Self.guideline]), ["tls-13-missing"])
  }

  @Test func `TLS 1.1 alone is obsolete`() async throws {
    expect(
      try await look(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]),
      [
        "tls-obsolete-protocol", "tls-modern-protocol-missing", "tls-weak-cipher", "tls-broken-cipher",
        "tls-weak-key-exchange",
      ])
  }

  @Test func `suites without any encryption are broken`() async throws {
    expect(
      try await look(["-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"]), ["tls-13-missing", "tls-broken-cipher"])
  }

  @Test func `suites without any authentication are broken`() async throws {
    expect(
      try await look(["-tls1_2", "-cipher", "AECDH-AES128-SHA:\(Self.guideline):@SECLEVEL=0"]),
      ["tls-13-missing", "tls-broken-cipher"])
  }

  @Test func `a short prime is weak, and the certificate is seen all the same`() async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    try await OpenSSL.run([
      "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_1536", "-out", directory.file("dh.pem"),
    ])
    let certificate = try await TestAuthority.shared.get().issueWeak(
      for: ShopFolder.host, key: ["-newkey", "rsa:2048"], digest: "-sha256")
    expect(
      try await look(
        ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-dhparam", directory.file("dh.pem")],
        certificate),
      ["tls-13-missing", "tls-weak-cipher", "tls-weak-key-exchange"])
  }

  @Test func `a small curve is weak`() async throws {
    let shop = try await look(["-tls1_2", "-cipher", "\(Self.guideline):@SECLEVEL=0", "-curves", "P-256:P-192"])
    expect(shop, ["tls-13-missing", "tls-weak-key-exchange"])
  }

  @Test func `a certificate that is signed by itself is not trusted`() async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    try await OpenSSL.run([
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=shop.test", "-addext",
      "subjectAltName=DNS:shop.test", "-keyout", directory.file("key"), "-out", directory.file("cert"),
    ])
    let own = TestAuthority.Issued(
      chain: try String(contentsOfFile: directory.file("cert"), encoding: .utf8),
      key: try String(contentsOfFile: directory.file("key"), encoding: .utf8))
    expect(try await look(["-cipher", Self.guideline], own), ["certificate-untrusted", "tls-post-quantum-missing"])
    // It is for whoever names it as an authority.
    expect(try await look(["-cipher", Self.guideline], own, trusting: own.chain), ["tls-post-quantum-missing"])
  }

  @Test func `a chain to an authority that nobody trusts is not trusted`() async throws {
    let stranger = try TestAuthority(named: "Stranger")
    let issued = try stranger.issue(for: [ShopFolder.host])
    let whole = TestAuthority.Issued(chain: issued.chain + stranger.root + "\n", key: issued.key)
    expect(try await look(["-cipher", Self.guideline], whole), ["certificate-untrusted", "tls-post-quantum-missing"])
    expect(
      try await look(["-cipher", Self.guideline], issued), ["certificate-chain-incomplete", "tls-post-quantum-missing"])
  }

  @Test(arguments: [
    (["-newkey", "rsa:1024"], "-sha256", ["certificate-weak-key"]),
    (["-newkey", "rsa:2048"], "-sha1", ["certificate-weak-signature"]),
    (["-newkey", "rsa:3072"], "-sha384", []),
    (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "-sha256", []),
  ])
  func `keys and signatures are judged`(key: [String], digest: String, codes: [String]) async throws {
    let certificate = try await TestAuthority.shared.get().issueWeak(for: ShopFolder.host, key: key, digest: digest)
    expect(
      try await look(["-cipher", "\(Self.guideline):@SECLEVEL=0"], certificate),
      Set(codes + ["tls-post-quantum-missing"]))
  }

  @Test func `a certificate that names who answers about it is asked to bring the answer`() async throws {
    let issued = try TestAuthority.shared.get().issue(for: [ShopFolder.host], responder: "http://ocsp.test/")
    expect(
      try await look(["-cipher", Self.guideline], issued), ["tls-post-quantum-missing", "tls-staple-missing"])
  }
}
