import ArgumentParser
import Assessment
import Crypto
import Foundation
import Obligations
import Primitives

/// The result as SARIF 2.1.0 (OASIS), for whatever collects findings: each kind of weakness is a rule, each finding a
/// result. A look that could not be taken is a result of the kind "open", so that no reader takes silence for health.
struct CheckSARIF {
  let report: CheckReport
  private let codes: [Code<Advice>]

  static let blindRule = "could-not-look"

  init(_ report: CheckReport) {
    self.report = report
    codes = Set(report.findings.map(\.finding.code)).sorted()
  }

  var value: JSON {
    [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0", "runs": [run],
    ]
  }

  private var run: JSON {
    let driver: JSON = [
      "name": "Surety", "semanticVersion": .string(Surety.configuration.version),
      "rules": .array(codes.map { rule($0) } + (report.blindLooks.isEmpty ? [] : [Self.blindRuleItem])),
    ]
    return [
      "tool": ["driver": driver], "columnKind": "unicodeCodePoints",
      "invocations": [invocation],
      "results": .array(report.findings.map { result($0.look, $0.finding) } + report.blindLooks.map { open($0) }),
      "properties": [
        "catalogue": .string(report.catalogue.version),
        "dutiesNotMet": .array(duties(standing: .notMet)), "dutiesUnproven": .array(duties(standing: .unproven)),
      ],
    ]
  }

  private func duties(standing: Standing) -> [JSON] {
    report.catalogue.duties.filter { report.status(of: $0).standing == standing }.map { .string($0.code.text) }
  }

  /// Whether everything could be looked at, and what could not.
  private var invocation: JSON {
    [
      "executionSuccessful": .bool(report.blindLooks.isEmpty),
      "startTimeUtc": .string(report.at.rfc3339), "endTimeUtc": .string(report.at.advanced(by: report.took).rfc3339),
      "toolExecutionNotifications": .array(
        report.blindLooks.map { look in
          [
            "level": "error",
            "message": message("\(look.check) could not look at \(look.target): \(look.verdict.summary)"),
            "descriptor": ["id": .string(Self.blindRule)],
          ]
        }),
    ]
  }

  private func message(_ text: String) -> JSON { ["text": .string(TextLayout.plain(text))] }

  private static let blindRuleItem: JSON = [
    "id": .string(blindRule), "name": "CouldNotLook",
    "shortDescription": ["text": "A check could not look."],
    "fullDescription": ["text": "What could not be looked at is unproven; it is not in order."],
    "defaultConfiguration": ["level": "none"],
  ]

  private func rule(_ code: Code<Advice>) -> JSON {
    guard let advice = report.advice[code] else {
      return ["id": .string(code.text), "shortDescription": message(code.text)]
    }
    let lines = advice.configurations.map { "\($0.server):\n\($0.lines)" }
    let blocks = advice.configurations.map { "**\($0.server)**\n```\n\($0.lines)\n```" }
    return [
      "id": .string(code.text),
      "name": .string(code.text.split(separator: "-").map(\.capitalized).joined()),
      "shortDescription": message(advice.title), "fullDescription": message(advice.why),
      "help": [
        "text": .string(([advice.fix] + lines).joined(separator: "\n\n")),
        "markdown": .string(([advice.fix] + blocks).joined(separator: "\n\n")),
      ],
      "helpUri": .string(advice.reference),
      "defaultConfiguration": ["level": .string(advice.severity.level)],
      "properties": [
        "security-severity": .string(advice.severity.score), "tags": ["security"],
      ],
    ]
  }

  private func result(_ look: Observation, _ finding: Finding) -> JSON {
    [
      "ruleId": .string(finding.code.text),
      "ruleIndex": .integer(Int64(codes.firstIndex(of: finding.code) ?? 0)),
      "kind": finding.severity == .note ? "informational" : "fail",
      // By the standard, only what fails has a level.
      "level": finding.severity == .note ? "none" : .string(finding.severity.level),
      "message": message(finding.seen),
      "locations": [location(look.target, finding.place)],
      "partialFingerprints": ["suretyFinding/v1": .string(fingerprint(look, finding))],
      "properties": properties(look, report.report(of: finding, in: look)),
    ]
  }

  private func open(_ look: Observation) -> JSON {
    [
      "ruleId": .string(Self.blindRule), "ruleIndex": .integer(Int64(codes.count)), "kind": "open", "level": "none",
      "message": message("\(look.check) could not look: \(look.verdict.summary)"),
      "locations": [location(look.target, look.check.text)], "properties": properties(look, nil),
    ]
  }

  private func location(_ target: String, _ place: String) -> JSON {
    // A place is an address with what is meant there behind it, such as a header's name.
    let uri = [place, target].lazy.compactMap { text -> String? in
      let first = String(text.prefix { $0 != " " })
      return first.hasPrefix("http") ? try? WebAddress(first).text : nil
    }.first
    var members: [String: JSON] = [
      "logicalLocations": [["fullyQualifiedName": .string(TextLayout.plain(place)), "kind": "resource"]]
    ]
    if let uri { members["physicalLocation"] = ["artifactLocation": ["uri": .string(uri)]] }
    return .object(members)
  }

  /// - Parameter finding: nil for a look that could not be taken.
  private func properties(_ look: Observation, _ finding: FindingReport?) -> JSON {
    let duties = finding?.duties ?? report.catalogue.duties(behind: look.check)
    var members: [String: JSON] = [
      "check": .string(look.check.text), "target": .string(look.target),
      "outcome": .string(look.verdict.outcome.rawValue), "duties": .array(duties.map { .string($0.code.text) }),
    ]
    if let finding {
      members["severity"] = .string(finding.finding.severity.rawValue)
      members["requirements"] = .array(finding.clauses.map { .string($0) })
    }
    return .object(members)
  }

  /// The same from one run to the next, as long as it is the same weakness at the same place.
  private func fingerprint(_ look: Observation, _ finding: Finding) -> String {
    let parts = [finding.code.text, look.target, finding.place].joined(separator: "\n")
    return Hexadecimal.encode(SHA256.hash(data: Array(parts.utf8)))
  }
}

extension Severity {
  /// As SARIF knows them.
  fileprivate var level: String {
    switch self {
    case .critical, .high: "error"
    case .medium, .low: "warning"
    case .note: "note"
    }
  }

  /// On the scale of CVSS, by which code hosts sort; the middle of each band.
  fileprivate var score: String {
    switch self {
    case .critical: "9.5"
    case .high: "8.0"
    case .medium: "5.5"
    case .low: "2.5"
    case .note: "0.0"
    }
  }
}
