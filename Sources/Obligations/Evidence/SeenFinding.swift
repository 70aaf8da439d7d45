public import Primitives

/// A weakness, with the look that saw it.
public struct SeenFinding: Hashable, Sendable {
  public let finding: Finding
  public let check: Code<CheckName>
  public let target: String
  public let observation: Identifier<Observation>
  /// When the look began.
  public let at: Instant

  public init(
    _ finding: Finding, by check: Code<CheckName>, at target: String, in observation: Identifier<Observation>,
    looked: Instant
  ) {
    self.finding = finding
    self.check = check
    self.target = target
    self.observation = observation
    at = looked
  }
}

extension EvidenceBook {
  /// What the newest looks found wrong where checks are to look, the worst first.
  public var findings: [SeenFinding] {
    targets.flatMap { check, targets in
      targets.compactMap { looks[check]?[$0] }.flatMap { look in
        look.verdict.findings.map {
          SeenFinding($0, by: look.check, at: look.target, in: look.observation, looked: look.at)
        }
      }
    }
    .sorted {
      ($1.finding.severity, $0.finding.code, $0.target, $0.finding.place, $0.check)
        < ($0.finding.severity, $1.finding.code, $1.target, $1.finding.place, $1.check)
    }
  }
}
