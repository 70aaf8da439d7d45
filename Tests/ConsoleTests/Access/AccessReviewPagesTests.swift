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
      #expect(page.text.contains("No program has a key"))
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
      #expect(
        attestation.statement
          == "I looked through everybody who has access: 2 kept it, 1 lost it. Keys of programs: 0 kept, 0 revoked.")
      let document = try #require(try await server.register.document(of: attestation.id))
      #expect(String(decoding: document.bytes, as: UTF8.self).contains("sam  support  never  remove"))
      #expect(try await server.get("/duties/D03").text.contains("access-review"))
    }
  }

  @Test func `asks of each key of a program, and revokes at once`() async throws {
    try await SignedInServer.with(catalogue: try .shipped()) { server in
      let access = server.rooms.access
      let sam = try await access.enrol(name: "sam", password: "correct horse battery", role: "engineer")
      let maker = try #require(try await access.members().first { $0.member.name == sam.name }).member
      let build = try await access.makeKey(label: "build", actions: [.read, .check], by: try maker.author())
      let report = try await access.makeKey(label: "report", actions: [.read], by: .operator)
      _ = try await access.session(of: report.secret, from: Device(address: "198.51.100.7", agent: ""))
      try await access.deactivate(maker.id, by: .operator)
      let page = try await server.get("/members/review")
      let row = page.part(from: "<b>build</b>", to: "</fieldset>")
      #expect(row.contains("made by sam, who has no access any more") && row.contains("Never used"))
      #expect(row.contains("Have a check look now") && row.contains("Ends "))
      let other = page.part(from: "<b>report</b>", to: "</fieldset>")
      #expect(other.contains("made by operator<") && other.contains("Last used"))

      let ada = try #require(StubSessions.member)
      var fields = [
        "role-\(ada)": "owner", "answer-\(ada)": "keep", "key-\(build.key.id)": "remove",
        "key-\(report.key.id)": "keep",
      ]
      // A key was replaced since the page was made: nothing is done, and what was chosen stays chosen.
      let next = try await access.rotateKey(report.key.id, by: .operator)
      let outdated = try await server.post("/members/review", fields)
      #expect(outdated.status == .unprocessableEntity && outdated.text.contains("a key was made or ended meanwhile"))
      #expect(outdated.part(from: "<b>build</b>", to: "</fieldset>").contains("value=\"remove\" checked"))
      #expect(try await access.keys().allSatisfy { $0.isOpen(at: server.clock.now) })
      #expect(try await server.post("/members/review", fields.merging(["key-x": "keep"]) { $1 }).status == .badRequest)

      fields["key-\(next.key.id)"] = "keep"
      #expect(try await server.post("/members/review", fields).location == "/members?notice=access-reviewed")
      #expect(
        Set(try await access.keys().filter { $0.isOpen(at: server.clock.now) }.map(\.id))
          == [report.key.id, next.key.id])
      let attestation = try #require(try await server.register.attestations().first)
      #expect(attestation.statement.hasSuffix("1 kept it, 0 lost it. Keys of programs: 2 kept, 1 revoked."))
      let document = try #require(try await server.register.document(of: attestation.id))
      let text = String(decoding: document.bytes, as: UTF8.self)
      #expect(text.contains("build  member:sam (without access)  checks.run,register.read  never"))
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
