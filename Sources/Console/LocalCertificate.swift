import Crypto
import Foundation
public import Primitives
import SwiftASN1
import X509

/// A certificate for this machine, for installations that were given none: no authority vouches for it, so a browser
/// asks once, and its fingerprint is printed to compare.
public struct LocalCertificate: Sendable {
  public let files: Server.Certificate
  /// SHA-256 of the certificate, in hexadecimal digits.
  public let fingerprint: String

  private static let life: Int64 = 397 * 86_400
  private static let renewal: Int64 = 30 * 86_400

  /// Takes the certificate in a directory, or makes one that lasts for 397 days; one that ends within 30 days is replaced.
  /// - Parameter host: the name by which the console is reached, besides localhost.
  /// - Throws: ``ConsoleError/unusableCertificate(path:reason:)``.
  public init(
    in directory: String, host: String, surroundings: Surroundings = .system
  ) throws(ConsoleError) {
    files = Server.Certificate(chain: "\(directory)/console.pem", key: "\(directory)/console.key")
    let now = surroundings.now()
    if let known = try? String(contentsOfFile: files.chain, encoding: .utf8),
      FileManager.default.fileExists(atPath: files.key), let certificate = try? Certificate(pemEncoded: known),
      Int64(certificate.notValidAfter.timeIntervalSince1970) > now.seconds + Self.renewal
    {
      fingerprint = Self.fingerprint(of: certificate)
      return
    }
    do {
      let (certificate, key) = try Self.make(for: host, at: now, surroundings)
      try Self.write(key, to: files.key, permissions: 0o600)
      try Self.write(certificate.serializeAsPEM().pemString, to: files.chain, permissions: 0o644)
      fingerprint = Self.fingerprint(of: certificate)
    } catch let error as ConsoleError {
      throw error
    } catch {
      throw .unusableCertificate(path: files.chain, reason: "none could be made: \(error)")
    }
  }

  private static func make(
    for host: String, at now: Instant, _ surroundings: Surroundings
  ) throws -> (Certificate, pem: String) {
    let key = P256.Signing.PrivateKey()
    let name = try DistinguishedName { CommonName("Surety on this machine") }
    let names =
      [GeneralName.dnsName("localhost")] + Self.names(of: host)
      + [
        .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
        .ipAddress(ASN1OctetString(contentBytes: ArraySlice(repeatElement(UInt8(0), count: 15) + [1]))),
      ]
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(bytes: [1] + surroundings.randomBytes(15)),
      publicKey: .init(key.publicKey),
      notValidBefore: Date(timeIntervalSince1970: Double(now.seconds - 3_600)),
      notValidAfter: Date(timeIntervalSince1970: Double(now.seconds + life)), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names)
      }, issuerPrivateKey: .init(key))
    return (certificate, key.pemRepresentation + "\n")
  }

  private static func names(of host: String) -> [GeneralName] {
    let isName = !["localhost", "0.0.0.0", "127.0.0.1", "::", "::1"].contains(host)
    return isName && host.utf8.contains { ($0 | 0x20) >= 0x61 } && !host.contains(":") ? [.dnsName(host)] : []
  }

  private static func fingerprint(of certificate: Certificate) -> String {
    var serializer = DER.Serializer()
    try? serializer.serialize(certificate)
    return Hexadecimal.encode(SHA256.hash(data: serializer.serializedBytes))
  }

  private static func write(_ text: String, to path: String, permissions: Int) throws(ConsoleError) {
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: permissions]
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: attributes) else {
      throw .unusableCertificate(path: path, reason: "it cannot be written")
    }
  }
}
