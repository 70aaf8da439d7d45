import Access
import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `Attesting a control` {
  static let report = (name: "audit 2030.pdf", bytes: Array("%PDF-1.7 \0\u{ff}\r\n--x".utf8))

  /// The day so many days from the start of the test, as a form sends it.
  static func day(_ days: Int64) -> String {
    "\(CalendarDate(at: SignedInServer.start.advanced(by: .seconds(days * 86_400))))"
  }

  static func attest(_ server: SignedInServer) async throws -> String {
    let answer = try await server.upload(
      "/attestations", ["control": "audit", "statement": "It was <b>audited</b>.", "expires": day(200)], file: report)
    #expect(answer.status == .seeOther)
    return String(try #require(answer.location).prefix { $0 != "?" })
  }

  @Test func `is offered where a statement counts and none is there`() async throws {
    try await SignedInServer.with { server in
      let list = try await server.get("/attestations")
      #expect(list.text.contains("None yet, 2 controls lack one."))
      #expect(list.text.contains("Nobody has attested anything yet"))
      #expect(list.text.contains("/attestations/new?control=audit"))
      #expect(list.text.contains("/attestations/new?control=diagram"))
      #expect(!list.text.contains("control=transport"))
      let form = try await server.get("/attestations/new?control=audit")
      #expect(form.status == .ok)
      #expect(form.text.contains("Security was audited in the last twelve months"))
      #expect(form.text.contains(#"max="2031-03-17""#) && form.text.contains(#"min="2030-03-18""#))
      #expect(form.text.contains("at most 20 MiB"))
      #expect(form.text.contains(#"name="csrf" value="the-session&#39;s-own-token""#))
    }
  }

  @Test func `signs, keeps the document and shows the entry that records it`() async throws {
    try await SignedInServer.with { server in
      let path = try await Self.attest(server)
      let attestation = try #require(try await server.register.attestations().first)
      #expect(path == "/attestations/\(attestation.id)")
      #expect(attestation.author == "member:ada")
      let lastDay = try #require(CalendarDate(Self.day(200)))
      #expect(attestation.expires == lastDay.start.advanced(by: .seconds(86_399)))
      let pending = try await server.get("\(path)?notice=attested")
      #expect(pending.text.contains("The attestation is signed and recorded in the journal."))
      #expect(pending.text.contains("not under a published checkpoint yet"))
      try await server.ledger.sequence()
      let page = try await server.get(path)
      #expect(page.text.contains("It was &lt;b&gt;audited&lt;/b&gt;."))
      #expect(page.text.contains(attestation.document.digest))
      let size = try await server.ledger.journal.publishedSize()
      let entries = try await server.ledger.journal.leaves(from: 0, limit: Int(size))
        .map { try Entry(parsing: $0.bytes) }
      let index = try #require(entries.firstIndex { $0.kind.name == "control.attested" })
      #expect(page.text.contains(#"<a href="/explorer/\#(index)">\#(index)</a>"#))
      #expect(page.text.contains("\(entries[index].id)"))
      let list = try await server.get("/attestations")
      #expect(list.text.contains("1 in force, 1 control lacks one."))
      #expect(try await server.get("/duties/D03").text.contains("status-met"))
    }
  }

  @Test func `finds the entry that records it among many`() async throws {
    try await SignedInServer.with { server in
      func fill() async throws {
        for _ in 0..<30 {
          server.advance(by: .seconds(600))
          try await server.ledger.database.write { transaction in
            try server.ledger.journal.append((0..<100).map { try TestLedger.draft($0) }, in: transaction)
          }
        }
      }
      try await fill()
      let path = try await Self.attest(server)
      try await fill()
      try await server.ledger.sequence()
      let page = try await server.get(path)
      #expect(page.text.contains("control.attested"))
      #expect(!page.text.contains("not under a published checkpoint yet"))
    }
  }

  @Test func `gives the document back as an attachment, byte for byte`() async throws {
    try await SignedInServer.with { server in
      let path = try await Self.attest(server)
      let file = try await server.get("\(path)/document")
      #expect(file.bytes == Self.report.bytes)
      #expect(
        file.headers.first(name: "Content-Disposition") == "attachment; filename*=UTF-8''audit%202030.pdf")
      #expect(file.headers.first(name: "Content-Type") == "application/octet-stream")
      #expect(file.headers.first(name: "X-Content-Type-Options") == "nosniff")
      #expect(try await server.get("\(path)/document", signedIn: false).status == .seeOther)
    }
  }

  @Test func `takes a document of the largest size, and none that is larger`() async throws {
    try await SignedInServer.with { server in
      let fields = ["control": "audit", "statement": "Large.", "expires": Self.day(10)]
      let largest = [UInt8](repeating: 7, count: Attestation.largestDocument)
      #expect(try await server.upload("/attestations", fields, file: ("a", largest)).status == .seeOther)
      let larger = try await server.upload("/attestations", fields, file: ("a", largest + [7]))
      #expect(larger.status == .unprocessableEntity)
      #expect(larger.text.contains("The document has more than 20 MiB."))
      let huge = try await server.upload("/attestations", fields, file: ("a", largest + largest))
      #expect(huge.status == .payloadTooLarge)
      #expect(try await server.register.attestations().count == 1)
    }
  }

  @Test func `shows the form again with what was typed and what is wrong with it`() async throws {
    try await SignedInServer.with { server in
      let empty = try await server.upload(
        "/attestations", ["control": "audit", "statement": " ", "expires": "2039-01-01"], file: nil)
      #expect(empty.status == .unprocessableEntity)
      #expect(empty.text.contains("<title>Error: Attest a control"))
      for text in [
        "Say what you attest.", "The statement must end by 17 Mar 2031.",
        "Choose the document that the statement rests on.",
      ] {
        #expect(empty.text.contains(text))
      }
      #expect(empty.text.contains(#"value="2039-01-01""#))
      #expect(empty.text.contains(##"<a href="#statement">"##))
      let past = try await server.upload(
        "/attestations", ["control": "audit", "statement": "</textarea><script>x", "expires": Self.day(0)],
        file: ("a.pdf", []))
      #expect(past.text.contains("The statement must end after today."))
      #expect(past.text.contains("The document is empty."))
      #expect(past.text.contains("&lt;/textarea&gt;&lt;script&gt;x"))
      let odd = try await server.upload(
        "/attestations",
        ["control": "audit", "statement": String(repeating: "é", count: 2_001), "expires": "30 June"],
        file: (String(repeating: "n", count: 201), [1]))
      #expect(odd.text.contains("Shorten the statement to 4,000 bytes."))
      #expect(odd.text.contains("Give the day as"))
      #expect(odd.text.contains("Shorten the name of the document to 200 bytes."))
      #expect(try await server.register.attestations().isEmpty)
    }
  }

  @Test func `counts until the last day that is offered, which is cut where the span ends`() async throws {
    try await SignedInServer.with { server in
      let fields = ["control": "diagram", "statement": "It is so.", "expires": "2030-09-17"]
      #expect(try await server.upload("/attestations", fields, file: Self.report).status == .seeOther)
      let attestation = try #require(try await server.register.attestations().first)
      #expect(attestation.expires == Period.months(6).after(SignedInServer.start))
    }
  }

  @Test func `can be taken back, after a second question`() async throws {
    try await SignedInServer.with { server in
      let path = try await Self.attest(server)
      let asked = try await server.get("\(path)?confirm=withdraw")
      #expect(asked.text.contains("Withdraw this attestation?"))
      #expect(asked.text.contains(#"action="\#(path)/withdrawal""#))
      #expect(try await !server.get(path).text.contains("Withdraw this attestation?"))
      let done = try await server.post("\(path)/withdrawal", [:])
      #expect(done.location == "\(path)?notice=withdrawn")
      let page = try await server.get(path)
      #expect(page.text.contains(">withdrawn<") || page.text.contains("withdrawn</span>"))
      #expect(!page.text.contains("confirm=withdraw"))
      #expect(try await !server.get("/duties/D03").part(from: "<main", to: #"id="history""#).contains("status-met"))
      #expect(try await server.post("\(path)/withdrawal", [:]).status == .notFound)
    }
  }

  @Test func `is refused without the session's own token, from elsewhere, and without the right`() async throws {
    try await SignedInServer.with { server in
      let path = try await Self.attest(server)
      #expect(try await server.post("\(path)/withdrawal", [:], csrf: nil).status == .forbidden)
      #expect(try await server.post("\(path)/withdrawal", [:], csrf: "x").status == .forbidden)
      #expect(
        try await server.post("\(path)/withdrawal", [:], headers: [("Sec-Fetch-Site", "cross-site")]).status
          == .forbidden)
      #expect(try await server.post("\(path)/withdrawal", [:], signedIn: false).status == .unauthorized)
      let fields = ["control": "audit", "statement": "x", "expires": Self.day(10)]
      #expect(try await server.upload("/attestations", fields, file: Self.report, csrf: nil).status == .forbidden)
      server.signIn.allow([.read])
      #expect(try await server.post("\(path)/withdrawal", [:]).status == .forbidden)
      #expect(try await server.get("/attestations/new?control=audit").status == .forbidden)
      #expect(try await server.register.attestations().allSatisfy { $0.withdrawn == nil })
    }
  }

  @Test func `is not there for what takes no statement, and for what nobody signed`() async throws {
    try await SignedInServer.with { server in
      for path in [
        "/attestations/new?control=nothing", "/attestations/new?control=transport", "/attestations/x",
        "/attestations/0199f3a1-44b1-794b-8636-84a366b14869",
        "/attestations/0199f3a1-44b1-794b-8636-84a366b14869/document",
      ] {
        let status = try await server.get(path).status
        #expect(status == .notFound, "\(path)")
      }
      #expect(try await server.get("/attestations/new").location == "/attestations")
    }
  }
}
