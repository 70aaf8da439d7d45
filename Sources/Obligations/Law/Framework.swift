public import Primitives

/// A law or a standard, with its provisions in our own words.
public struct Framework: Hashable, Sendable {
  public let code: Code<Framework>
  public let title: String
  /// As people call it: GDPR.
  public let short: String
  /// The edition that the requirements were taken from.
  public let edition: String
  public let source: String
  public let effective: CalendarDate
  /// Whether the rule of whom it binds was confirmed; an unconfirmed one is shown as such.
  public let isVerified: Bool
  /// When that rule was last held against the notes from which the catalogue is written; nil where it never was.
  public let checked: CalendarDate?
  /// Whom it binds, in a sentence.
  public let scope: String
  public let applies: Condition
  public let requirements: [Requirement]
  /// Of all that is written of it but its requirements, to tell one edition from another.
  let digest: String

  init(
    _ document: YAMLDocument, _ names: inout GivenNames, controls: [Code<Control>: Control]
  ) throws(ObligationsError) {
    var members = try document.root.mapping()
    code = try members.required("id").code()
    title = try members.required("title").text()
    short = try members.required("short").text()
    edition = try members.required("edition").text()
    source = try members.required("source").webAddress()
    effective = try members.required("effective").date()
    isVerified = try members.required("verified").bool()
    checked = try members.checkDate(isVerified: isVerified)
    scope = try members.required("scope").text()
    applies = try Condition(members.required("applies"))
    try names.take(code.text, "framework", at: document.root)
    let (source, effective) = (source, effective)
    requirements = try members.list("requirements") { (value) throws(ObligationsError) in
      let requirement = try Requirement(value, source: source, effective: effective, controls: controls)
      try names.take(requirement.code.text, "requirement", at: value)
      return requirement
    }
    try members.finish()
    digest = document.root.digest(withoutDetailsOf: "requirements")
    guard !requirements.isEmpty else { throw members.malformed("\(code) has no requirement") }
  }
}

/// One numbered provision of a framework.
public struct Requirement: Hashable, Sendable {
  /// Such as `gdpr.32-1-a`.
  public let code: Code<Requirement>
  /// The number in the framework: Article 32(1)(a).
  public let clause: String
  /// What it asks for, in our own words.
  public let text: String
  /// The controls that meet it, all together.
  public let controls: [Code<Control>]
  public let source: String
  public let effective: CalendarDate
  /// The day on which it ends; nil while no end is known.
  public let until: CalendarDate?
  /// Whether number and content were confirmed; an unconfirmed one is shown as such.
  public let isVerified: Bool
  /// When they were last held against the notes from which the catalogue is written; nil where they never were. Nobody
  /// says by it that the official text was read.
  public let checked: CalendarDate?
  public let note: String?
  /// What must hold beyond the framework's own condition.
  public let when: Condition?
  let digest: String

  init(
    _ value: YAMLValue, source: String, effective: CalendarDate, controls known: [Code<Control>: Control]
  ) throws(ObligationsError) {
    var members = try value.mapping()
    code = try members.required("id").code()
    clause = try members.required("clause").text()
    text = try members.required("text").text()
    let requirement = code
    controls = try members.list("controls") { (value) throws(ObligationsError) in
      let control = try value.code(of: Control.self)
      guard known[control] != nil else {
        throw value.malformed("\(requirement) names the control \(control), which is not there")
      }
      return control
    }
    self.source = try members.optional("source")?.webAddress() ?? source
    self.effective = try members.optional("effective")?.date() ?? effective
    until = try members.optional("until")?.date()
    isVerified = try members.required("verified").bool()
    checked = try members.checkDate(isVerified: isVerified)
    note = try members.optional("note")?.text()
    when = try members.optional("when").map { (value) throws(ObligationsError) in try Condition(value) }
    try members.finish()
    digest = value.digest()
    guard !controls.isEmpty else { throw value.malformed("\(code) names no control") }
    guard until.map({ self.effective < $0 }) ?? true else { throw value.malformed("\(code) ends before it begins") }
  }

  /// Whether it binds on a date.
  public func isInForce(on date: CalendarDate) -> Bool { effective <= date && until.map { date < $0 } ?? true }
}

extension YAMLMapping {
  /// The date of a check. What nobody confirmed was not checked, whatever the file says.
  fileprivate mutating func checkDate(isVerified: Bool) throws(ObligationsError) -> CalendarDate? {
    guard let value = optional("checked") else { return nil }
    guard isVerified else { throw value.malformed("what was checked says 'verified: true'") }
    return try value.date()
  }
}

extension YAMLValue {
  /// An address that begins with https://, or with http:// where a publisher has nothing better. Addresses end up in
  /// reports and in the ledger, so none holds a user name or password.
  package func webAddress() throws(ObligationsError) -> String {
    let text = try text()
    guard let start = ["https://", "http://"].first(where: { text.hasPrefix($0) }),
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw malformed("expected an address that begins with https://") }
    let host = text.dropFirst(start.count).prefix { !"/?#".contains($0) }
    guard !host.isEmpty, !host.contains("@") else {
      throw malformed("expected a host after \(start), without a user name or password")
    }
    guard text.utf8.count <= 2_048 else { throw malformed("the address is longer than 2048 bytes") }
    return text
  }
}
