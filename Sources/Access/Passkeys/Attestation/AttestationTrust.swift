import Foundation
import Primitives
import SwiftASN1
@_spi(FixedExpiryValidationTime) public import X509

/// Whose word about an authenticator's make counts here.
public struct AttestationTrust: Sendable {
  let roots: [Certificate]
  /// Whether a passkey that signs for itself is enough.
  let takesSelfAttestation: Bool

  public init(roots: [Certificate], takesSelfAttestation: Bool = false) {
    self.roots = roots
    self.takesSelfAttestation = takesSelfAttestation
  }

  /// Reads the root certificates of authenticators' makers, in PEM.
  /// - Parameter file: by which an error names them.
  /// - Throws: ``AccessError/unusableAttestationRoots(file:reason:)``.
  public init(pem: [UInt8], file: String) throws(AccessError) {
    let documents: [PEMDocument]
    do {
      documents = try PEMDocument.parseMultiple(pemString: String(decoding: pem, as: UTF8.self))
    } catch {
      throw .unusableAttestationRoots(file: file, reason: "it is no PEM")
    }
    guard !documents.isEmpty else {
      throw .unusableAttestationRoots(file: file, reason: "it holds no certificate in PEM")
    }
    var roots: [Certificate] = []
    for (number, document) in documents.enumerated() {
      guard let root = try? Certificate(pemDocument: document) else {
        throw .unusableAttestationRoots(file: file, reason: "its part \(number + 1) is no certificate")
      }
      roots.append(root)
    }
    self.init(roots: roots)
  }

  /// Whose word counts, as the certificates name them.
  public var makers: [String] { roots.map { "\($0.subject)" } }

  /// Whether a chain, the authenticator's certificate first, leads to one of the roots at a moment (section 7.1,
  /// step 24).
  func trusts(_ chain: [Certificate], at now: Instant) async -> Bool {
    guard let leaf = chain.first else { return false }
    // Some makers' own certificate is the trust anchor itself.
    if roots.contains(leaf) { return true }
    var verifier = Verifier(rootCertificates: CertificateStore(roots)) {
      RFC5280Policy(fixedExpiryValidationTime: Date(timeIntervalSince1970: Double(now.seconds)))
    }
    let result = await verifier.validate(
      leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
    if case .validCertificate = result { return true } else { return false }
  }
}
