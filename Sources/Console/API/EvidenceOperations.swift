import Access
import Assessment
import HTTPTypes
import Journal
import Obligations
import Primitives

/// The operations on checks, what they saw, and what is wrong.
struct EvidenceOperations {
  let register: ObligationRegister
  let advice: AdviceBook

  var all: [Operation] { [checks, look, observations, observation, findings] }

  private static let outcome = Schema.choice(Outcome.allCases.map(\.rawValue), "How the look ended.")

  private static let finding = Schema.object(
    [
      Schema.member("code", .text("What kind of weakness.")), Schema.member("title", .text("In words.")),
      Schema.member("severity", .choice(Severity.allCases.map(\.rawValue), "How bad it is.")),
      Schema.member("seen", .text("What was seen.")), Schema.member("place", .text("Where.")),
      Schema.member("check", .text("Which check saw it.")), Schema.member("target", .text("What it looked at.")),
      Schema.member("why", .nullable(.text("Why it matters."))),
      Schema.member("fix", .nullable(.text("How to mend it."))),
      Schema.member(
        "configurations",
        .list(
          .object(
            [
              Schema.member("server", .text("Whose configuration.")), Schema.member("lines", .text("What to write.")),
            ], "The lines that mend it."), "The lines for each server, where there are any.")),
      Schema.member("reference", .nullable(.text("Where to read more."))),
      Schema.member("duties", .list(.text("A duty."), "The duties that it breaks; a note breaks none.")),
      Schema.member(
        "requirements", .list(.text("A requirement."), "The requirements that it breaks, of those that apply.")),
    ], "A weakness that a check saw.")

  private static func json(_ report: FindingReport) -> JSON {
    let (finding, advice) = (report.finding, report.advice)
    return [
      "code": .string(finding.code.text), "title": .string(report.title),
      "severity": .string(finding.severity.rawValue), "seen": .string(finding.seen), "place": .string(finding.place),
      "check": .string(report.check.text), "target": .string(report.target),
      "why": RegisterShapes.text(advice?.why), "fix": RegisterShapes.text(advice?.fix),
      "configurations": .array(
        (advice?.configurations ?? []).map { ["server": .string($0.server), "lines": .string($0.lines)] }),
      "reference": RegisterShapes.text(advice?.reference),
      "duties": RegisterShapes.strings(report.duties.map(\.code.text)),
      "requirements": RegisterShapes.strings(report.requirements.map(\.requirement.code.text)),
    ]
  }

  private var checks: Operation {
    let last = Schema.object(
      [
        Schema.member("observation", .text("Its identity.")), Schema.member("outcome", Self.outcome),
        Schema.member("summary", .text("In a sentence.")), Schema.member("at", .time("When it looked.")),
        Schema.member("expires", .time("When it goes stale.")),
        Schema.member("failures", .integer("How many times in a row it could not look.")),
      ], "The newest look.")
    return Operation(
      method: .get, path: "/checks", id: "listChecks", tag: "evidence", action: .read,
      summary: "What each check looks at, and what it saw last.", parameters: Operation.Parameter.paging,
      answer: Schema.page(
        of: .object(
          [
            Schema.member("check", .text("Its name.")), Schema.member("title", .text("What it looks at.")),
            Schema.member("target", .text("Where.")), Schema.member("last", .nullable(last)),
          ], "A check of a target."))
    ) { [register] call in
      let book = try await register.book().book
      let items = register.checks.flatMap { check in (book.targets[check.code] ?? []).map { (check, $0) } }
      return try call.page(of: items, by: { SortKey(.text($0.0.code.text), .name($0.1)) }) { check, target in
        [
          "check": .string(check.code.text), "title": .string(check.title), "target": .string(target),
          "last": book.looks[check.code]?[target].map { Self.json($0) } ?? .null,
        ]
      }
    }
  }

  private static func json(_ look: EvidenceBook.Look) -> JSON {
    [
      "observation": .string("\(look.observation)"), "outcome": .string(look.verdict.outcome.rawValue),
      "summary": .string(look.verdict.summary), "at": RegisterShapes.time(look.at),
      "expires": RegisterShapes.time(look.expires), "failures": .integer(look.failures),
    ]
  }

  private var look: Operation {
    let request = Schema.object([Schema.member("target", .text("What to look at."))], "A look that is asked for.")
    return Operation(
      method: .post, path: "/checks/{check}/looks", id: "requestLook", tag: "evidence", action: .check,
      summary: "Has a check look as soon as a node is free.", parameters: [.path("check", "Its name.")],
      body: request, status: .accepted, answer: request
    ) { [register] call in
      let (check, target) = (try call.visit.parameter("check"), call.body["target"]?.text ?? "")
      try await register.requestLook(Code(check), at: target, by: call.visit.session.member.author())
      return ["target": .string(target)]
    }
  }

  private static let observationSchema = Schema.object(
    [
      Schema.member("observation", .text("Its identity.")), Schema.member("check", .text("Who looked.")),
      Schema.member("target", .text("At what.")), Schema.member("at", .time("When.")),
      Schema.member("expires", .time("When it goes stale.")), Schema.member("outcome", outcome),
      Schema.member("summary", .text("In a sentence.")), Schema.member("findings", .list(finding, "What is wrong.")),
      Schema.member("unseen", .list(.text("In words."), "What could not be looked at.")),
      Schema.member("entry", .text("The journal entry that records it.")),
    ], "What a look found.")

  private func json(
    _ recorded: (observation: Observation, entry: Identifier<Entry>), applying: Set<Code<Requirement>>
  ) -> JSON {
    let observation = recorded.observation
    return [
      "observation": .string("\(observation.id)"), "check": .string(observation.check.text),
      "target": .string(observation.target), "at": RegisterShapes.time(observation.at),
      "expires": RegisterShapes.time(observation.expires), "outcome": .string(observation.verdict.outcome.rawValue),
      "summary": .string(observation.verdict.summary),
      "findings": .array(
        observation.verdict.findings.map {
          Self.json(
            FindingReport(
              $0, by: observation.check, at: observation.target, advice: advice, catalogue: register.catalogue,
              applying: applying))
        }),
      "unseen": RegisterShapes.strings(observation.verdict.unseen), "entry": .string("\(recorded.entry)"),
    ]
  }

  private var observations: Operation {
    Operation(
      method: .get, path: "/checks/{check}/observations", id: "listObservations", tag: "evidence", action: .read,
      summary: "What a check saw at a target, the newest first.",
      parameters: [
        .path("check", "Its name."), .query("target", .text("What it looked at.")),
        .query("after", .text("The `next` of the page before.")),
        .query("limit", .integer("How many items a page has: 1 to 500, 100 by default.")),
      ], answer: Schema.page(of: Self.observationSchema)
    ) { [self] call in
      let limit = try call.limit
      let before = call.visit.query("after").map { Instant(rfc3339: $0) }
      guard before != .some(nil), let target = call.visit.query("target", most: 2_048) else {
        throw Problem(.badRequest, "'target' is needed, and 'after' is what 'next' of the page before said.")
      }
      let found = try await register.observations(
        of: Code(try call.visit.parameter("check")), at: target, before: before ?? nil, limit: limit)
      let last = found.count == limit ? found.last?.observation.at : nil
      let applying = try await Situation.now(of: register).applying
      return ["items": .array(found.map { json($0, applying: applying) }), "next": RegisterShapes.time(last)]
    }
  }

  private var observation: Operation {
    Operation(
      method: .get, path: "/observations/{observation}", id: "getObservation", tag: "evidence", action: .read,
      summary: "One observation.", parameters: [.path("observation", "Its identity.")],
      answer: Self.observationSchema
    ) { [self] call in
      guard let id = Identifier<Observation>(try call.visit.parameter("observation")),
        let found = try await register.observation(id)
      else { throw Problem(.notFound, "There is no such observation.") }
      return json(found, applying: try await Situation.now(of: register).applying)
    }
  }

  private var findings: Operation {
    Operation(
      method: .get, path: "/findings", id: "listFindings", tag: "evidence", action: .read,
      summary: "What the newest looks found wrong, the worst first.", parameters: Operation.Parameter.paging,
      answer: Schema.page(of: Self.finding)
    ) { [register, advice] call in
      let situation = try await Situation.now(of: register)
      return try call.page(of: situation.book.findings, by: Self.place) {
        Self.json(
          FindingReport(
            $0.finding, by: $0.check, at: $0.target, advice: advice, catalogue: register.catalogue,
            applying: situation.applying))
      }
    }
  }

  /// The order of ``EvidenceBook/findings``, the worst first.
  private static func place(of seen: SeenFinding) -> SortKey {
    let rank = Severity.allCases.count { $0 > seen.finding.severity }
    return SortKey(
      .number(Int64(rank)), .text(seen.finding.code.text), .name(seen.target), .name(seen.finding.place),
      .text(seen.check.text))
  }
}
