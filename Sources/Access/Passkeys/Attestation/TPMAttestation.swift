import Crypto
import SwiftASN1
import X509

/// Attestation by a Trusted Platform Module, as Windows makes it (WebAuthn Level 3, section 8.3).
struct TPMAttestation {
  let statement: AttestationStatement

  init(_ statement: AttestationStatement) { self.statement = statement }

  func chain() throws(PasskeyError) -> [Certificate] {
    guard statement.members["ver"]?.text == "2.0" else { throw statement.invalid("it is not of TPM 2.0") }
    let (leaf, chain) = try statement.demandedCertificates()
    let area = try TPMPublicArea(statement)
    guard area.isKey(of: statement.credential.publicKey) else {
      throw statement.invalid("the key that the module describes is another")
    }
    try TPMCertification(statement).expect(area, for: statement)
    try statement.expectSignature(over: try statement.bytes("certInfo"), by: leaf)
    try expectRequirements(of: leaf)
    try statement.expectModel(of: leaf)
    return chain
  }

  /// Section 8.3.1. The maker's name in it is not judged: the roots that are trusted here say whose modules count.
  private func expectRequirements(of leaf: Certificate) throws(PasskeyError) {
    guard leaf.version == .v3, leaf.subject.isEmpty else {
      throw statement.invalid("its certificate is not of version 3 with an empty subject")
    }
    guard let usage = try? leaf.extensions.extendedKeyUsage,
      usage.contains(ExtendedKeyUsage.Usage(oid: [2, 23, 133, 8, 3]))
    else { throw statement.invalid("its certificate is not for attestation") }
    guard let names = try? leaf.extensions.subjectAlternativeNames, names.contains(where: Self.namesModule) else {
      throw statement.invalid("its certificate does not name maker, model and version of the module")
    }
    try statement.expectNoAuthority(leaf)
  }

  /// Whether a name has maker, model and version (TCG EK Credential Profile, section 3.2.9).
  private static func namesModule(_ name: GeneralName) -> Bool {
    guard case .directoryName(let directory) = name else { return false }
    let types = Set(directory.flatMap { $0 }.map(\.type))
    return types.isSuperset(of: [[2, 23, 133, 2, 1], [2, 23, 133, 2, 2], [2, 23, 133, 2, 3]])
  }
}
