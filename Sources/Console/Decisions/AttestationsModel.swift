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

  static let path = "/attestations"
  static let states = ["fresh", "stale", "withdrawn"]

  let summary: String
  /// Nil while there is nothing to choose from.
  let filter: DecisionFilter.FormText?
  let attestations: [AttestationText]
  let lacking: [Lacking]
  let empty: EmptyText?

  init(_ book: EvidenceBook, by wanted: DecisionFilter) {
    let owners = book.catalogue.owners
    let all = book.attestations.values.joined().sorted { ($1.signed, $1.id) < ($0.signed, $0.id) }
    attestations = all.map { AttestationText($0, in: book.catalogue, owner: owners[$0.control], at: book.now) }
      .filter { text in
        wanted.takes(
          state: text.state.words, duty: Code(text.dutyCode),
          [text.control, text.title, text.dutyCode, text.dutyTitle, text.statement, text.author, text.document])
      }
    let everyLacking = book.catalogue.duties.flatMap { duty in
      duty.controls.compactMap { control in Self.lacking(control, of: duty, in: book) }
    }
    // A state is one of a statement; what lacks one has none.
    lacking =
      wanted.state != nil
      ? [] : everyLacking.filter { wanted.takes(duty: Code($0.dutyCode), [$0.control, $0.title, $0.dutyCode]) }
    let fresh = all.count { $0.isFresh(at: book.now) }
    let counted = fresh > 0 ? "\(CountText.grouped(fresh)) in force" : all.isEmpty ? "None yet" : "None in force"
    summary =
      wanted.isActive && !all.isEmpty
      ? "\(CountText.grouped(attestations.count)) of \(CountText.words(all.count, "attestation"))"
      : everyLacking.isEmpty
        ? counted : "\(counted), \(CountText.words(everyLacking.count, "control lacks", "controls lack")) one"
    filter =
      all.isEmpty && everyLacking.isEmpty
      ? nil : wanted.form(at: Self.path, states: Self.states, in: book.catalogue)
    empty = Self.empty(all.isEmpty, isFiltered: wanted.isActive, isShown: !attestations.isEmpty || !lacking.isEmpty)
  }

  private static func empty(_ isEmpty: Bool, isFiltered: Bool, isShown: Bool) -> EmptyText? {
    if isFiltered { return isShown ? nil : DecisionFilter.nothingMatches("attestation", at: path) }
    return isEmpty
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
