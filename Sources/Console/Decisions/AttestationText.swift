import Obligations
import Primitives

/// An attestation, as a row and as a page show it.
struct AttestationText: Sendable {
  let id: String
  let href: String
  let control: String
  let title: String
  let dutyCode: String
  let dutyTitle: String
  let dutyHref: String
  let author: String
  let signed: TimeText
  let expires: TimeText
  let state: MarkText
  let statement: String
  let withdrawn: TimeText?
  let document: String
  let documentHref: String
  let digest: String
  let size: String

  static func href(_ id: Identifier<Attestation>) -> String { "/attestations/\(id)" }

  static func newHref(for control: Code<Control>) -> String {
    "/attestations/new?control=\(Routes.encoded(control.text))"
  }

  init(_ attestation: Attestation, in catalogue: Catalogue, owner: Duty?, at now: Instant) {
    id = "\(attestation.id)"
    href = Self.href(attestation.id)
    control = attestation.control.text
    title = catalogue.control(attestation.control)?.title ?? "A control that the catalogue has no more"
    dutyCode = owner?.code.text ?? "former"
    dutyTitle = owner?.title ?? "duty"
    dutyHref = owner?.href(of: attestation.control) ?? "/obligations"
    author = AuthorText.name(attestation.author)
    signed = TimeText(attestation.signed, asOf: now)
    expires = TimeText(attestation.expires, asOf: now)
    state =
      attestation.withdrawn != nil
      ? MarkText(token: "withdrawn", words: "withdrawn")
      : attestation.isFresh(at: now)
        ? MarkText(token: "fresh", words: "fresh") : MarkText(token: "stale", words: "stale")
    statement = attestation.statement
    withdrawn = attestation.withdrawn.map { TimeText($0, asOf: now) }
    document = attestation.document.name
    documentHref = "\(Self.href(attestation.id))/document"
    digest = attestation.document.digest
    size = CountText.size(attestation.document.size)
  }
}
