import SwiftASN1
import X509

/// The format of most security keys (WebAuthn Level 3, section 8.2).
struct PackedAttestation {
  let statement: AttestationStatement

  init(_ statement: AttestationStatement) { self.statement = statement }

  /// - Returns: the certificates; nil when the credential's own key signed.
  func chain() throws(PasskeyError) -> [Certificate]? {
    guard let chain = try statement.certificates(), let leaf = chain.first else {
      try expectOwnSignature()
      return nil
    }
    try statement.expectSignature(over: statement.signedBytes, by: leaf)
    try expectRequirements(of: leaf)
    try statement.expectModel(of: leaf)
    return chain
  }

  private func expectOwnSignature() throws(PasskeyError) {
    let key = statement.credential.publicKey
    guard statement.members["alg"]?.integer == key.algorithm.rawValue else {
      throw statement.invalid("alg is not the credential's")
    }
    guard key.verifies(try statement.bytes("sig"), of: statement.signedBytes) else {
      throw statement.invalid("its signature is wrong")
    }
  }

  /// Section 8.2.1.
  private func expectRequirements(of leaf: Certificate) throws(PasskeyError) {
    guard leaf.version == .v3 else { throw statement.invalid("its certificate is not of version 3") }
    var subject: [ASN1ObjectIdentifier: String] = [:]
    for attribute in leaf.subject.flatMap({ $0 }) { subject[attribute.type] = attribute.description }
    let country = leaf.subject.flatMap { $0 }.first { $0.type == .RDNAttributeType.countryName }
    guard country != nil, subject[.RDNAttributeType.organizationName] != nil,
      subject[.RDNAttributeType.commonName] != nil
    else { throw statement.invalid("its certificate's subject names no country, maker and name") }
    let unit = leaf.subject.flatMap { $0 }.first { $0.type == .RDNAttributeType.organizationalUnitName }
    guard unit.flatMap({ String($0.value) }) == "Authenticator Attestation" else {
      throw statement.invalid("its certificate is not for attestation")
    }
    try statement.expectNoAuthority(leaf)
  }
}
