import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The filter of what people decide` {
  private static func rows(_ answer: SignedInServer.Answer) -> Int {
    answer.part(from: "<tbody>", to: "</tbody>").matches(of: #/<th scope="row">/#).count
  }

  @Test func `finds attestations by state, duty and words`() async throws {
    try await SignedInServer.with { server in
      for (control, days) in [("audit", 100), ("audit", 20), ("diagram", 90)] as [(Code<Control>, Int64)] {
        let draft = Attestation.Draft.sample(control, ends: server.clock.now, in: days)
        _ = try await server.register.attest(draft, by: .operator)
      }
      let withdrawn = Attestation.Draft.sample("diagram", ends: server.clock.now, in: 50)
      try await server.register.withdraw(try await server.register.attest(withdrawn, by: .operator).id, by: .operator)
      server.advance(by: .seconds(30 * 86_400))
      #expect(Self.rows(try await server.get("/attestations")) == 4)
      for (query, count) in [
        ("state=fresh", 2), ("state=stale", 1), ("state=withdrawn", 1), ("duty=D03", 2), ("q=diagram", 2),
        ("q=diagram&state=fresh", 1), ("q=report.pdf+audit", 2), ("state=none", 4), ("duty=D99", 4),
      ] {
        let page = try await server.get("/attestations?\(query)")
        #expect(page.status == .ok && Self.rows(page) == count, "\(query)")
      }
      let narrowed = try await server.get("/attestations?state=fresh&duty=D03")
      #expect(narrowed.text.contains("1 of 4 attestations."))
      #expect(narrowed.text.contains(#"<option value="fresh" selected>"#))
      #expect(narrowed.text.contains(#"<option value="D03" selected>"#))
      #expect(narrowed.text.contains(#"<a href="/attestations">Clear</a>"#))
      let none = try await server.get("/attestations?q=nothingofthatname")
      #expect(none.text.contains("No attestation is like that.") && Self.rows(none) == 0)
      let hostile = try await server.get("/attestations?q=%22%3E%3Cscript%3Ealert(1)")
      #expect(!hostile.text.contains("<script>alert"))
    }
  }

  @Test func `finds controls that lack an attestation by duty and words`() async throws {
    try await SignedInServer.with { server in
      #expect(Self.rows(try await server.get("/attestations")) == 2)
      let page = try await server.get("/attestations?duty=D04")
      #expect(Self.rows(page) == 1 && page.text.contains("/attestations/new?control=diagram"))
      #expect(Self.rows(try await server.get("/attestations?q=audited")) == 1)
      #expect(Self.rows(try await server.get("/attestations?state=stale")) == 0)
    }
  }

  @Test func `finds exceptions by state, duty and words`() async throws {
    try await SignedInServer.with { server in
      #expect(!(try await server.get("/exceptions").text.contains(#"id="state""#)), "there is nothing to choose from")
      func grant(_ subject: Exception.Subject, _ reason: String, days: Int64) async throws -> Exception {
        try await server.register.grant(
          subject, reason: reason, until: server.clock.now.advanced(by: .seconds(days * 86_400)), by: .operator)
      }
      _ = try await grant(.control("cookies"), "The vendor is late.", days: 100)
      _ = try await grant(.control("diagram"), "It is being drawn.", days: 10)
      _ = try await grant(.requirement("law.2"), "A new shop comes.", days: 100)
      let ended = try await grant(.control("audit"), "The auditor is ill.", days: 100)
      try await server.register.end(ended.id, by: .operator)
      server.advance(by: .seconds(20 * 86_400))
      #expect(Self.rows(try await server.get("/exceptions")) == 4)
      for (query, count) in [
        ("state=in-force", 2), ("state=expired", 1), ("state=ended", 1), ("duty=D02", 2), ("q=vendor", 1),
        ("q=operator", 4), ("duty=D02&q=shop", 1),
      ] {
        let page = try await server.get("/exceptions?\(query)")
        #expect(page.status == .ok && Self.rows(page) == count, "\(query)")
      }
      #expect(try await server.get("/exceptions?duty=D02").text.contains("2 of 4 exceptions."))
      #expect(try await server.get("/exceptions?q=nobody").text.contains("No exception is like that."))
    }
  }
}
