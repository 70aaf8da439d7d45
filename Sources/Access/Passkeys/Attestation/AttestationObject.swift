import Primitives
import X509

/// What an authenticator says of its own make when it makes a credential (WebAuthn Level 3, section 6.5).
public struct AttestationObject: Sendable {
  /// What became of it.
  public enum Outcome: Hashable, Sendable {
    /// Nothing was stated, or what was stated was not asked for and is not believed.
    case unattested(format: String)
    /// The credential's own key signed: it shows only that the authenticator has the key.
    case selfAttested
    /// A maker that is trusted here vouches for the model.
    case attested(format: String)
  }

  let format: String
  let statement: CBOR
  let data: AuthenticatorData

  /// Reads an attestation object (section 6.5.4).
  init(parsing bytes: [UInt8]) throws(PasskeyError) {
    let value: CBOR
    do {
      value = try CBOR(parsing: bytes)
    } catch {
      throw .malformed(part: "attestation object", reason: "\(error)")
    }
    guard case .map(let members) = value, members.count == 3, let format = value["fmt"]?.text,
      let statement = value["attStmt"], case .map = statement, let data = value["authData"]?.bytes
    else { throw .malformed(part: "attestation object", reason: "it needs fmt, attStmt and authData") }
    self.format = format
    self.statement = statement
    self.data = try AuthenticatorData(parsing: data)
  }

  /// Section 7.1, steps 21 to 25.
  /// - Parameter trust: nil where no attestation is demanded.
  func outcome(clientDataHash: [UInt8], trust: AttestationTrust?, at now: Instant) async throws -> Outcome {
    guard let trust else { return .unattested(format: format) }
    let statement = try AttestationStatement(of: self, clientDataHash: clientDataHash)
    let chain: [Certificate]
    switch format {
    case "none":
      guard case .map(let members) = self.statement, members.isEmpty else {
        throw statement.invalid("'none' carries something")
      }
      throw PasskeyError.attestationMissing
    case "packed":
      guard let found = try PackedAttestation(statement).chain() else {
        guard trust.takesSelfAttestation else { throw PasskeyError.attestationMissing }
        return .selfAttested
      }
      chain = found
    case "fido-u2f": chain = try FIDOU2FAttestation(statement).chain()
    case "apple": chain = try AppleAttestation(statement).chain()
    case "android-key": chain = try AndroidKeyAttestation(statement).chain()
    case "tpm": chain = try TPMAttestation(statement).chain()
    default: throw PasskeyError.unsupportedAttestation(format: format)
    }
    guard await trust.trusts(chain, at: now) else { throw PasskeyError.untrustedAttestation(format: format) }
    return .attested(format: format)
  }
}
