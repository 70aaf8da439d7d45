import Crypto
import Foundation
import SwiftASN1
import TestKit
import X509

/// A certificate authority of the tests.
struct TestAuthority: Sendable {
  /// A certificate and its key, both in PEM; those of the chain stand behind the certificate's own.
  struct Issued: Sendable {
    let chain: String
    let key: String
  }

  private let key: Certificate.PrivateKey
  private let keyPEM: String
  private let certificate: Certificate
  private let name: DistinguishedName
  /// The authority's own certificate, in PEM.
  let root: String

  static let shared = Result { try TestAuthority() }

  init(named text: String = "Authority of the tests") throws {
    let (key, keyPEM) = Self.makeKey()
    name = try DistinguishedName { CommonName(text) }
    certificate = try Self.certificate(
      subject: name, issuer: name, publicKey: key.publicKey, signedBy: key, from: -400 * 86_400, until: 4_000 * 86_400,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      })
    (self.key, self.keyPEM) = (key, keyPEM)
    root = try certificate.serializeAsPEM().pemString
  }

  private static func makeKey() -> (Certificate.PrivateKey, String) {
    let key = P256.Signing.PrivateKey()
    return (Certificate.PrivateKey(key), key.pemRepresentation)
  }

  /// Issues a certificate for hosts.
  /// - Parameters:
  ///   - from: when it becomes valid and until when, in seconds from now.
  ///   - responder: who answers about its revocation.
  func issue(
    for hosts: [String], from: TimeInterval = -86_400, until: TimeInterval = 80 * 86_400, responder: String? = nil
  ) throws -> Issued {
    let (key, pem) = Self.makeKey()
    let names: [GeneralName] = hosts.map { host in
      host.allSatisfy { $0.isNumber || $0 == "." }
        ? .ipAddress(ASN1OctetString(contentBytes: ArraySlice(host.split(separator: ".").compactMap { UInt8($0) })))
        : .dnsName(host)
    }
    let certificate = try Self.certificate(
      subject: try DistinguishedName { CommonName(hosts.first ?? "nobody") }, issuer: name, publicKey: key.publicKey,
      signedBy: self.key, from: from, until: until,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        SubjectAlternativeNames(names)
        if let responder {
          AuthorityInformationAccess([.init(method: .ocspServer, location: .uniformResourceIdentifier(responder))])
        }
      })
    return Issued(chain: try certificate.serializeAsPEM().pemString + "\n", key: pem + "\n")
  }

  /// An authority below this one, and its certificate in PEM.
  func intermediate() throws -> (authority: TestAuthority, certificate: String) {
    let below = try TestAuthority(named: "Intermediate authority of the tests")
    let certificate = try Self.certificate(
      subject: below.name, issuer: name, publicKey: below.key.publicKey, signedBy: key, from: -86_400,
      until: 1_000 * 86_400,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      })
    return (below, try certificate.serializeAsPEM().pemString + "\n")
  }

  /// Issues a certificate for a key and with a signature that the library itself refuses to make, by `openssl`.
  func issueWeak(for host: String, key options: [String], digest: String) async throws -> Issued {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let files = [
      "ca.pem": root, "ca.key": keyPEM, "names": "subjectAltName=DNS:\(host)\nbasicConstraints=critical,CA:FALSE\n",
    ]
    for (name, text) in files { try text.write(toFile: directory.file(name), atomically: true, encoding: .utf8) }
    try await OpenSSL.run(
      [
        "req", "-new", "-nodes", "-subj", "/CN=\(host)", "-keyout", directory.file("key"), "-out",
        directory.file("csr"),
      ]
        + options)
    try await OpenSSL.run([
      "x509", "-req", "-in", directory.file("csr"), "-CA", directory.file("ca.pem"), "-CAkey", directory.file("ca.key"),
      "-CAcreateserial", "-days", "80", "-extfile", directory.file("names"), "-out", directory.file("cert"), digest,
    ])
    return Issued(
      chain: try String(contentsOfFile: directory.file("cert"), encoding: .utf8),
      key: try String(contentsOfFile: directory.file("key"), encoding: .utf8))
  }

  private static func certificate(
    subject: DistinguishedName, issuer: DistinguishedName, publicKey: Certificate.PublicKey,
    signedBy key: Certificate.PrivateKey, from: TimeInterval, until: TimeInterval, extensions: Certificate.Extensions
  ) throws -> Certificate {
    let now = Date(timeIntervalSinceNow: 0)
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: now.addingTimeInterval(from), notValidAfter: now.addingTimeInterval(until), issuer: issuer,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: key)
  }
}

/// The `openssl` command.
enum OpenSSL {
  @discardableResult
  static func run(_ arguments: [String]) async throws -> String {
    let result = try await Command.run("openssl", arguments)
    guard result.status == 0 else { throw TestSetupError(description: "openssl \(arguments[0]): \(result.errors)") }
    return result.output
  }
}
