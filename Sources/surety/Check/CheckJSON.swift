import Assessment
import Obligations
import Primitives

/// The result for programs.
struct CheckJSON {
  let report: CheckReport
  let isFailing: Bool

  init(_ report: CheckReport, failing: Bool) {
    self.report = report
    isFailing = failing
  }

  var value: JSON {
    var members: [String: JSON] = [
      "format": "surety-check/1", "at": .string(report.at.rfc3339), "platform": .string(report.profile.platform),
      "catalogue": .string(report.catalogue.version),
      "addresses": .array(report.addresses.map { .string($0) }), "failed": .bool(isFailing),
      "nothingSeen": .bool(report.sawNothing),
      "duties": .array(report.catalogue.duties.map { duty($0) }),
      "looks": .array(report.observations.map { look($0) }), "counts": counts,
    ]
    if let applicability = report.applicability {
      members["obligations"] = .array(applicability.obligations.map { obligation($0) })
      members["undecided"] = .array(
        applicability.undecided.map {
          [
            "requirement": .string($0.requirement.code.text), "framework": .string($0.framework.code.text),
            "missing": .array($0.missing.map { .string($0) }),
          ]
        })
    }
    if let recording = report.recording { members["ledger"] = .string(recording.ledger) }
    return .object(members)
  }

  private func members(of status: Status) -> [String: JSON] {
    [
      "standing": .string(status.standing.rawValue), "underlying": .string(status.underlying.rawValue),
      "reasons": .array(status.reasons.map { .string($0) }),
      "due": status.due.map { .string($0.rfc3339) } ?? .null,
    ]
  }

  private func duty(_ duty: Duty) -> JSON {
    var members = members(of: report.status(of: duty))
    members["id"] = .string(duty.code.text)
    members["title"] = .string(duty.title)
    members["controls"] = .array(
      duty.controls.map { control in
        let status = report.book.status(of: control)
        var members = self.members(of: status)
        members["id"] = .string(control.code.text)
        members["title"] = .string(control.title)
        members["checks"] = .array(control.checks.map { .string($0.text) })
        if status.standing == .unproven { members["willBeProvenBy"] = .string(CheckReport.proof(of: control)) }
        return .object(members)
      })
    return .object(members)
  }

  private func look(_ look: Observation) -> JSON {
    let milliseconds = look.took.components.seconds * 1_000 + look.took.components.attoseconds / 1_000_000_000_000_000
    var members: [String: JSON] = [
      "observation": .string("\(look.id)"), "check": .string(look.check.text), "target": .string(look.target),
      "at": .string(look.at.rfc3339), "expires": .string(look.expires.rfc3339),
      "tookMilliseconds": .integer(milliseconds), "outcome": .string(look.verdict.outcome.rawValue),
      "summary": .string(look.verdict.summary), "unseen": .array(look.verdict.unseen.map { .string($0) }),
      "findings": .array(look.verdict.findings.map { finding(report.report(of: $0, in: look)) }),
      // What was seen is kept as it is stored; an installation's record of the same look has the same bytes.
      "seen": look.seen.isEmpty ? .null : JSON(parsing: look.seen) ?? .null,
      "facts": .array(report.facts(of: look).map { ["name": .string($0.name), "value": .string($0.value)] }),
    ]
    if let index = report.recording?.entries[look.id] { members["entry"] = .integer(Int64(index)) }
    return .object(members)
  }

  private func finding(_ report: FindingReport) -> JSON {
    let finding = report.finding
    var members: [String: JSON] = [
      "code": .string(finding.code.text), "severity": .string(finding.severity.rawValue),
      "title": .string(report.title), "seen": .string(finding.seen), "place": .string(finding.place),
      "check": .string(report.check.text), "target": .string(report.target),
      "duties": .array(report.duties.map { .string($0.code.text) }),
      "requirements": .array(
        report.requirements.map { framework, requirement in
          [
            "requirement": .string(requirement.code.text), "framework": .string(framework.code.text),
            "clause": .string("\(framework.short) \(requirement.clause)"),
          ]
        }),
    ]
    if let advice = report.advice {
      members["why"] = .string(advice.why)
      members["fix"] = .string(advice.fix)
      members["reference"] = .string(advice.reference)
      members["configurations"] = .object(
        Dictionary(advice.configurations.map { ($0.server, .string($0.lines)) }, uniquingKeysWith: { $1 }))
    }
    return .object(members)
  }

  private func obligation(_ obligation: Obligation) -> JSON {
    var members = members(of: report.book.status(of: obligation.requirement))
    members["requirement"] = .string(obligation.requirement.code.text)
    members["framework"] = .string(obligation.framework.code.text)
    members["clause"] = .string("\(obligation.framework.short) \(obligation.requirement.clause)")
    members["because"] = .string(obligation.because)
    members["verified"] = .bool(obligation.requirement.isVerified)
    return .object(members)
  }

  private var counts: JSON {
    let duties = Standing.allCases.map { ($0.rawValue, JSON.integer(Int64(report.count(of: $0)))) }
    let findings = Severity.allCases.map { severity in
      (severity.rawValue, JSON.integer(Int64(report.findings.count { $0.finding.severity == severity })))
    }
    return [
      "duties": .object(Dictionary(duties, uniquingKeysWith: { $1 })),
      "findings": .object(Dictionary(findings, uniquingKeysWith: { $1 })),
      "couldNotLook": .integer(Int64(report.blindLooks.count)),
      "looksNotTaken": .integer(Int64(report.untakenLooks.count)),
    ]
  }
}
