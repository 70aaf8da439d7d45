/// Why a passkey ceremony is refused: what was wrong, by the step of WebAuthn Level 3 that found it.
public enum PasskeyError: Error, Hashable, Sendable {
  /// Something cannot be read.
  case malformed(part: String, reason: String)
  /// Section 7.1 step 7, 7.2 step 11: a registration was sent as a sign-in, or the other way round.
  case wrongCeremony(String)
  /// Sections 7.1 step 8, 7.2 step 12: it answers no challenge of this session, or one that was used or is too old.
  case wrongChallenge
  /// Sections 7.1 step 9, 7.2 step 13.
  case wrongOrigin(String)
  /// Sections 7.1 steps 10 and 11, 7.2 steps 14 and 15: the page stands in another site's frame.
  case framed(by: String)
  /// Sections 7.1 step 14, 7.2 step 16.
  case wrongRelyingParty
  /// Sections 7.1 step 15, 7.2 step 17: nobody touched the authenticator.
  case userNotPresent
  /// Sections 7.1 step 16, 7.2 step 18: neither PIN nor biometric was asked for.
  case userNotVerified
  /// Sections 7.1 step 17, 7.2 step 19: a credential that cannot be copied says that it is.
  case contradictoryBackup
  /// Section 7.2 step 20: whether it may be copied never changes.
  case changedBackupEligibility
  /// Section 7.1 step 20.
  case unsupportedAlgorithm(Int64)
  /// Section 7.1 steps 21 to 24.
  case unsupportedAttestation(format: String)
  case invalidAttestation(format: String, reason: String)
  case untrustedAttestation(format: String)
  /// A platform that demands attestation was given none.
  case attestationMissing
  /// Section 7.1 step 26.
  case alreadyRegistered
  /// Section 7.2 steps 5 to 7: no passkey of this member.
  case unknownCredential
  /// Section 7.2 step 23.
  case wrongSignature
}

extension PasskeyError: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .malformed(let part, let reason):
      "The \(part) cannot be read: \(reason). Try again, with another browser if it stays."
    case .wrongCeremony(let type): "This is an answer to '\(type)', which was not asked. Begin again."
    case .wrongChallenge: "This answers another question, or one that is too old. Begin again."
    case .wrongOrigin(let origin): "The passkey was used on \(origin), which is not this console. Check the address."
    case .framed(let site): "The page was shown inside \(site). Open it in a window of its own."
    case .wrongRelyingParty: "The passkey belongs to another site."
    case .userNotPresent: "Nobody confirmed at the authenticator. Touch it when it asks."
    case .userNotVerified: "The authenticator asked for neither PIN nor biometric. Set one up on it, then try again."
    case .contradictoryBackup: "The authenticator says that the passkey is copied and that it cannot be."
    case .changedBackupEligibility: "The passkey says another thing of its copies than when it was registered."
    case .unsupportedAlgorithm(let number):
      "The passkey's algorithm (COSE \(number)) is not taken. Use another authenticator."
    case .unsupportedAttestation(let format): "Attestation of the form '\(format)' is not taken."
    case .invalidAttestation(let format, let reason): "The authenticator's attestation (\(format)) is wrong: \(reason)."
    case .untrustedAttestation(let format):
      "The maker of this authenticator (\(format)) is not among those that are trusted here."
    case .attestationMissing: "Here only authenticators that prove their make are taken, and this one does not."
    case .alreadyRegistered: "This passkey is registered already."
    case .unknownCredential: "This passkey is not known here."
    case .wrongSignature: "The passkey's signature is wrong."
    }
  }
}
