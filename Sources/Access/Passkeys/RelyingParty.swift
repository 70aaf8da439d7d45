import Crypto

/// For whom passkeys are: this installation, by its domain and the addresses that it is reached at (WebAuthn Level 3,
/// section 5.4.2).
public struct RelyingParty: Hashable, Sendable {
  /// A domain without scheme and port; passkeys are bound to it.
  public let id: String
  /// What the authenticator shows.
  public let name: String
  /// The origins whose pages may use them, such as `https://surety.shop.example:8443`.
  public let origins: Set<String>

  public init(id: String, name: String, origins: Set<String>) {
    self.id = id
    self.name = name
    self.origins = origins
  }

  var idHash: [UInt8] { Array(SHA256.hash(data: Array(id.utf8))) }

  /// The checks that both ceremonies share: sections 7.1 steps 7 to 17 and 7.2 steps 11 to 19.
  func check(
    _ client: CollectedClientData, _ data: AuthenticatorData, for ceremony: CollectedClientData.Ceremony,
    challenge: [UInt8], demandingVerification: Bool
  ) throws(PasskeyError) {
    guard client.ceremony == ceremony else { throw .wrongCeremony(client.ceremony.rawValue) }
    guard client.challenge == challenge else { throw .wrongChallenge }
    guard accepts(client.origin) else { throw .wrongOrigin(client.origin) }
    // The console forbids frames, so no page of it is ever inside another's.
    if client.isCrossOrigin { throw .framed(by: client.topOrigin ?? "another site") }
    if let topOrigin = client.topOrigin, !origins.contains(topOrigin) { throw .framed(by: topOrigin) }
    guard data.relyingPartyIDHash == idHash else { throw .wrongRelyingParty }
    guard data.flags.contains(.userPresent) else { throw .userNotPresent }
    guard !demandingVerification || data.flags.contains(.userVerified) else { throw .userNotVerified }
    guard data.flags.contains(.backupEligible) || !data.flags.contains(.backedUp) else { throw .contradictoryBackup }
  }

  /// Whether the ceremony's page is one of ours. Which port a console on this machine has is not known beforehand.
  private func accepts(_ origin: String) -> Bool {
    if origins.contains(origin) { return true }
    let local = "https://localhost:"
    return id == "localhost" && origin.hasPrefix(local) && UInt16(origin.dropFirst(local.count)) != nil
  }
}
