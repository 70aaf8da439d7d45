import Access
import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `Accepting that something is not met` {
  static func grant(_ server: SignedInServer, _ subject: String = "control:cookies") async throws -> String {
    let answer = try await server.post(
      "/exceptions", ["subject": subject, "reason": "The <i>vendor</i> is late.", "ends": "2030-06-01"])
    #expect(answer.status == .seeOther)
    return String(try #require(answer.location).prefix { $0 != "?" })
  }

  @Test func `is offered for controls and requirements`() async throws {
    try await SignedInServer.with { server in
      let none = try await server.get("/exceptions")
      #expect(none.text.contains("No exception was ever granted"))
      let control = try await server.get("/exceptions/new?subject=control%3Acookies")
      #expect(control.status == .ok)
      #expect(control.text.contains("Cookies have their marks"))
      #expect(control.text.contains(#"value="control:cookies""#))
      #expect(control.text.contains(#"value="2030-06-17""#) && control.text.contains(#"max="2031-03-17""#))
      let requirement = try await server.get("/exceptions/new?subject=requirement%3Alaw.2")
      #expect(requirement.text.contains("LAW Article 2"))
      #expect(try await server.get("/exceptions/new").location == "/obligations?standing=not-met")
    }
  }

  @Test func `shows it with what lies beneath, and never as met`() async throws {
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [cookies]) { server in
      cookies.eyes.set(
        Verdict(summary: "One is bare.", findings: [Finding("bare", .low, seen: "x", at: "y")]),
        at: "https://shop.example")
      try await server.look(cookies)
      let path = try await Self.grant(server)
      try await server.ledger.sequence()
      let page = try await server.get("\(path)?notice=granted")
      #expect(page.text.contains("The exception is granted and recorded in the journal."))
      #expect(page.text.contains("The &lt;i&gt;vendor&lt;/i&gt; is late."))
      #expect(page.text.contains("in force"))
      #expect(page.text.contains("https://shop.example: One is bare."))
      #expect(page.part(from: #"id="underneath""#, to: "</section>").contains("status-not-met"))
      #expect(page.text.contains("exception.granted"))
      let list = try await server.get("/exceptions")
      #expect(list.text.contains("1 in force."))
      #expect(list.text.contains("by ada"))
      let duties = try await server.get("/obligations?standing=excepted")
      #expect(duties.text.contains("excepted until 1 Jun 2030"))
      #expect(!duties.part(from: "<tbody>", to: "</tbody>").contains("status-met"))
    }
  }

  @Test func `ends by itself, or sooner after a second question`() async throws {
    try await SignedInServer.with { server in
      let path = try await Self.grant(server, "requirement:law.2")
      let asked = try await server.get("\(path)?confirm=end")
      #expect(asked.text.contains("End this exception now?"))
      #expect(try await server.post("\(path)/end", [:]).location == "\(path)?notice=ended")
      let page = try await server.get(path)
      #expect(page.text.contains("ended") && !page.text.contains("confirm=end"))
      #expect(try await server.post("\(path)/end", [:]).status == .notFound)
      let other = try await Self.grant(server)
      server.advance(by: .seconds(90 * 86_400))
      #expect(try await server.get(other).text.contains("expired"))
      #expect(try await server.get("/exceptions").text.contains("None in force."))
    }
  }

  @Test func `shows the form again with what was typed and what is wrong with it`() async throws {
    try await SignedInServer.with { server in
      let wrong = try await server.post(
        "/exceptions", ["subject": "control:cookies", "reason": "", "ends": "2032-01-01"])
      #expect(wrong.status == .unprocessableEntity)
      #expect(wrong.text.contains("Give the reason."))
      #expect(wrong.text.contains("The exception must end by 17 Mar 2031."))
      #expect(wrong.text.contains(#"value="2032-01-01""#))
      let long = try await server.post(
        "/exceptions",
        ["subject": "control:cookies", "reason": String(repeating: "x", count: 4_001), "ends": "2030-02-30"])
      #expect(long.text.contains("Shorten the reason to 4,000 bytes."))
      #expect(long.text.contains("Give the day as"))
      #expect(try await server.register.exceptions().isEmpty)
    }
  }

  @Test func `is refused without the session's own token, and for what is not there`() async throws {
    try await SignedInServer.with { server in
      let fields = ["subject": "control:cookies", "reason": "x", "ends": "2030-06-01"]
      #expect(try await server.post("/exceptions", fields, csrf: nil).status == .forbidden)
      #expect(try await server.post("/exceptions", fields, signedIn: false).status == .unauthorized)
      for subject in ["control:nothing", "requirement:law.99", "duty:D01", ""] {
        let sent = fields.merging(["subject": subject]) { $1 }
        #expect(try await server.post("/exceptions", sent).status == .notFound, "\(subject)")
      }
      for path in [
        "/exceptions/new?subject=control%3Anothing", "/exceptions/x",
        "/exceptions/0199f3a1-44b1-794b-8636-84a366b14869",
      ] {
        #expect(try await server.get(path).status == .notFound, "\(path)")
      }
      server.signIn.allow([.read, .attest])
      #expect(try await server.post("/exceptions", fields).status == .forbidden)
      let granted = try await server.register.exceptions()
      #expect(granted.isEmpty)
    }
  }
}
