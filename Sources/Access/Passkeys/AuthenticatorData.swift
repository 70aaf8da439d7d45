/// What an authenticator states and signs (WebAuthn Level 3, section 6.1).
public struct AuthenticatorData: Sendable {
  /// What the authenticator says of the ceremony and of the credential.
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Somebody was there.
    public static let userPresent = Flags(rawValue: 1)
    /// It was the owner, by PIN or biometric.
    public static let userVerified = Flags(rawValue: 1 << 2)
    /// The credential may be copied to other devices: a synced passkey.
    public static let backupEligible = Flags(rawValue: 1 << 3)
    /// The credential is copied now.
    public static let backedUp = Flags(rawValue: 1 << 4)
    static let attestedCredential = Flags(rawValue: 1 << 6)
    static let extensions = Flags(rawValue: 1 << 7)
  }

  /// A new credential.
  public struct AttestedCredential: Sendable {
    /// The authenticator's model, 16 bytes; zeros where it does not say.
    public let aaguid: [UInt8]
    public let id: [UInt8]
    public let publicKey: COSEKey
  }

  /// A longer identifier is refused (section 4, "Credential ID").
  static let longestID = 1_023

  let relyingPartyIDHash: [UInt8]
  public let flags: Flags
  public let signCount: UInt32
  public let credential: AttestedCredential?
  /// As it was signed.
  let bytes: [UInt8]

  /// - Throws: ``PasskeyError/malformed(part:reason:)``.
  init(parsing bytes: [UInt8]) throws(PasskeyError) {
    self.bytes = bytes
    guard bytes.count >= 37 else { throw Self.malformed("it has \(bytes.count) bytes of at least 37") }
    relyingPartyIDHash = Array(bytes[..<32])
    flags = Flags(rawValue: bytes[32])
    signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
    var rest = bytes[37...]
    credential = flags.contains(.attestedCredential) ? try Self.credential(&rest) : nil
    if flags.contains(.extensions) {
      guard case .map? = try? CBOR.read(&rest) else { throw Self.malformed("its extensions are no map") }
    }
    guard rest.isEmpty else { throw Self.malformed("\(rest.count) bytes follow it") }
  }

  private static func credential(_ rest: inout ArraySlice<UInt8>) throws(PasskeyError) -> AttestedCredential {
    guard rest.count >= 18 else { throw malformed("the new credential is cut short") }
    let aaguid = Array(rest.prefix(16))
    let length = rest.dropFirst(16).prefix(2).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(18)
    guard (1...longestID).contains(length) else {
      throw malformed("the credential's identifier has \(length) bytes of at most \(longestID)")
    }
    guard rest.count >= length else { throw malformed("the new credential is cut short") }
    let id = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    return AttestedCredential(aaguid: aaguid, id: id, publicKey: try COSEKey(&rest))
  }

  private static func malformed(_ reason: String) -> PasskeyError {
    .malformed(part: "authenticator data", reason: reason)
  }
}
