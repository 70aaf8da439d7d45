import Obligations

/// What the page of an attestation shows.
struct AttestationModel: Sendable {
  let title: String
  let attestation: AttestationText
  /// Nil while it is not published.
  let entry: EntryText?
  let withdraw: ConfirmText?
  let renew: LinkText?

  /// - Parameter asked: what `?confirm=` is.
  init(
    _ attestation: Attestation, as text: AttestationText, entry: EntryText?, asked: String?,
    isRenewable: Bool
  ) {
    title = "Attestation: \(text.title)"
    self.attestation = text
    self.entry = entry
    let confirm = ConfirmText(on: text.href, step: "withdraw", deed: "withdrawal", asked: asked)
    withdraw = attestation.withdrawn == nil ? confirm : nil
    renew =
      isRenewable && withdraw?.isConfirming != true
      ? LinkText(words: "Attest anew", href: AttestationText.newHref(for: attestation.control)) : nil
  }
}
