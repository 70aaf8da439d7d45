public import Primitives

/// What every online shop owes, whatever law says it: the spine to which frameworks are mapped.
public struct Duty: Hashable, Sendable {
  /// Whether something must hold or falls due; a duty may do both.
  public enum Kind: String, CaseIterable, Sendable { case hold, due }

  /// Such as `D01`.
  public let code: Code<Duty>
  public let title: String
  public let text: String
  public let kinds: [Kind]
  public let controls: [Control]
  /// Of all that is written of it, to tell one edition from another.
  let digest: String

  init(_ value: YAMLValue, _ names: inout GivenNames) throws(ObligationsError) {
    var members = try value.mapping()
    code = try members.required("id").code()
    title = try members.required("title").text()
    text = try members.required("text").text()
    kinds = try members.list("kind") { (kind) throws(ObligationsError) in try kind.oneOf(Kind.self) }
    try names.take(code.text, "duty", at: value)
    controls = try members.list("controls") { (value) throws(ObligationsError) in try Control(value, &names) }
    try members.finish()
    digest = value.digest(withoutDetailsOf: "controls")
    guard !kinds.isEmpty else { throw value.malformed("\(code): 'kind' says hold, due or both") }
    guard !controls.isEmpty else { throw value.malformed("\(code) has no control") }
  }
}

/// What the platform does about a duty.
public struct Control: Hashable, Sendable {
  public let code: Code<Control>
  public let title: String
  /// The checks that look at it; all of them must be satisfied.
  public let checks: [Code<CheckName>]
  /// The member of the profile that its checks need, where a profile may do without; nil where none is special.
  public let needs: String?
  /// What will prove it, where nothing does yet.
  public let awaits: String?
  /// How long a person's statement with a document may stand as evidence; nil where no statement counts.
  public let attestation: Period?
  /// How often fresh evidence is owed; nil where it must simply hold.
  public let every: Period?
  /// The part of the profile that tells something towards it, and proves nothing by itself.
  public let profile: ProfilePart?
  let digest: String

  init(_ value: YAMLValue, _ names: inout GivenNames) throws(ObligationsError) {
    var members = try value.mapping()
    code = try members.required("id").code()
    title = try members.required("title").text()
    checks = try members.list("checks") { (check) throws(ObligationsError) in try check.code() }
    needs = try members.optional("needs")?.text()
    awaits = try members.optional("awaits")?.text()
    attestation = try members.optional("attestation").map { (value) throws(ObligationsError) in try Period(value) }
    every = try members.optional("every").map { (value) throws(ObligationsError) in try Period(value) }
    profile = try members.optional("profile").map { (value) throws(ObligationsError) in try value.oneOf() }
    try members.finish()
    try names.take(code.text, "control", at: value)
    digest = value.digest()
    guard !checks.isEmpty || awaits != nil || attestation != nil else {
      throw value.malformed("\(code) has neither a check nor an attestation; 'awaits' says what will prove it")
    }
  }
}

/// What a profile can tell towards a control.
public enum ProfilePart: String, CaseIterable, Sendable {
  /// Who the suppliers are, and what they do.
  case suppliers
  /// When the contract with each was signed.
  case supplierContracts = "supplier-contracts"
  /// When each was assessed last.
  case supplierAssessments = "supplier-assessments"
}

/// Stands for checks in ``Code``: a check's own type differs from check to check.
public enum CheckName {}

/// A span of the calendar: so many days or months.
public enum Period: Hashable, Sendable {
  case days(Int64)
  case months(Int64)

  init(_ value: YAMLValue) throws(ObligationsError) {
    let words = try value.text().split(separator: " ")
    guard words.count == 2, let count = Int64(words[0]), (1...3_660).contains(count) else {
      throw value.malformed("expected a span of time, such as 30 days or 12 months")
    }
    switch words[1] {
    case "day", "days": self = .days(count)
    case "month", "months": self = .months(count)
    default: throw value.malformed("expected days or months")
    }
  }

  /// The moment so much later, in UTC: months keep the day of the month and the time of the day.
  public func after(_ instant: Instant) -> Instant {
    switch self {
    case .days(let count): return instant.advanced(by: .seconds(count * 86_400))
    case .months(let count):
      let date = CalendarDate(at: instant)
      return date.adding(months: count).start.advanced(by: instant.since(date.start))
    }
  }
}

extension Period: CustomStringConvertible {
  public var description: String {
    switch self {
    case .days(let count): count == 1 ? "1 day" : "\(count) days"
    case .months(let count): count == 1 ? "1 month" : "\(count) months"
    }
  }
}
