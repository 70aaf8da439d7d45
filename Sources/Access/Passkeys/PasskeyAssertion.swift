import Crypto

/// What a browser answers to `navigator.credentials.get()`.
public struct PasskeyAssertion: Sendable {
  public var credentialID: [UInt8]
  public var clientData: [UInt8]
  public var authenticatorData: [UInt8]
  public var signature: [UInt8]
  /// Whose passkey it is, as a discoverable credential says.
  public var userHandle: [UInt8]?

  public init(
    credentialID: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8],
    userHandle: [UInt8]? = nil
  ) {
    self.credentialID = credentialID
    self.clientData = clientData
    self.authenticatorData = authenticatorData
    self.signature = signature
    self.userHandle = userHandle
  }

  /// What is known of the passkey.
  public struct Stored: Sendable {
    public var id: [UInt8]
    public var publicKey: COSEKey
    public var signCount: UInt32
    public var isBackupEligible: Bool
    /// The handle of the member that it belongs to.
    public var userHandle: [UInt8]

    public init(
      id: [UInt8], publicKey: COSEKey, signCount: UInt32, isBackupEligible: Bool, userHandle: [UInt8]
    ) {
      self.id = id
      self.publicKey = publicKey
      self.signCount = signCount
      self.isBackupEligible = isBackupEligible
      self.userHandle = userHandle
    }
  }

  /// What a sign-in with a passkey showed.
  public struct Outcome: Hashable, Sendable {
    public let signCount: UInt32
    public let isUserVerified: Bool
    public let isBackedUp: Bool
    /// The counter went back or stood still: the authenticator may have been copied (section 6.1.1). A signal, not a
    /// refusal, because some authenticators count badly.
    public let isCountRegressed: Bool
  }

  /// Section 7.2 of WebAuthn Level 3, steps 5 to 25.
  /// - Parameter challenge: the one that was sent for this ceremony; it is good once.
  public func verified(
    for party: RelyingParty, challenge: [UInt8], against stored: Stored, demandingVerification: Bool
  ) throws(PasskeyError) -> Outcome {
    guard stored.id == credentialID, userHandle.map({ $0 == stored.userHandle }) ?? true else {
      throw .unknownCredential
    }
    let client = try CollectedClientData(parsing: clientData)
    let data = try AuthenticatorData(parsing: authenticatorData)
    try party.check(
      client, data, for: .get, challenge: challenge, demandingVerification: demandingVerification)
    guard data.flags.contains(.backupEligible) == stored.isBackupEligible else { throw .changedBackupEligibility }
    let signed = authenticatorData + Array(SHA256.hash(data: clientData))
    guard stored.publicKey.verifies(signature, of: signed) else { throw .wrongSignature }
    let counts = data.signCount != 0 || stored.signCount != 0
    return Outcome(
      signCount: data.signCount, isUserVerified: data.flags.contains(.userVerified),
      isBackedUp: data.flags.contains(.backedUp), isCountRegressed: counts && data.signCount <= stored.signCount)
  }
}
