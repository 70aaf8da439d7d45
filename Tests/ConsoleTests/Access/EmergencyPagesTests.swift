import NIOHTTP1
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `The pages of emergency access` {
  private static let reason = "The payment page shows a <b>stranger's</b> form."

  @Test func `tell everybody while it is open, and let only somebody else review it`() async throws {
    try await SignedInServer.with { server in
      let access = server.rooms.access
      // The stub's member may do everything; opening asks for the role's own action.
      let form = try await server.get("/emergency/open")
      #expect(form.text.contains("Open emergency access"))
      let short = try await server.post("/emergency/open", ["reason": "x", "minutes": "30"])
      #expect(short.status == .unprocessableEntity && short.text.contains("The reason has 10 to 1000 characters."))
      let long = try await server.post("/emergency/open", ["reason": Self.reason, "minutes": "999"])
      #expect(long.status == .unprocessableEntity && long.text.contains("It lasts 5 to 60 minutes."))
      let opened = try await server.post("/emergency/open", ["reason": Self.reason, "minutes": "30"])
      let emergency = try #require(try await access.openEmergencies().first)
      #expect(opened.location == "/emergency/\(emergency.id)?notice=emergency-opened")

      for page in ["/", "/account", "/checks"] {
        #expect(try await server.get(page).text.contains("<b>ada has emergency access</b>"), "\(page)")
      }
      let shown = try await server.get("/emergency/\(emergency.id)")
      #expect(shown.text.contains("stranger&#39;s") && !shown.text.contains("<b>stranger"))
      #expect(!(try await server.get("/sign-in", signedIn: false)).text.contains("emergency"))

      #expect(
        try await server.post("/emergency/\(emergency.id)/end", [:]).location?.hasSuffix("emergency-ended") == true)
      #expect(!(try await server.get("/")).text.contains("has emergency access"))
      let own = try await server.post(
        "/emergency/\(emergency.id)/review", ["justified": "yes", "statement": "I was right to open it."])
      #expect(own.status == .unprocessableEntity, "nobody reviews their own")
      #expect(try await access.emergency(emergency.id).review == nil)
    }
  }

  @Test func `show somebody else the form of the review, and what was signed`() async throws {
    try await SignedInServer.with { server in
      let access = server.rooms.access
      let enrolment = try await access.enrol(name: "grace", password: "correct horse battery", role: "engineer")
      let opened = try await access.open(
        Credentials(
          name: "grace", password: "correct horse battery",
          code: enrolment.oneTimePassword.code(at: server.clock.surroundings.now())),
        from: Device(address: "127.0.0.1", agent: "a test"))
      let id = try await access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30).id
      #expect(try await server.get("/emergency/\(id)").text.contains("reviewed when it has ended"))
      #expect(try await server.post("/emergency/\(id)/end", [:]).status == .seeOther, "whoever manages members ends it")
      #expect(try await server.get("/emergency/\(id)").text.contains("Sign the review"))
      let path = "/emergency/\(id)/review"
      #expect(try await server.post(path, ["statement": "It was needed."]).text.contains("Say whether"))
      let done = try await server.post(path, ["justified": "no", "statement": "The owner could be reached."])
      #expect(done.location == "/emergency/\(id)?notice=emergency-reviewed")
      #expect(try await server.get("/emergency/\(id)").text.contains("It was not justified."))
      #expect(try await server.get("/emergency").text.contains("not justified"))

      server.signIn.allow([.read])
      #expect(try await server.post(path, ["justified": "yes", "statement": "I sign it again."]).status == .forbidden)
      #expect(try await server.get("/emergency/open").status == .forbidden)
      #expect(try await server.get("/emergency/nothing").status == .notFound)
    }
  }
}
