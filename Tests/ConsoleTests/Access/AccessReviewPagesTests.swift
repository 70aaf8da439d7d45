import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `The review of access` {
  @Test func `takes access away at once, and becomes the evidence of the duty`() async throws {
    try await SignedInServer.with(catalogue: try .shipped()) { server in
      let access = server.rooms.access
      for name in ["grace", "sam"] {
        _ = try await access.enrol(name: name, password: "correct horse battery", role: "support")
      }
      let members = Dictionary(
        uniqueKeysWithValues: try await access.members().map { ($0.member.name, "\($0.member.id)") })
      let page = try await server.get("/members/review")
      #expect(page.text.contains("3 with access") && page.text.contains("Never here"))
      var fields: [String: String] = [:]
      for (name, id) in members {
        fields["role-\(id)"] = name == "ada" ? "owner" : "support"
        fields["answer-\(id)"] = name == "sam" ? "remove" : "keep"
      }

      // Somebody got another role since the page was made: nothing is done, and what was chosen stays chosen.
      let grace = try #require(members["grace"].flatMap { Identifier<Member>($0) })
      try await access.assign("engineer", to: grace, by: .operator)
      let outdated = try await server.post("/members/review", fields)
      #expect(outdated.status == .unprocessableEntity && outdated.text.contains("Somebody joined, left"))
      #expect(try await access.members().allSatisfy(\.member.isActive))
      fields["role-\(grace)"] = "engineer"

      let done = try await server.post("/members/review", fields)
      #expect(done.location == "/members?notice=access-reviewed")
      #expect(try await access.members().filter { !$0.member.isActive }.map(\.member.name) == ["sam"])
      let attestation = try #require(try await server.register.attestations().first)
      #expect(attestation.control == "access-review" && attestation.author == "member:ada")
      #expect(attestation.statement == "I looked through everybody who has access: 2 kept it, 1 lost it.")
      let document = try #require(try await server.register.document(of: attestation.id))
      #expect(String(decoding: document.bytes, as: UTF8.self).contains("sam  support  never  remove"))
      #expect(try await server.get("/duties/D03").text.contains("access-review"))
    }
  }

  @Test func `never leaves the installation without an owner`() async throws {
    try await SignedInServer.with(catalogue: try .shipped()) { server in
      let id = try #require(StubSessions.member)
      let answer = try await server.post("/members/review", ["role-\(id)": "owner", "answer-\(id)": "remove"])
      #expect(answer.status == .unprocessableEntity)
      #expect(try await server.rooms.access.members().allSatisfy(\.member.isActive))
      #expect(try await server.register.attestations().isEmpty)
    }
  }
}
