/// What somebody may be allowed to do. Every route, operation and command names one, so that nothing can be reached by
/// oversight.
public enum Action: String, CaseIterable, Sendable {
  /// See the register, the evidence and the ledger's pages.
  case read = "register.read"
  /// Have a check look now.
  case check = "checks.run"
  /// Sign or withdraw an attestation.
  case attest = "attestations.sign"
  /// Grant or end an exception.
  case except = "exceptions.grant"
  /// Change the profile and the settings.
  case configure = "settings.change"
  /// See who may do what.
  case readMembers = "members.read"
  /// Invite, deactivate and give roles.
  case manageMembers = "members.manage"
  /// Make, rotate and revoke the keys of programs.
  case manageKeys = "keys.manage"
  /// Change one's own factors and end one's own sessions.
  case manageOwn = "account.manage"
  /// Open emergency access, which adds to the role for a short while.
  case openEmergency = "emergency.open"
  /// Make, run and look after the installation, its ledger and the keys that sign it.
  case operate = "installation.operate"
  /// Write an entry into the ledger by hand.
  case record = "ledger.append"
  /// See what is personal, kept apart from the ledger's entries.
  case disclose = "ledger.disclose"
  /// Use the shop's admin panel through the gateway.
  case useShop = "shop.use"
  /// Read a customer's data for a purpose.
  case readSubject = "vault.read"
  /// Find customers by what is held about them.
  case findSubject = "vault.find"
  /// Store and change customers' data.
  case writeSubject = "vault.write"
  /// See whole what is shown in part to others, such as a card number.
  case reveal = "vault.reveal"
  /// Forget a customer, and set and end legal holds.
  case forgetSubject = "vault.forget"
  /// Read many customers' data at once, under leave that somebody else gave.
  case readBulk = "vault.bulk"
  /// Give somebody else leave to read in bulk.
  case approveBulk = "vault.approve"
  /// Change the data map, rotate keys, carry out retention.
  case keepVault = "vault.keep"

  /// Whether it touches customers' data.
  public var isOfVault: Bool { rawValue.hasPrefix("vault.") }
}
