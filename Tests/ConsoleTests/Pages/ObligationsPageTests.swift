import Foundation
import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The list of obligations` {
  /// The codes of the duties in the order in which they are listed.
  static func duties(_ page: SignedInServer.Answer) -> [String] {
    page.text.matches(of: /<th scope="row"><a href="\/duties\/(D\d\d)">/).map { String($0.1) }
  }

  static func with(_ body: (SignedInServer) async throws -> Void) async throws {
    let (tls, cookies) = (FakeCheck(code: "fake.tls", title: "TLS"), FakeCheck(code: "fake.cookies", title: "Cookies"))
    try await SignedInServer.with(checks: [tls, cookies]) { server in
      cookies.eyes.set(
        Verdict(summary: "One is bare.", findings: [Finding("bare", .medium, seen: "x", at: "sid")]),
        at: "https://shop.example")
      try await server.look(cookies)
      try await server.register.attest(.sample("diagram", ends: server.clock.now, in: 100), by: .operator)
      try await body(server)
    }
  }

  @Test func `by duty has the most urgent first, each with its reason and where it comes from`() async throws {
    try await Self.with { server in
      let page = try await server.get("/obligations")
      #expect(Self.duties(page) == ["D02", "D01", "D03", "D04"])
      #expect(page.text.contains("4 duties, the most urgent first."))
      #expect(page.text.contains("https://shop.example: One is bare."))
      #expect(page.text.contains("0 of 1 control met · LAW"))
      #expect(page.text.contains("1 of 1 control met · LAW"))
    }
  }

  @Test(arguments: [
    ("standing=not-met", ["D02"]), ("standing=unproven", ["D01", "D03"]), ("standing=met", ["D04"]),
    ("standing=due", []), ("framework=law", ["D02", "D01", "D03", "D04"]), ("framework=cards", []),
    ("q=AUDITED", ["D03"]), ("q=d01", ["D01"]), ("q=article+2", ["D02"]), ("q=calendar", ["D03"]),
    ("q=current+encrypted", ["D01"]), ("standing=met&q=diagram", ["D04"]), ("standing=met&q=cookies", []),
    ("standing=purple&framework=nowhere&view=sideways", ["D02", "D01", "D03", "D04"]),
  ]) func `can be filtered without a script`(query: String, expected: [String]) async throws {
    try await Self.with { server in
      let page = try await server.get("/obligations?\(query)")
      #expect(page.status == .ok)
      #expect(Self.duties(page) == expected)
      #expect(page.text.contains("Nothing matches") == expected.isEmpty)
    }
  }

  @Test func `says what nothing matched, with a way back`() async throws {
    try await Self.with { server in
      let page = try await server.get("/obligations?standing=due&framework=law&q=%22%3Cb%3E")
      #expect(page.text.contains("No duty is due and is owed under LAW and mentions “&quot;&lt;b&gt;”."))
      #expect(page.text.contains(#"href="/obligations?view=duties""#))
      #expect(page.text.contains("0 of 4 duties."))
    }
  }

  @Test func `by framework tells what applies, what cannot be said, and what does not apply`() async throws {
    try await Self.with { server in
      let page = try await server.get("/obligations?view=frameworks")
      #expect(page.text.contains("3 obligations of 1 framework, 2 undecided."))
      let law = page.part(from: #"id="law""#, to: "</section>")
      #expect(law.contains("It applies: customers in DE."))
      #expect(law.contains(#"<a href="/requirements/law.1">Article 1</a>"#))
      #expect(law.contains("1 undecided") && law.contains("<code>marketplace</code>"))
      let cards = page.part(from: #"id="cards""#, to: "</section>")
      #expect(cards.contains("It cannot be said yet: the profile lacks cards: flow."))
      #expect(cards.contains("whom it binds is unverified"))
      let abroad = page.part(from: #"id="abroad""#, to: "</section>")
      #expect(abroad.contains("It does not apply: no customers in BR."))
      #expect(abroad.contains("1 does not apply") && abroad.contains("ABROAD Section 1 does not apply"))
      let order = ["law", "cards", "abroad"].map { page.text.range(of: "id=\"\($0)\"")?.lowerBound }
      #expect(order.compactMap(\.self) == order.compactMap(\.self).sorted())
    }
  }

  @Test func `by framework can be filtered as well`() async throws {
    try await Self.with { server in
      let met = try await server.get("/obligations?view=frameworks&standing=not-met")
      #expect(met.text.contains("/requirements/law.2") && !met.text.contains("/requirements/law.1"))
      #expect(met.text.contains("1 of 3 obligations."))
      let one = try await server.get("/obligations?view=frameworks&framework=abroad")
      #expect(one.text.contains("/requirements/abroad.1") && !one.text.contains("/requirements/law."))
      let found = try await server.get("/obligations?view=frameworks&q=article+3")
      #expect(found.text.contains("/requirements/law.3") && !found.text.contains("/requirements/law.2"))
    }
  }

  @Test func `without a profile lists the duties as unproven, and says what is missing`() async throws {
    try await SignedInServer.with(profile: nil) { server in
      let duties = try await server.get("/obligations")
      #expect(Self.duties(duties) == ["D01", "D02", "D03", "D04"])
      #expect(duties.text.contains("waits for the profile"))
      #expect(!duties.part(from: "<tbody>", to: "</tbody>").contains("status-met"))
      let frameworks = try await server.get("/obligations?view=frameworks")
      #expect(frameworks.text.contains("What applies follows from the profile"))
      #expect(frameworks.text.contains("Write the profile"))
    }
  }
}
