import Crypto
public import Primitives

/// What a browser answers to `navigator.credentials.create()`.
public struct PasskeyRegistration: Sendable {
  public var clientData: [UInt8]
  public var attestationObject: [UInt8]
  /// Such as `usb`, `internal`, `hybrid`: hints for the browser, never believed.
  public var transports: [String]

  /// An attestation object has at most so many bytes.
  public static let longest = 65_536

  public init(clientData: [UInt8], attestationObject: [UInt8], transports: [String] = []) {
    self.clientData = clientData
    self.attestationObject = attestationObject
    self.transports = transports
  }

  /// A registered credential, as it is kept (section 4, "credential record").
  public struct Credential: Sendable {
    public let id: [UInt8]
    public let publicKey: COSEKey
    public let signCount: UInt32
    public let aaguid: [UInt8]
    public let transports: [String]
    public let isUserVerified: Bool
    /// Whether it may be copied to other devices.
    public let isBackupEligible: Bool
    public let isBackedUp: Bool
    public let attestation: AttestationObject.Outcome
  }

  /// What a new passkey must be.
  public struct Demand: Sendable {
    public var verification: Bool
    /// Nil where no attestation is demanded: what is sent is then recorded and not believed.
    public var attestation: AttestationTrust?
    public var algorithms: Set<COSEKey.Algorithm>

    public init(
      verification: Bool = true, attestation: AttestationTrust? = nil,
      algorithms: Set<COSEKey.Algorithm> = Set(COSEKey.Algorithm.allCases)
    ) {
      self.verification = verification
      self.attestation = attestation
      self.algorithms = algorithms
    }
  }

  /// Section 7.1 of WebAuthn Level 3, steps 5 to 25. That the credential is not registered already (step 26) is for
  /// whoever keeps them.
  /// - Parameter challenge: the one that was sent for this ceremony; it is good once.
  public func verified(
    for party: RelyingParty, challenge: [UInt8], demanding demand: Demand = Demand(), at now: Instant
  ) async throws -> Credential {
    let client = try CollectedClientData(parsing: clientData)
    guard attestationObject.count <= Self.longest else {
      throw PasskeyError.malformed(part: "attestation object", reason: "it has more than \(Self.longest) bytes")
    }
    let attestation = try AttestationObject(parsing: attestationObject)
    let data = attestation.data
    try party.check(
      client, data, for: .create, challenge: challenge, demandingVerification: demand.verification)
    guard let credential = data.credential else {
      throw PasskeyError.malformed(part: "authenticator data", reason: "it holds no credential")
    }
    guard demand.algorithms.contains(credential.publicKey.algorithm) else {
      throw PasskeyError.unsupportedAlgorithm(credential.publicKey.algorithm.rawValue)
    }
    let outcome = try await attestation.outcome(
      clientDataHash: Array(SHA256.hash(data: clientData)), trust: demand.attestation, at: now)
    return Credential(
      id: credential.id, publicKey: credential.publicKey, signCount: data.signCount, aaguid: credential.aaguid,
      transports: Self.known(transports), isUserVerified: data.flags.contains(.userVerified),
      isBackupEligible: data.flags.contains(.backupEligible), isBackedUp: data.flags.contains(.backedUp),
      attestation: outcome)
  }

  private static func known(_ transports: [String]) -> [String] {
    let known: Set = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"]
    return Set(transports).intersection(known).sorted()
  }
}
