import Obligations
import Primitives

/// The values of the register as JSON, each with the schema that describes it.
enum RegisterShapes {
  static let standing = Schema.choice(Standing.allCases.map(\.rawValue), "How it stands.")

  static let status = Schema.object(
    [
      Schema.member("standing", standing),
      Schema.member(
        "underlying", .choice(Standing.allCases.map(\.rawValue), "How it would stand without an exception.")),
      Schema.member("reasons", .list(.text("A sentence."), "Why, the most urgent first.")),
      Schema.member("due", .nullable(.time("When it falls due, or the first of its evidence goes stale."))),
    ], "How something stands, and why.")

  static func json(_ status: Status) -> JSON {
    [
      "standing": .string(status.standing.rawValue), "underlying": .string(status.underlying.rawValue),
      "reasons": strings(status.reasons), "due": time(status.due),
    ]
  }

  static let control = Schema.object(
    [
      Schema.member("control", .text("Its name.")), Schema.member("title", .text("What it is.")),
      Schema.member("checks", .list(.text("A check."), "The checks that look at it.")),
      Schema.member("awaits", .nullable(.text("What will prove it, where nothing does yet."))),
      Schema.member("attestation", .nullable(.text("How long a statement with a document may stand as evidence."))),
      Schema.member("every", .nullable(.text("How often evidence is owed."))), Schema.member("status", status),
    ], "What the platform does about a duty.")

  static func json(_ control: Control, _ book: EvidenceBook) -> JSON {
    [
      "control": .string(control.code.text), "title": .string(control.title),
      "checks": strings(control.checks.map(\.text)), "awaits": text(control.awaits),
      "attestation": text(control.attestation?.description), "every": text(control.every?.description),
      "status": json(book.status(of: control)),
    ]
  }

  static let duty = Schema.object(
    [
      Schema.member("duty", .text("Such as D01.")), Schema.member("title", .text("What it is.")),
      Schema.member("text", .text("What it asks for.")),
      Schema.member("kinds", .list(.choice(["hold", "due"], "Must hold, or falls due."), "What kind of duty it is.")),
      Schema.member("status", status), Schema.member("controls", .list(control, "What is done about it.")),
    ], "A duty.")

  static func json(_ duty: Duty, _ book: EvidenceBook) -> JSON {
    [
      "duty": .string(duty.code.text), "title": .string(duty.title), "text": .string(duty.text),
      "kinds": strings(duty.kinds.map(\.rawValue)), "status": json(book.status(of: duty)),
      "controls": .array(duty.controls.map { json($0, book) }),
    ]
  }

  static let applicability = ["applies", "undecided", "inapplicable"]

  static let requirement = Schema.object(
    [
      Schema.member("requirement", .text("Such as gdpr.32-1-a.")), Schema.member("framework", .text("Its framework.")),
      Schema.member("clause", .text("The number in the framework.")), Schema.member("text", .text("In our own words.")),
      Schema.member("source", .text("Where it stands.")), Schema.member("effective", .text("The first day it binds.")),
      Schema.member("until", .nullable(.text("The day it ends."))),
      Schema.member("verified", .boolean("Whether number and content were confirmed.")),
      Schema.member("answer", .choice(applicability, "Whether it applies to the platform.")),
      Schema.member("because", .text("Why, or what the profile lacks.")),
      Schema.member("controls", .list(.text("A control."), "The controls that meet it.")),
      Schema.member("status", status),
    ], "A requirement of a framework, and whether it is an obligation of the platform.")

  static func json(
    _ requirement: Requirement, of framework: Framework, _ answer: String, because: String, _ book: EvidenceBook
  ) -> JSON {
    [
      "requirement": .string(requirement.code.text), "framework": .string(framework.code.text),
      "clause": .string(requirement.clause), "text": .string(requirement.text), "source": .string(requirement.source),
      "effective": .string("\(requirement.effective)"), "until": text(requirement.until?.description),
      "verified": .bool(requirement.isVerified), "answer": .string(answer), "because": .string(because),
      "controls": strings(requirement.controls.map(\.text)), "status": json(book.status(of: requirement)),
    ]
  }

  // MARK: Values

  static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

  static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  static func time(_ instant: Instant?) -> JSON { instant.map { .string($0.rfc3339) } ?? .null }
}
