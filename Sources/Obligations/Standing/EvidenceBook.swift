public import Primitives

/// All evidence that counts at a moment, and the statuses that follow from it. A value: the same book gives the same
/// answers, whoever asks.
public struct EvidenceBook: Sendable {
  /// The newest look of a check at a target.
  public struct Look: Sendable {
    public let check: Code<CheckName>
    public let target: String
    public let observation: Identifier<Observation>
    public let at: Instant
    public let expires: Instant
    public let verdict: Verdict
    /// So many times in a row it could not look, up to this one.
    public let failures: Int64
    /// Since when an alert stands, because it keeps failing to look.
    public let alerted: Instant?
    /// When a weakness was seen that no later look has found mended; a look that could not see keeps it.
    public let found: Instant?
  }

  public let catalogue: Catalogue
  public let now: Instant
  /// The newest looks by check and target.
  public let looks: [Code<CheckName>: [String: Look]]
  /// What each check at work here is to look at; a check that is not in it is not at work here.
  public let targets: [Code<CheckName>: [String]]
  public let attestations: [Code<Control>: [Attestation]]
  public let exceptions: [Exception]
  /// What the platform says of itself; nil while it says nothing.
  public let profile: Profile?
  /// Since when each control is owed that an obligation of the platform names; what is owed at intervals falls due for
  /// the first time so long after it.
  public let owed: [Code<Control>: Instant]
  /// Many requirements share a control, so each control is judged once.
  private var statuses: [Code<Control>: Status] = [:]

  public init(
    catalogue: Catalogue, now: Instant, looks: [Look], targets: [Code<CheckName>: [String]],
    attestations: [Attestation] = [], exceptions: [Exception] = [], profile: Profile? = nil,
    owed: [Code<Control>: Instant] = [:]
  ) {
    self.catalogue = catalogue
    self.now = now
    self.targets = targets
    self.looks = Dictionary(grouping: looks, by: \.check)
      .mapValues { Dictionary($0.map { ($0.target, $0) }, uniquingKeysWith: { $0.at < $1.at ? $1 : $0 }) }
    self.attestations = Dictionary(grouping: attestations, by: \.control)
    self.exceptions = exceptions
    self.profile = profile
    self.owed = owed
    for control in catalogue.duties.flatMap(\.controls) { statuses[control.code] = judge(control) }
  }

  /// How a control stands.
  public func status(of control: Control) -> Status { statuses[control.code] ?? judge(control) }

  /// How a duty stands: as the most urgent of its controls.
  public func status(of duty: Duty) -> Status { .combining(duty.controls.map { status(of: $0) }) }

  /// How a requirement stands: as the most urgent of the controls it names, unless an exception covers it.
  public func status(of requirement: Requirement) -> Status {
    let parts = requirement.controls.compactMap { statuses[$0] }
    return Status.combining(parts).excepted(by: exception(for: .requirement(requirement.code)))
  }

  /// The exception in force that ends last.
  func exception(for subject: Exception.Subject) -> Exception? {
    exceptions.filter { $0.subject == subject && $0.isInForce(at: now) }.max { $0.ends < $1.ends }
  }
}

extension EvidenceBook.Look {
  /// A look that nothing is known of beyond what it saw.
  public init(_ observation: Observation) {
    self.init(
      check: observation.check, target: observation.target, observation: observation.id, at: observation.at,
      expires: observation.expires, verdict: observation.verdict,
      failures: observation.wasTaken ? 0 : 1, alerted: nil,
      found: observation.verdict.outcome == .notSatisfied ? observation.at : nil)
  }
}
