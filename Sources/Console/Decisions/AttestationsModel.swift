import Obligations
import Primitives

/// What the list of attestations shows: those that were signed, and the controls that lack one.
struct AttestationsModel: Sendable {
  struct Lacking: Sendable {
    let control: String
    let title: String
    let dutyCode: String
    let dutyHref: String
    let longest: String
    let status: StatusText
    let newHref: String
  }

  let summary: String
  let attestations: [AttestationText]
  let lacking: [Lacking]
  let empty: EmptyText?

  init(_ book: EvidenceBook) {
    let owners = book.catalogue.owners
    let all = book.attestations.values.joined().sorted { ($1.signed, $1.id) < ($0.signed, $0.id) }
    attestations = all.map { AttestationText($0, in: book.catalogue, owner: owners[$0.control], at: book.now) }
    lacking = book.catalogue.duties.flatMap { duty in
      duty.controls.compactMap { control in Self.lacking(control, of: duty, in: book) }
    }
    let fresh = all.count { $0.isFresh(at: book.now) }
    let counted = fresh > 0 ? "\(CountText.grouped(fresh)) in force" : all.isEmpty ? "None yet" : "None in force"
    summary =
      lacking.isEmpty
      ? counted : "\(counted), \(CountText.words(lacking.count, "control lacks", "controls lack")) one"
    empty =
      all.isEmpty
      ? EmptyText(
        title: "Nobody has attested anything yet",
        text:
          "An attestation is a signed statement with a document, for what no machine can see: an audit, a contract, a "
          + "diagram. It counts until the date that you give.", link: nil) : nil
  }

  /// A control for which a statement counts lacks one while none is fresh and no check shows it, and when it falls due
  /// again.
  private static func lacking(_ control: Control, of duty: Duty, in book: EvidenceBook) -> Lacking? {
    guard let longest = control.attestation else { return nil }
    let status = book.status(of: control)
    let isFresh = book.attestations[control.code]?.contains { $0.isFresh(at: book.now) } ?? false
    guard status.underlying == .due || (!isFresh && status.underlying != .met) else { return nil }
    return Lacking(
      control: control.code.text, title: control.title, dutyCode: duty.code.text, dutyHref: duty.href(of: control.code),
      longest: "\(longest)", status: book.statusText(of: control), newHref: AttestationText.newHref(for: control.code))
  }
}
