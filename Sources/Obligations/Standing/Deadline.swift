public import Primitives

/// Something that falls due: what it counts from, the rule, and the moment.
public struct Deadline: Hashable, Sendable {
  /// What makes it fall due.
  public enum Rule: Hashable, Sendable {
    /// Evidence is owed so often.
    case every(Period)
    /// An attestation ends.
    case attestationEnds
    /// An exception ends.
    case exceptionEnds
    /// A requirement begins to bind.
    case lawBegins
  }

  /// What it is about, for people.
  public let title: String
  /// The control, requirement or exception.
  public let subject: String
  public let rule: Rule
  /// What it counts from; nil for a date that stands in a law.
  public let anchor: Instant?
  public let due: Instant

  public func isMissed(at now: Instant) -> Bool { due <= now }
}

extension EvidenceBook {
  /// What falls due up to a moment, the soonest first, with what is overdue before it.
  /// - Parameter profile: laws that do not reach it are left out; without one none is.
  public func deadlines(until end: Instant, for profile: Profile? = nil) -> [Deadline] {
    let controls = catalogue.duties.flatMap(\.controls)
    return (controls.flatMap { deadlines(of: $0) } + exceptionEnds + lawBegins(for: profile ?? .unknown))
      .filter { $0.due <= end }.sorted { ($0.due, $0.subject) < ($1.due, $1.subject) }
  }

  private func deadlines(of control: Control) -> [Deadline] {
    func deadline(_ rule: Deadline.Rule, _ anchor: Instant, _ due: Instant) -> Deadline {
      Deadline(title: control.title, subject: "control:\(control.code)", rule: rule, anchor: anchor, due: due)
    }
    var deadlines: [Deadline] = []
    if let every = control.every, let (anchor, due) = interval(of: control) {
      deadlines.append(deadline(.every(every), anchor, due))
    }
    let valid = (attestations[control.code] ?? []).filter { $0.withdrawn == nil }
    if control.attestation != nil, let last = valid.max(by: { $0.expires < $1.expires }) {
      deadlines.append(deadline(.attestationEnds, last.signed, last.expires))
    }
    return deadlines
  }

  private var exceptionEnds: [Deadline] {
    exceptions.filter { $0.isInForce(at: now) }.map { exception in
      Deadline(
        title: exception.reason, subject: exception.subject.name, rule: .exceptionEnds, anchor: exception.granted,
        due: exception.ends)
    }
  }

  private func lawBegins(for profile: Profile) -> [Deadline] {
    catalogue.frameworks.flatMap { framework in
      framework.requirements.filter { requirement in
        requirement.effective.start > now
          && !Applicability.judge(requirement, of: framework, for: profile, on: requirement.effective).isNo
      }.map { requirement in
        Deadline(
          title: "\(framework.short) \(requirement.clause) begins to bind", subject: "requirement:\(requirement.code)",
          rule: .lawBegins, anchor: nil, due: requirement.effective.start)
      }
    }
  }
}
