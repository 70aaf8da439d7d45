import Crypto
import CryptoExtras
import SwiftASN1
import X509

/// What the statements of all formats have in common.
struct AttestationStatement {
  let format: String
  let members: CBOR
  let data: AuthenticatorData
  let credential: AuthenticatorData.AttestedCredential
  let clientDataHash: [UInt8]

  init(of attestation: AttestationObject, clientDataHash: [UInt8]) throws(PasskeyError) {
    guard let credential = attestation.data.credential else {
      throw .malformed(part: "authenticator data", reason: "it holds no credential")
    }
    (format, members, data) = (attestation.format, attestation.statement, attestation.data)
    self.credential = credential
    self.clientDataHash = clientDataHash
  }

  /// What most formats sign.
  var signedBytes: [UInt8] { data.bytes + clientDataHash }

  func invalid(_ reason: String) -> PasskeyError { .invalidAttestation(format: format, reason: reason) }

  func bytes(_ name: String) throws(PasskeyError) -> [UInt8] {
    guard let bytes = members[name]?.bytes else { throw invalid("it has no \(name)") }
    return bytes
  }

  /// The certificates, the authenticator's first; nil where there are none.
  func certificates() throws(PasskeyError) -> [Certificate]? {
    guard let value = members["x5c"] else { return nil }
    guard let encoded = value.array, (1...8).contains(encoded.count) else { throw invalid("x5c is no chain") }
    do {
      return try encoded.map { try Certificate(derEncoded: $0.bytes ?? []) }
    } catch {
      throw invalid("a certificate in x5c cannot be read")
    }
  }

  /// The certificates, in a format that must have them.
  func demandedCertificates() throws(PasskeyError) -> (leaf: Certificate, chain: [Certificate]) {
    guard let chain = try certificates(), let leaf = chain.first else { throw invalid("it has no x5c") }
    return (leaf, chain)
  }

  /// Checks `sig` over `bytes` with the key of a certificate and the algorithm that `alg` names.
  func expectSignature(over bytes: [UInt8], by certificate: Certificate) throws(PasskeyError) {
    guard let number = members["alg"]?.integer else { throw invalid("it has no alg") }
    guard let algorithm = Self.signatureAlgorithm(number) else { throw .unsupportedAlgorithm(number) }
    let signature = try self.bytes("sig")
    guard certificate.publicKey.isValidSignature(signature, for: bytes, signatureAlgorithm: algorithm) else {
      throw invalid("its signature is wrong")
    }
  }

  private static func signatureAlgorithm(_ number: Int64) -> Certificate.SignatureAlgorithm? {
    switch number {
    case -7: .ecdsaWithSHA256
    case -35: .ecdsaWithSHA384
    case -36: .ecdsaWithSHA512
    case -257: .sha256WithRSAEncryption
    case -258: .sha384WithRSAEncryption
    case -259: .sha512WithRSAEncryption
    case -8: .ed25519
    // TPMs of Windows machines sign their statements so; the credential itself never uses SHA-1.
    case -65_535: .sha1WithRSAEncryption
    default: nil
    }
  }

  /// Whether a certificate is for the key of the new credential.
  func isForCredential(_ certificate: Certificate) -> Bool {
    switch credential.publicKey.key {
    case .p256(let key): certificate.publicKey == Certificate.PublicKey(key)
    case .p384(let key): certificate.publicKey == Certificate.PublicKey(key)
    case .p521(let key): certificate.publicKey == Certificate.PublicKey(key)
    case .ed25519(let key): certificate.publicKey == Certificate.PublicKey(key)
    case .rsa(let key): certificate.publicKey == Certificate.PublicKey(key)
    }
  }

  /// Section 8.2.1 and others: if a certificate names a model, it is the one in the authenticator's data.
  func expectModel(of certificate: Certificate) throws(PasskeyError) {
    guard let named = certificate.extensions[oid: Self.modelOID] else { return }
    guard !named.critical, Array(named.value) == [0x04, 0x10] + credential.aaguid else {
      throw invalid("its certificate is for another model of authenticator")
    }
  }

  private static let modelOID: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4]

  /// A certificate of an authority cannot be an authenticator's.
  func expectNoAuthority(_ certificate: Certificate) throws(PasskeyError) {
    guard case .notCertificateAuthority? = try? certificate.extensions.basicConstraints else {
      throw invalid("its certificate does not say that it is no authority's")
    }
  }
}
