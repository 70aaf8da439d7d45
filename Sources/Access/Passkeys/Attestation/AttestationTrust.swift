import Foundation
import Primitives
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
