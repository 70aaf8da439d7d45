/// How a look ended. "Could not look" is an outcome of its own and never counts as satisfied.
public enum Outcome: String, Codable, CaseIterable, Sendable {
  case satisfied, notSatisfied, couldNotCheck
}

/// How bad a weakness is; a note is worth knowing and breaks nothing.
public enum Severity: String, Codable, CaseIterable, Comparable, Sendable {
  case note, low, medium, high, critical

  private var rank: Int {
    switch self {
    case .note: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .critical: 4
    }
  }

  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// A weakness that a check saw.
public struct Finding: Codable, Hashable, Sendable {
  /// What kind of weakness; ``Advice`` of the same code says why it matters and how to mend it.
  public let code: Code<Advice>
  public let severity: Severity
  /// What was seen, in a sentence; never a secret or a personal datum.
  public let seen: String
  /// Where: an address, a header, a cookie's name.
  public let place: String

  public init(_ code: Code<Advice>, _ severity: Severity, seen: String, at place: String) {
    self.code = code
    self.severity = severity
    self.seen = seen
    self.place = place
  }
}

/// Why a weakness matters and how to mend it.
public struct Advice: Hashable, Sendable {
  public let code: Code<Advice>
  public let severity: Severity
  public let title: String
  public let why: String
  public let fix: String
  /// The lines for a server's configuration, by the server's name, where they differ.
  public let configurations: [(server: String, lines: String)]
  public let reference: String

  package init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    code = try members.required("code").code()
    severity = try members.required("severity").oneOf()
    title = try members.required("title").text()
    why = try members.required("why").text()
    fix = try members.required("fix").text()
    var configurations: [(server: String, lines: String)] = []
    for (name, server) in [("nginx", "nginx"), ("apache", "Apache"), ("caddy", "Caddy")] {
      if let lines = try members.optional(name)?.text() { configurations.append((server, lines)) }
    }
    self.configurations = configurations
    reference = try members.required("reference").webAddress()
    try members.finish()
  }

  public static func == (left: Advice, right: Advice) -> Bool { left.code == right.code }

  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// What follows from a sighting.
public struct Verdict: Codable, Hashable, Sendable {
  public let outcome: Outcome
  /// In a sentence.
  public let summary: String
  public let findings: [Finding]
  /// What could not be looked at.
  public let unseen: [String]

  /// A weakness decides, however much was not seen; without one, everything must have been seen.
  public init(summary: String, findings: [Finding], unseen: [String] = []) {
    if findings.contains(where: { $0.severity > .note }) {
      outcome = .notSatisfied
    } else {
      outcome = unseen.isEmpty ? .satisfied : .couldNotCheck
    }
    self.summary = summary
    self.findings = findings.sorted { ($1.severity, $0.code, $0.place) < ($0.severity, $1.code, $1.place) }
    self.unseen = unseen
  }

  /// Nothing was seen.
  public static func couldNotCheck(_ reason: String) -> Verdict {
    Verdict(summary: reason, findings: [], unseen: [reason])
  }
}
