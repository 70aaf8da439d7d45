import Crypto
import NIOSSL
import SwiftASN1
import X509
import _CryptoExtras

/// The certificates that the server shows, its own first, and the key to the first of them.
struct ServerIdentity: Sendable {
  let chain: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey

  /// - Throws: ``ShopError/noCertificate(reason:)``.
  init(_ plan: CertificatePlan, authority: Authority, now: Int64) throws(ShopError) {
    do {
      let keys = try KeyPair(plan.key)
      var request = CertificateRequest(subject: plan.names.first ?? "", key: keys.own.publicKey)
      request.role = .server(names: plan.names, responder: plan.responder)
      (request.validFrom, request.validUntil) = (now + plan.validFrom, now + plan.validUntil)
      chain = try Self.chain(request, plan, keys, authority).map { certificate in
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)
      }
      key = keys.server
    } catch let error as ShopError {
      throw error
    } catch {
      throw .noCertificate(reason: "the TLS library refuses it")
    }
  }

  private static func chain(
    _ request: CertificateRequest, _ plan: CertificatePlan, _ keys: KeyPair, _ authority: Authority
  ) throws -> [Certificate] {
    switch plan.issuer {
    case .authority: return [try request.signed(by: authority.certificate, with: authority.key, .ecdsaWithSHA256)]
    case .itself: return [try request.signedByItself(keys.own, keys.algorithm)]
    case .intermediate(let isSent, let signsWithSHA1):
      // Of the keys that certificates may have here, only RSA's sign with SHA-1.
      let second = try KeyPair(.rsa(bits: 2_048))
      var intermediate = CertificateRequest(subject: "Teapot & Leaf Second Authority", key: second.own.publicKey)
      (intermediate.validFrom, intermediate.validUntil) = (request.validFrom, request.validUntil)
      let issuer = try intermediate.signed(by: authority.certificate, with: authority.key, .ecdsaWithSHA256)
      let leaf = try request.signed(
        by: issuer, with: second.own, signsWithSHA1 ? .sha1WithRSAEncryption : second.algorithm)
      return isSent ? [leaf, issuer] : [leaf]
    }
  }

  /// One key as the two libraries want it.
  private struct KeyPair {
    let own: Certificate.PrivateKey
    let server: NIOSSLPrivateKey
    /// What it signs with.
    let algorithm: Certificate.SignatureAlgorithm

    init(_ kind: CertificatePlan.Key) throws {
      switch kind {
      case .p256:
        let key = P256.Signing.PrivateKey()
        (own, algorithm) = (Certificate.PrivateKey(key), .ecdsaWithSHA256)
        server = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
      case .rsa(let bits):
        let key = try _RSA.Signing.PrivateKey(unsafeKeySize: _RSA.Signing.KeySize(bitCount: bits))
        (own, algorithm) = (Certificate.PrivateKey(key), .sha256WithRSAEncryption)
        server = try NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der)
      }
    }
  }
}
