import HTTPTypes
import Obligations
import Primitives

/// The form by which a control is attested: what it offers, what was typed, and what is wrong with it.
struct AttestationForm: Sendable {
  /// What the page shows.
  struct Model: Sendable {
    struct About: Sendable {
      let code: String
      let title: String
      let dutyCode: String
      let dutyTitle: String
      let dutyHref: String
      let status: StatusText
      let reason: String
    }

    struct Fields: Sendable {
      let statement: FieldText
      let expires: FieldText
      let document: FieldText
    }

    let control: About
    let longest: String
    let earliestDate: String
    let latestDate: String
    let latestWords: String
    let largest: String
    let form: Fields
  }

  let control: Control
  let owner: Duty
  private let longest: Period
  private let days: LastDay
  private let now: Instant

  /// - Throws: ``Problem`` for a control that is not there, or for which no statement counts.
  init(for code: Code<Control>, in catalogue: Catalogue, at now: Instant) throws(Problem) {
    guard let control = catalogue.control(code), let owner = catalogue.owners[code] else {
      throw Problem(.notFound, "There is no control of that name.")
    }
    guard let longest = control.attestation else {
      throw Problem(.notFound, "No statement counts as evidence for this control.")
    }
    (self.control, self.owner, self.longest, self.now) = (control, owner, longest, now)
    days = LastDay(within: longest, from: now)
  }

  /// What was sent, or what is wrong with it.
  func read(_ form: Form) -> (draft: Attestation.Draft?, errors: [FieldError]) {
    var errors: [FieldError] = []
    func complain(_ field: String, _ text: String) { errors.append(FieldError(field: field, text: text)) }
    let statement = form["statement"]
    if statement.isEmpty { complain("statement", "Say what you attest.") }
    if statement.utf8.count > Attestation.longestStatement {
      complain("statement", "Shorten the statement to \(CountText.grouped(Attestation.longestStatement)) bytes.")
    }
    var expires = now
    switch days.read(form["expires"], of: "The statement") {
    case .end(let end): expires = end
    case .wrong(let text): complain("expires", text)
    }
    let file = form.files["document"]
    let name = Self.plainName(file?.name ?? "")
    if let text = Self.complaint(about: file?.bytes ?? [], named: name) { complain("document", text) }
    guard errors.isEmpty, let file else { return (nil, errors) }
    let draft = Attestation.Draft(
      control: control.code, statement: statement, expires: expires, documentName: name, document: file.bytes)
    return (draft, [])
  }

  private static func complaint(about bytes: [UInt8], named name: String) -> String? {
    if name.isEmpty { return "Choose the document that the statement rests on." }
    if bytes.isEmpty { return "The document is empty." }
    if bytes.count > Attestation.largestDocument { return "The document has more than \(largest)." }
    return name.utf8.count > 200 ? "Shorten the name of the document to 200 bytes." : nil
  }

  /// Without the folders that some browsers send along, and without anything that is no letter on paper.
  private static func plainName(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map { String($0) } ?? ""
    return String(last.unicodeScalars.filter { !$0.properties.isUnseen }).trimmed
  }

  private static let largest = "\(Attestation.largestDocument >> 20) MiB"

  /// The page with the form.
  /// - Parameter sent: what was typed before; nil for a form that is new.
  func page(_ book: EvidenceBook, sent: Form? = nil, errors: [FieldError] = []) -> Page {
    let fields = Model.Fields(
      statement: FieldText(sent?["statement"] ?? "", name: "statement", errors: errors),
      expires: FieldText(sent?["expires"] ?? "\(days.latest)", name: "expires", errors: errors),
      document: FieldText("", name: "document", errors: errors))
    let model = Model(
      control: Model.About(
        code: control.code.text, title: control.title, dutyCode: owner.code.text, dutyTitle: owner.title,
        dutyHref: owner.href(of: control.code), status: book.statusText(of: control),
        reason: book.status(of: control).reasons[0]),
      longest: "\(longest)", earliestDate: "\(days.earliest)", latestDate: "\(days.latest)",
      latestWords: TimeText.day(days.latest), largest: Self.largest, form: fields)
    return Page("attestation-new", heading: "Attest a control", menu: .attestations, model: model, errors: errors)
  }
}

extension Unicode.Scalar.Properties {
  /// Whether it steers a screen or a printer rather than being seen.
  fileprivate var isUnseen: Bool {
    switch generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }
}
