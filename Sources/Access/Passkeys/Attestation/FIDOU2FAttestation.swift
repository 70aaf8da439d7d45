import Crypto
import X509

/// The format of older security keys (WebAuthn Level 3, section 8.6).
struct FIDOU2FAttestation {
  let statement: AttestationStatement

  init(_ statement: AttestationStatement) { self.statement = statement }

  func chain() throws(PasskeyError) -> [Certificate] {
    let (leaf, chain) = try statement.demandedCertificates()
    guard chain.count == 1 else { throw statement.invalid("x5c has more than one certificate") }
    guard let attesting = P256.Signing.PublicKey(leaf.publicKey) else {
      throw statement.invalid("its certificate's key is not on the curve P-256")
    }
    guard case .p256(let key) = statement.credential.publicKey.key else {
      throw statement.invalid("the credential's key is not on the curve P-256")
    }
    guard statement.credential.aaguid.allSatisfy({ $0 == 0 }) else {
      throw statement.invalid("keys of this kind name no model")
    }
    let signed =
      [0] + statement.data.relyingPartyIDHash + statement.clientDataHash + statement.credential.id
      + Array(key.x963Representation)
    guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: try statement.bytes("sig")),
      attesting.isValidSignature(signature, for: SHA256.hash(data: signed))
    else { throw statement.invalid("its signature is wrong") }
    return chain
  }
}
