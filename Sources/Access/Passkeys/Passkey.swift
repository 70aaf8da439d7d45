public import Primitives

/// A credential that a member has registered.
public struct Passkey: Sendable {
  /// What is known of its maker.
  public enum Attestation: String, Sendable {
    /// Nothing was demanded, so nothing is believed.
    case none
    /// The key signed for itself.
    case own
    /// A maker that is trusted here vouches for the model.
    case vouched
  }

  /// As the authenticator named it: 1,023 bytes at most.
  public let id: [UInt8]
  public let member: Identifier<Member>
  /// As its member calls it.
  public var label: String
  public let publicKey: COSEKey
  public let signCount: UInt32
  public let aaguid: [UInt8]
  public let transports: [String]
  /// Whether it may be copied to other devices: a synced passkey.
  public let isBackupEligible: Bool
  public let isBackedUp: Bool
  public let attestation: Attestation
  /// When its counter last went back: a sign that it may have been copied.
  public let regressed: Instant?
  public let added: Instant
  public let used: Instant?

  /// How strong a sign-in with it is.
  var factor: Factor { attestation == .vouched && !isBackupEligible ? .hardwarePasskey : .passkey }
}
