import Access
import HTTPTypes
import Obligations
import Primitives

/// The operations on what people say and decide.
struct DecisionOperations {
  let register: ObligationRegister

  var all: [Operation] { [attestations, attest, withdraw, exceptions, grant, end] }

  private static let attestation = Schema.object(
    [
      Schema.member("attestation", .text("Its identity.")), Schema.member("control", .text("What it is about.")),
      Schema.member("statement", .text("What is stated.")), Schema.member("author", .text("Who signed it.")),
      Schema.member("signed", .time("When.")), Schema.member("expires", .time("When it goes stale.")),
      Schema.member("withdrawn", .nullable(.time("When it was withdrawn."))),
      Schema.member("document", .text("The name of the document it rests on.")),
      Schema.member("digest", .text("SHA-256 of the document, in hexadecimal digits.")),
    ], "A person's statement with a document.")

  private static func json(_ attestation: Attestation) -> JSON {
    [
      "attestation": .string("\(attestation.id)"), "control": .string(attestation.control.text),
      "statement": .string(attestation.statement), "author": .string(attestation.author),
      "signed": RegisterShapes.time(attestation.signed), "expires": RegisterShapes.time(attestation.expires),
      "withdrawn": RegisterShapes.time(attestation.withdrawn), "document": .string(attestation.document.name),
      "digest": .string(attestation.document.digest),
    ]
  }

  private var attestations: Operation {
    Operation(
      method: .get, path: "/attestations", id: "listAttestations", tag: "decisions", action: .read,
      summary: "All attestations, the newest first.", parameters: Operation.Parameter.paging,
      answer: Schema.page(of: Self.attestation)
    ) { [register] call in
      try call.page(
        of: try await register.attestations(), by: { SortKey(.newestFirst($0.signed), .text("\($0.id)")) }
      ) { Self.json($0) }
    }
  }

  private var attest: Operation {
    Operation(
      method: .post, path: "/attestations", id: "signAttestation", tag: "decisions", action: .attest,
      summary: "Signs a statement, with its document, that a control is met. Larger documents go through the console.",
      body: .object(
        [
          Schema.member("control", .text("What it is about.")), Schema.member("statement", .text("What is stated.")),
          Schema.member("expires", .time("When it goes stale.")),
          Schema.member("document", .text("The name of the document.")),
          Schema.member("content", .text("The document, in base 64.")),
        ], "An attestation to be signed."), status: .created, answer: Self.attestation
    ) { [register] call in
      guard let document = Base64.decode(call.body["content"]?.text ?? "") else {
        throw Problem(.unprocessableContent, "'content' is not base 64.")
      }
      let draft = Attestation.Draft(
        control: Code(call.body["control"]?.text ?? ""), statement: call.body["statement"]?.text ?? "",
        expires: try Self.time("expires", call), documentName: call.body["document"]?.text ?? "", document: document)
      return Self.json(try await register.attest(draft, by: call.visit.session.member.author()))
    }
  }

  private static func time(_ name: String, _ call: Operation.Call) throws(Problem) -> Instant {
    guard let instant = call.body[name]?.text.flatMap({ Instant(rfc3339: $0) }) else {
      throw Problem(.unprocessableContent, "'\(name)' is a time such as 2026-11-24T20:15:00Z.")
    }
    return instant
  }

  private static let done = Schema.object([], "Nothing.")

  private var withdraw: Operation {
    Operation(
      method: .post, path: "/attestations/{attestation}/withdrawal", id: "withdrawAttestation", tag: "decisions",
      action: .attest, summary: "Withdraws an attestation; it stays on record and no longer counts.",
      parameters: [.path("attestation", "Its identity.")], status: .noContent, answer: Self.done
    ) { [register] call in
      guard let id = Identifier<Attestation>(try call.visit.parameter("attestation")) else {
        throw Problem(.notFound, "There is no such attestation.")
      }
      try await register.withdraw(id, by: call.visit.session.member.author())
      return [:]
    }
  }

  private static let exception = Schema.object(
    [
      Schema.member("exception", .text("Its identity.")),
      Schema.member("subject", .text("Such as control:internal-scan or requirement:gdpr.32-1-a.")),
      Schema.member("reason", .text("Why.")), Schema.member("approver", .text("Who approved it.")),
      Schema.member("granted", .time("When.")), Schema.member("ends", .time("When it ends.")),
      Schema.member("ended", .nullable(.time("When somebody ended it before its time."))),
    ], "A signed acceptance that something is not met.")

  private static func json(_ exception: Exception) -> JSON {
    [
      "exception": .string("\(exception.id)"), "subject": .string(exception.subject.name),
      "reason": .string(exception.reason), "approver": .string(exception.approver),
      "granted": RegisterShapes.time(exception.granted), "ends": RegisterShapes.time(exception.ends),
      "ended": RegisterShapes.time(exception.ended),
    ]
  }

  private var exceptions: Operation {
    Operation(
      method: .get, path: "/exceptions", id: "listExceptions", tag: "decisions", action: .read,
      summary: "All exceptions, the newest first.", parameters: Operation.Parameter.paging,
      answer: Schema.page(of: Self.exception)
    ) { [register] call in
      try call.page(
        of: try await register.exceptions(), by: { SortKey(.newestFirst($0.granted), .text("\($0.id)")) }
      ) { Self.json($0) }
    }
  }

  private var grant: Operation {
    Operation(
      method: .post, path: "/exceptions", id: "grantException", tag: "decisions", action: .except,
      summary: "Accepts, until a date within twelve months, that something is not met.",
      body: .object(
        [
          Schema.member("subject", .text("Such as control:internal-scan.")), Schema.member("reason", .text("Why.")),
          Schema.member("ends", .time("When it ends.")),
        ], "An exception to be granted."), status: .created, answer: Self.exception
    ) { [register] call in
      guard let subject = Exception.Subject(call.body["subject"]?.text ?? "") else {
        throw Problem(.unprocessableContent, "'subject' is control: or requirement: and a name.")
      }
      let exception = try await register.grant(
        subject, reason: call.body["reason"]?.text ?? "", until: try Self.time("ends", call),
        by: call.visit.session.member.author())
      return Self.json(exception)
    }
  }

  private var end: Operation {
    Operation(
      method: .post, path: "/exceptions/{exception}/end", id: "endException", tag: "decisions", action: .except,
      summary: "Ends an exception before its time.", parameters: [.path("exception", "Its identity.")],
      status: .noContent, answer: Self.done
    ) { [register] call in
      guard let id = Identifier<Exception>(try call.visit.parameter("exception")) else {
        throw Problem(.notFound, "There is no such exception.")
      }
      try await register.end(id, by: call.visit.session.member.author())
      return [:]
    }
  }
}
