import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate before it is signed.
struct CertificateRequest {
  enum Role {
    /// Signs others, and so many authorities below it may do so too.
    case authority(intermediates: Int)
    case server(names: [String], responder: String?)
  }

  /// Its common name.
  var subject: String
  var key: Certificate.PublicKey
  var role = Role.authority(intermediates: 0)
  /// In seconds since the beginning of 1970.
  var validFrom: Int64 = 0
  /// In seconds since the beginning of 1970.
  var validUntil: Int64 = 0

  init(subject: String, key: Certificate.PublicKey) {
    self.subject = subject
    self.key = key
  }

  /// - Throws: ``ShopError/noCertificate(reason:)``.
  func signedByItself(
    _ own: Certificate.PrivateKey, _ algorithm: Certificate.SignatureAlgorithm
  ) throws(ShopError) -> Certificate {
    try signed(with: own, algorithm, issuer: name(), key)
  }

  /// - Throws: ``ShopError/noCertificate(reason:)``.
  func signed(
    by issuer: Certificate, with signer: Certificate.PrivateKey, _ algorithm: Certificate.SignatureAlgorithm
  ) throws(ShopError) -> Certificate {
    try signed(with: signer, algorithm, issuer: issuer.subject, issuer.publicKey)
  }

  private func signed(
    with signer: Certificate.PrivateKey, _ algorithm: Certificate.SignatureAlgorithm, issuer: DistinguishedName,
    _ issuerKey: Certificate.PublicKey
  ) throws(ShopError) -> Certificate {
    do {
      return try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
        notValidBefore: Date(timeIntervalSince1970: Double(validFrom)),
        notValidAfter: Date(timeIntervalSince1970: Double(validUntil)), issuer: issuer, subject: name(),
        signatureAlgorithm: algorithm, extensions: extensions(issuerKey), issuerPrivateKey: signer)
    } catch let error as ShopError {
      throw error
    } catch {
      throw .noCertificate(reason: "\(subject) cannot be signed")
    }
  }

  private func name() throws(ShopError) -> DistinguishedName {
    do {
      return try DistinguishedName {
        OrganizationName("Teapot & Leaf")
        CommonName(subject)
      }
    } catch {
      throw .noCertificate(reason: "\(subject) is no name")
    }
  }

  private func extensions(_ issuerKey: Certificate.PublicKey) throws -> Certificate.Extensions {
    let own = SubjectKeyIdentifier(hash: key)
    let issuer = AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: issuerKey).keyIdentifier)
    switch role {
    case .authority(let intermediates):
      return try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: intermediates))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        own
        issuer
      }
    case .server(let names, let responder):
      return try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        // The latter for suites in which a key is sent under RSA.
        Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names.map(Self.generalName))
        if let responder {
          AuthorityInformationAccess([.init(method: .ocspServer, location: .uniformResourceIdentifier(responder))])
        }
        own
        issuer
      }
    }
  }

  /// A host's name, or its number.
  private static func generalName(_ host: String) -> GeneralName {
    let numbers = host.split(separator: ".").compactMap { UInt8($0) }
    return numbers.count == 4
      ? .ipAddress(ASN1OctetString(contentBytes: numbers[...])) : .dnsName(host)
  }
}
