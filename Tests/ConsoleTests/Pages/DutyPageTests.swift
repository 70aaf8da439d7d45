import Foundation
import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The page of a duty` {
  @Test func `goes down to the observations`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      let before = try await server.get("/duties/D01")
      #expect(before.status == .ok)
      #expect(before.text.contains("It has not looked yet."))
      #expect(before.text.contains("This version of Surety has no check fake.absent."))
      #expect(before.text.contains("Assessment, which keeps the list."))
      #expect(!before.text.contains("status-met"))
      tls.eyes.set(
        Verdict(summary: "It is weak.", findings: [Finding("weak", .high, seen: "x", at: "y")]),
        at: "https://shop.example")
      try await server.look(tls)
      let book = try await server.register.book().book
      let look = try #require(book.looks["fake.tls"]?["https://shop.example"])
      let after = try await server.get("/duties/D01")
      #expect(after.text.contains("/observations/\(look.observation)"))
      #expect(after.text.contains("It is weak."))
      #expect(after.text.contains("1 finding"))
      #expect(after.text.contains("<title>D01 Data is encrypted in transit"))
      #expect(after.text.contains("/requirements/law.1") && !after.text.contains("/requirements/cards.1"))
      #expect(after.text.contains("/exceptions/new?subject=control%3Atransport"))
      #expect(after.text.contains("must hold"))
    }
  }

  @Test func `never looks green on stale evidence`() async throws {
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [cookies]) { server in
      cookies.eyes.set(Verdict(summary: "All is well.", findings: []), at: "https://shop.example")
      try await server.look(cookies)
      #expect(try await server.get("/duties/D02").text.contains("status-met"))
      server.advance(by: .seconds(4 * 3_600))
      let page = try await server.get("/duties/D02")
      #expect(!page.part(from: "<main", to: #"id="history""#).contains("status-met"))
      #expect(!page.text.contains("outcome-satisfied"))
      #expect(page.text.contains("was satisfied"))
      #expect(page.text.contains(">stale<"))
    }
  }

  @Test func `shows its attestation, its exception and when it falls due`() async throws {
    try await SignedInServer.with { server in
      let ada = try Entry.Author("member:ada")
      try await server.register.attest(.sample("audit", ends: server.clock.now, in: 360), by: ada)
      try await server.register.grant(
        .control("diagram"), reason: "The new site is not wired yet.",
        until: server.clock.now.advanced(by: .seconds(30 * 86_400)), by: ada)
      let audit = try await server.get("/duties/D03")
      #expect(audit.text.contains("Attested by ada"))
      #expect(audit.text.contains("must hold and falls due"))
      #expect(audit.text.contains("owed every 12 months"))
      #expect(audit.text.contains("/attestations/new?control=audit"))
      #expect(audit.text.contains(#"href="/duties/D02""#) && audit.text.contains(#"href="/duties/D04""#))
      let diagram = try await server.get("/duties/D04")
      #expect(diagram.text.contains("The new site is not wired yet."))
      #expect(diagram.text.contains("excepted until 16 Apr 2030"))
      #expect(!diagram.text.contains("Accept it until a date"))
      #expect(!diagram.text.contains("status-met"))
    }
  }

  @Test func `tells the history, the newest first`() async throws {
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [cookies]) { server in
      cookies.eyes.set(Verdict(summary: "All is well.", findings: []), at: "https://shop.example")
      try await server.look(cookies)
      server.advance(by: .seconds(60))
      cookies.eyes.set(
        Verdict(summary: "One is bare.", findings: [Finding("bare", .low, seen: "x", at: "y")]),
        at: "https://shop.example")
      try await server.look(cookies)
      let history = try await server.get("/duties/D02").part(from: #"id="history""#, to: "</section>")
      let newest = try #require(history.range(of: "One is bare."))
      let oldest = try #require(history.range(of: "All is well."))
      #expect(newest.lowerBound < oldest.lowerBound)
    }
  }

  @Test(arguments: ["/duties/D99", "/duties/%3Cscript%3E", "/duties/" + String(repeating: "x", count: 300)])
  func `is not there for what is no duty`(path: String) async throws {
    try await SignedInServer.with { server in
      let page = try await server.get(path)
      #expect(page.status == .notFound)
      #expect(!page.text.contains("<script>"))
    }
  }
}

@Suite struct `The page of a requirement` {
  @Test func `says why it applies and what meets it`() async throws {
    try await SignedInServer.with { server in
      let page = try await server.get("/requirements/law.3")
      #expect(page.status == .ok)
      #expect(page.text.contains("<h1>LAW Article 3</h1>"))
      #expect(page.text.contains("LAW applies: customers in DE. It binds whoever sells to people in the EEA."))
      #expect(page.text.contains(#"href="https://law.example/text""#))
      #expect(page.text.contains(#"of <a href="/duties/D03">D03 Security is audited</a>"#))
      #expect(page.text.contains(#"of <a href="/duties/D04">D04 Diagrams are kept</a>"#))
      #expect(page.text.contains("from 1 Jan 2020"))
      #expect(page.text.contains("/exceptions/new?subject=requirement%3Alaw.3"))
    }
  }

  @Test func `that is undecided says what the profile lacks`() async throws {
    try await SignedInServer.with { server in
      let page = try await server.get("/requirements/cards.1")
      #expect(page.text.contains("It cannot be said yet whether it applies."))
      #expect(page.text.contains("<code>cards: flow</code>"))
      #expect(page.text.contains("answer-undecided"))
      let no = try await server.get("/requirements/abroad.1")
      #expect(no.text.contains("answer-does-not-apply"))
      #expect(no.text.contains("ABROAD Section 1 does not apply: no customers in BR."))
    }
  }

  @Test func `with an exception shows whose it is, and only there`() async throws {
    try await SignedInServer.with { server in
      try await server.register.grant(
        .requirement("law.3"), reason: "The auditor is ill.",
        until: server.clock.now.advanced(by: .seconds(30 * 86_400)), by: .operator)
      let page = try await server.get("/requirements/law.3")
      #expect(page.text.matches(of: /<p class="small">The auditor is ill/).count == 1)
      #expect(page.text.contains("excepted until 16 Apr 2030"))
      let duty = try await server.get("/duties/D03")
      #expect(!duty.part(from: #"id="controls""#, to: #"id="requirements""#).contains("excepted"))
    }
  }

  @Test func `is not there for what is no requirement`() async throws {
    try await SignedInServer.with { server in
      let page = try await server.get("/requirements/law.99")
      #expect(page.status == .notFound)
    }
  }

  @Test func `of suppliers shows the register that the profile tells, and proves nothing by it`() async throws {
    let profile = """
      platform: a
      suppliers:
        - {name: Pay & Co, role: payments, contract: 2029-05-01}
      """
    try await SignedInServer.with(catalogue: .shipped(), profile: profile) { server in
      let answer = try await server.get("/duties/D33")
      let page = answer.text
      let register = answer.part(from: "Suppliers that the profile names", to: "</table>")
      #expect(register.contains("Pay &amp; Co") && register.contains("payments") && register.contains("1 May 2029"))
      #expect(register.contains("no date"))
      #expect(page.contains("The profile dates a contract with each supplier that it names."))
      #expect(!page.contains("status-met"))
      #expect(try await !server.get("/duties/D01").text.contains("Suppliers that the profile names"))
    }
    try await SignedInServer.with(catalogue: .shipped()) { server async throws in
      #expect(try await server.get("/duties/D33").text.contains("The profile names none."))
    }
  }
}
