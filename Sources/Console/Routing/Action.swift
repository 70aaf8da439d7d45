/// What a member may do. Every route and every operation names one, so that nothing can be reached by oversight.
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
}
