import Crypto
import SwiftASN1
import X509

/// Apple's anonymous attestation (WebAuthn Level 3, section 8.8).
struct AppleAttestation {
  let statement: AttestationStatement

  init(_ statement: AttestationStatement) { self.statement = statement }

  func chain() throws(PasskeyError) -> [Certificate] {
    let (leaf, chain) = try statement.demandedCertificates()
    let nonce = Array(SHA256.hash(data: statement.signedBytes))
    // The extension is SEQUENCE { [1] { OCTET STRING nonce } }, whose encoding has one form.
    guard let found = leaf.extensions[oid: Self.nonceOID],
      Array(found.value) == [0x30, 0x24, 0xa1, 0x22, 0x04, 0x20] + nonce
    else { throw statement.invalid("its certificate was made for another registration") }
    guard statement.isForCredential(leaf) else { throw statement.invalid("its certificate is for another key") }
    return chain
  }

  private static let nonceOID: ASN1ObjectIdentifier = [1, 2, 840, 113635, 100, 8, 2]
}
