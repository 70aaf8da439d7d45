import Access
import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The overview` {
  static let weak = Verdict(
    summary: "The server agrees to TLS 1.0.",
    findings: [
      Finding("tls-old", .high, seen: "TLS 1.0", at: "port 443"), Finding("tls-note", .note, seen: "n", at: "here"),
    ])
  static let fine = Verdict(summary: "All is well.", findings: [])

  @Test func `of a new installation says how to begin`() async throws {
    try await SignedInServer.with(profile: nil) { server in
      let page = try await server.get("/")
      #expect(page.status == .ok)
      #expect(page.text.contains("Welcome. Nothing is proven yet."))
      #expect(page.text.contains("<title>Nothing is proven yet"))
      #expect(page.text.contains("4 duties wait for evidence."))
      #expect(page.text.contains("Write the profile"))
      #expect(page.text.contains("No check has a target yet"))
      #expect(!page.text.contains("is-met"))
    }
  }

  @Test func `says what is not met, why, and how many findings there are`() async throws {
    let (tls, cookies) = (FakeCheck(code: "fake.tls", title: "TLS"), FakeCheck(code: "fake.cookies", title: "Cookies"))
    try await SignedInServer.with(checks: [tls, cookies]) { server in
      tls.eyes.set(Self.weak, at: "https://shop.example")
      cookies.eyes.set(Self.fine, at: "https://shop.example")
      try await server.look(tls)
      try await server.look(cookies)
      let page = try await server.get("/")
      #expect(page.text.contains("<h1>1 not met, 2 unproven</h1>"))
      #expect(page.text.contains("1 of 4 duties is met."))
      #expect(page.text.contains("https://shop.example: The server agrees to TLS 1.0."))
      #expect(page.text.contains(">1 finding<"))
      #expect(page.text.contains(#"<a href="/findings">2 findings</a>"#))
      #expect(page.text.contains("2 checks look at 1 target."))
      #expect(page.text.contains(#"<a class="is-met" href="/duties/D02""#))
      #expect(page.text.contains(#"<a class="is-not-met" href="/duties/D01""#))
      // Fresh evidence goes stale, and then nothing is green or red any more.
      server.advance(by: .seconds(5 * 3_600))
      let stale = try await server.get("/")
      #expect(stale.text.contains("<h1>4 unproven</h1>"))
      #expect(!stale.text.contains("is-met"))
      #expect(stale.text.contains("It has not looked again, and what it saw is stale"))
    }
  }

  @Test func `shows what changed since the last visit, or in the last week`() async throws {
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [cookies]) { server in
      cookies.eyes.set(Self.fine, at: "https://shop.example")
      try await server.look(cookies)
      let first = try await server.get("/")
      #expect(first.text.contains("Changed in the last 7 days"))
      #expect(first.part(from: #"id="changes""#, to: "</section>").contains("Cookies are kept safe"))
      // Of one event the duty is told, and not every requirement that rests on it.
      #expect(!first.part(from: #"id="changes""#, to: "</section>").contains("LAW Article 2"))
      server.signIn.setLastVisit(server.clock.surroundings.now())
      server.advance(by: .seconds(60))
      let second = try await server.get("/")
      #expect(second.text.contains("Changed since your last visit"))
      #expect(second.text.contains("Nothing has changed since"))
      cookies.eyes.set(
        Verdict(summary: "One is bare.", findings: [Finding("bare", .medium, seen: "x", at: "sid")]),
        at: "https://shop.example")
      try await server.look(cookies)
      let third = try await server.get("/").part(from: #"id="changes""#, to: "</section>")
      #expect(third.contains("https://shop.example: One is bare."))
    }
  }

  @Test func `lists what falls due, the overdue first`() async throws {
    try await SignedInServer.with { server in
      try await server.register.attest(.sample("audit", ends: server.clock.now, in: 360), by: .operator)
      try await server.register.attest(.sample("diagram", ends: server.clock.now, in: 30), by: .operator)
      server.advance(by: .seconds(20 * 86_400))
      let soon = try await server.get("/").part(from: #"id="deadlines""#, to: "</section>")
      #expect(soon.contains("D04 · diagram") && soon.contains("the attestation ends"))
      #expect(!soon.contains("overdue") && !soon.contains("D03 · audit"))
      server.advance(by: .seconds(347 * 86_400))
      let late = try await server.get("/").part(from: #"id="deadlines""#, to: "</section>")
      #expect(late.contains("D03 · audit") && late.contains("every 12 months"))
      #expect(late.contains("overdue by 1 day") || late.contains("overdue by 2 days"))
      #expect(late.contains(#"href="/duties/D03#audit""#))
    }
  }

  /// A platform that has just begun has done nothing yet, and owes it all the same.
  @Test func `lists what falls due for the first time, from the first day on`() async throws {
    let profile = "platform: a\ncards: {flow: own-form}\n"
    try await SignedInServer.with(catalogue: .shipped(), profile: profile) { server in
      let due = try await server.get("/").part(from: #"id="deadlines""#, to: "</section>")
      #expect(due.contains("D06 · external-scan") && due.contains("every 3 months") && due.contains("17 Jun 2030"))
      #expect(!due.contains("overdue"))
      let duty = try await server.get("/duties/D06").text
      #expect(duty.contains("17 Jun 2030") && !duty.contains("status-met"))
    }
    // Without a profile nothing is owed yet that could fall due.
    try await SignedInServer.with(catalogue: .shipped(), profile: nil) { server async throws in
      #expect(try await !server.get("/").text.contains(#"id="deadlines""#))
    }
  }

  @Test func `says which checks cannot look, and raises what keeps failing`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      for _ in 0..<3 {
        try await server.look(tls)
        server.advance(by: .seconds(60))
      }
      let page = try await server.get("/").part(from: #"id="blind""#, to: "</section>")
      #expect(page.contains("no answer within 10 seconds, 3 times in a row"))
      #expect(page.contains("alert raised"))
      #expect(page.contains("/checks/fake.tls?target=https%3A%2F%2Fshop.example"))
    }
  }

  @Test func `tells once what keeps many checks from seeing a target`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let csp = FakeCheck(code: "fake.csp", title: "Policy")
    try await SignedInServer.with(checks: [tls, csp]) { server in
      try await server.look(tls)
      try await server.look(csp)
      let page = try await server.get("/").part(from: #"id="blind""#, to: "</section>")
      #expect(page.matches(of: #/<li>/#).count == 1)
      #expect(page.contains("Policy; Protocol versions") || page.contains("Protocol versions; Policy"))
      #expect(page.contains("/checks?q=https%3A%2F%2Fshop.example"))
    }
  }

  @Test func `shows the ledger's head`() async throws {
    try await SignedInServer.with { server in
      let size = try await server.ledger.journal.publishedSize()
      let page = try await server.get("/").part(from: #"id="ledger""#, to: "</section>")
      #expect(page.contains(">\(size)<"))
      #expect(page.contains(#"href="/explorer/\#(size - 1)#verify""#))
      #expect(page.contains("No witness is configured."))
    }
  }

  @Test func `shows hostile names as text`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "TLS")
    let profile = """
      platform: "<script>alert(1)</script>"
      storefronts:
        - url: https://shop.example/<script>alert(2)</script>
      """
    try await SignedInServer.with(checks: [tls], profile: profile) { server in
      tls.eyes.set(
        Verdict(
          summary: "<script>alert(3)</script>",
          findings: [Finding("x", .high, seen: "<img src=x onerror=alert(4)>", at: "\"><script>")]),
        at: "https://shop.example/<script>alert(2)</script>")
      try await server.look(tls)
      for path in ["/", "/obligations", "/duties/D01", "/obligations?q=%3Cscript%3E", "/exceptions"] {
        let page = try await server.get(path)
        #expect(page.status == .ok)
        #expect(!page.text.contains("<script>alert"), "\(path)")
        #expect(!page.text.contains("<img"), "\(path)")
        #expect(page.text.contains("&lt;script&gt;alert(1)"), "\(path)")
      }
    }
  }

  @Test func `is for members only`() async throws {
    try await SignedInServer.with { server in
      let page = try await server.get("/", signedIn: false)
      #expect(page.status == .seeOther)
      #expect(page.location == "/sign-in?next=%2F")
      let deep = try await server.get("/obligations?q=x", signedIn: false)
      #expect(deep.location == "/sign-in?next=%2Fobligations%3Fq%3Dx")
      server.signIn.allow([.check])
      #expect(try await server.get("/").status == .forbidden)
    }
  }
}

extension SettableClock {
  var now: Instant { surroundings.now() }
}

extension Attestation.Draft {
  /// A statement that ends so many days from now.
  static func sample(_ control: Code<Control>, ends now: Instant, in days: Int64) -> Attestation.Draft {
    Attestation.Draft(
      control: control, statement: "It is so.", expires: now.advanced(by: .seconds(days * 86_400)),
      documentName: "report.pdf", document: Array("%PDF".utf8))
  }
}
