import Crypto
import Foundation
import SwiftASN1
import X509

/// The shop's own certificate authority. It is made when the shop first opens and stays the same, so whoever trusts it
/// once need not do so again.
struct Authority: Sendable {
  let certificate: Certificate
  let key: Certificate.PrivateKey

  private static let certificateName = "authority.pem"
  private static let keyName = "authority-key.pem"

  /// - Throws: ``ShopError``.
  init(in files: ShopFiles, now: Int64) throws(ShopError) {
    if let certificate = try files.text(Self.certificateName), let key = try files.text(Self.keyName) {
      guard let key = try? P256.Signing.PrivateKey(pemRepresentation: key),
        let certificate = try? Certificate(pemEncoded: certificate),
        certificate.publicKey == Certificate.PublicKey(key.publicKey)
      else { throw .damagedFile(files.path(Self.certificateName)) }
      (self.certificate, self.key) = (certificate, Certificate.PrivateKey(key))
    } else {
      let key = P256.Signing.PrivateKey()
      (certificate, self.key) = (try Self.make(key, now: now), Certificate.PrivateKey(key))
      do {
        // The certificate last: where it is, its key is too.
        try files.write(key.pemRepresentation + "\n", to: Self.keyName, mode: 0o600)
        try files.write(try certificate.serializeAsPEM().pemString + "\n", to: Self.certificateName, mode: 0o644)
      } catch let error as ShopError {
        throw error
      } catch {
        throw .noCertificate(reason: "the authority's cannot be written down")
      }
    }
  }

  private static func make(_ key: P256.Signing.PrivateKey, now: Int64) throws(ShopError) -> Certificate {
    let year: Int64 = 366 * CertificatePlan.day
    var request = CertificateRequest(
      subject: "Teapot & Leaf Demonstration Authority", key: Certificate.PublicKey(key.publicKey))
    request.role = .authority(intermediates: 1)
    // It has to be older than the certificates it is tried with, also those that have run out.
    (request.validFrom, request.validUntil) = (now - year, now + 10 * year)
    return try request.signedByItself(Certificate.PrivateKey(key), .ecdsaWithSHA256)
  }
}
