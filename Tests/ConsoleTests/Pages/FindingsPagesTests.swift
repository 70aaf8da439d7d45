import Assessment
import Foundation
import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The page of findings` {
  static let shop = "https://shop.example"

  /// Two checks that saw weaknesses of every severity.
  static func with(_ body: (SignedInServer, FakeCheck, FakeCheck) async throws -> Void) async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [tls, cookies]) { server async throws in
      tls.eyes.set(
        Verdict(
          summary: "It is weak.",
          findings: [
            Finding("tls-obsolete-protocol", .high, seen: "TLS 1.0 is accepted.", at: "shop.example:443"),
            Finding("made-up", .critical, seen: "The door is open.", at: "the door"),
          ]), at: shop)
      cookies.eyes.set(
        Verdict(
          summary: "Some are bare.",
          findings: [
            Finding("cookie-bare", .low, seen: "One is bare.", at: "sid"),
            Finding("cookie-odd", .note, seen: "One is odd.", at: "odd"),
          ]), at: shop)
      try await server.look(tls)
      try await server.look(cookies)
      try await body(server, tls, cookies)
    }
  }

  @Test func `has the most severe first, with advice, duties and requirements`() async throws {
    try await Self.with { server, _, _ async throws in
      let page = try await server.get("/findings")
      #expect(page.status == .ok)
      #expect(page.text.contains("4 findings at 1 target, the most severe first"))
      let order = ["The door is open.", "TLS 1.0 is accepted.", "One is bare.", "One is odd."]
        .map { page.text.range(of: $0)?.lowerBound }
      #expect(order.allSatisfy { $0 != nil } && order.compactMap(\.self) == order.compactMap(\.self).sorted())
      #expect(page.text.contains("Obsolete versions of TLS are accepted"))
      let book = try await server.register.book().book
      let tls = try #require(book.looks["fake.tls"]?[Self.shop])
      #expect(page.text.contains("/observations/\(tls.observation)"))
    }
  }

  @Test func `filters by severity, duty and words`() async throws {
    try await Self.with { server, _, _ async throws in
      func seen(_ query: String) async throws -> [String] {
        let page = try await server.get("/findings?\(query)")
        #expect(page.status == .ok)
        return ["The door is open.", "TLS 1.0 is accepted.", "One is bare.", "One is odd."]
          .filter { page.text.contains($0) }
      }
      #expect(try await seen("severity=critical") == ["The door is open."])
      #expect(try await seen("severity=note") == ["One is odd."])
      #expect(try await seen("duty=D01") == ["The door is open.", "TLS 1.0 is accepted."])
      // A note breaks no duty.
      #expect(try await seen("duty=D02") == ["One is bare."])
      #expect(try await seen("q=obsolete") == ["TLS 1.0 is accepted."])
      #expect(try await seen("q=SID&severity=low&duty=D02") == ["One is bare."])
      #expect(try await seen("severity=low&duty=D01").isEmpty)
      #expect(try await seen("severity=unheard-of").count == 4)
      #expect(try await server.get("/findings?q=zebra").text.contains("Nothing matches"))
    }
  }

  @Test func `says since when, until when it is accepted, and what is wrong no more`() async throws {
    try await Self.with { server, tls, cookies async throws in
      let first = server.clock.now
      for _ in 0..<3 {
        server.advance(by: .seconds(3_600))
        try await server.look(tls)
      }
      #expect(try await server.get("/findings?q=obsolete").text.contains(first.rfc3339))
      try await server.register.grant(
        .control("cookies"), reason: "The new shop comes in May.",
        until: server.clock.now.advanced(by: .seconds(30 * 86_400)), by: try Entry.Author("member:ada"))
      let accepted = try await server.get("/findings?q=bare")
      #expect(accepted.text.contains("accepted by ada until"))
      cookies.eyes.set(.good, at: Self.shop)
      try await server.look(cookies)
      #expect(!(try await server.get("/findings").text.contains("One is bare.")))
    }
  }

  @Test func `does not say that all is fine where nobody looked`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server async throws in
      #expect(try await server.get("/findings").text.contains("Nothing was looked at yet"))
      tls.eyes.set(.good, at: Self.shop)
      try await server.look(tls)
      #expect(try await server.get("/findings").text.contains("Nothing wrong was seen</h2>"))
      server.advance(by: .seconds(4 * 3_600))
      let stale = try await server.get("/findings")
      #expect(stale.text.contains("Nothing wrong was seen, but not everything was looked at"))
    }
  }

  @Test func `has a page for each kind of weakness`() async throws {
    try await Self.with { server, _, _ async throws in
      let known = try await server.get("/findings/tls-obsolete-protocol")
      #expect(known.status == .ok)
      for text in [
        "Obsolete versions of TLS are accepted", "Why it matters.", "nginx", "Apache", "Caddy", "ssl_protocols",
        "TLS 1.0 is accepted.", "shop.example:443", "/duties/D01", "LAW Article 1", "/requirements/law.1",
      ] {
        #expect(known.text.contains(text), "\(text)")
      }
      // What does not apply is not broken.
      #expect(!known.text.contains("/requirements/cards.1"))
      #expect(try await server.get("/findings/made-up").text.contains("The door is open."))
      let elsewhere = try await server.get("/findings/hsts-missing")
      #expect(elsewhere.status == .ok && elsewhere.text.contains("Not seen now"))
      #expect(try await server.get("/findings/nobody-saw-it").status == .notFound)
    }
  }
}

@Suite struct `The page of an observation` {
  static let shop = "https://shop.example"

  @Test func `shows what was seen and the entry that proves it`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server async throws in
      tls.eyes.set(.bad(), at: Self.shop)
      try await server.look(tls)
      let look = try #require(try await server.register.book().book.looks["fake.tls"]?[Self.shop])
      let path = "/observations/\(look.observation)"
      let pending = try await server.get(path)
      #expect(pending.status == .ok)
      #expect(pending.text.contains("not under a published checkpoint yet") && !pending.text.contains("data-verify"))
      try await server.ledger.sequence()
      let entry = try #require(try await server.register.observation(look.observation)?.entry)
      let index = try #require(try await server.ledger.journal.leaf(of: entry)?.index)
      let page = try await server.get(path)
      for text in [
        "fake.tls at https://shop.example", "<dt>Weaknesses</dt><dd>1 &lt;seen&gt;</dd>", "It is weak.", "A hole.",
        "Obsolete versions of TLS are accepted",
        "/explorer/\(index)", #"data-index="\#(index)""#, "/ledger/entries/\(index).tlog-proof",
        "/duties/D01#transport",
        "&quot;outcome&quot;: &quot;notSatisfied&quot;",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
      let key = try #require(server.ledger.keyring.verifierKeys.first)
      #expect(page.text.contains(#"data-key="\#(key)""#))
    }
  }

  @Test func `shows what could not be looked at, and numbers with fractions as they are`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server async throws in
      try await server.look(tls)
      let blind = try #require(try await server.register.book().book.looks["fake.tls"]?[Self.shop])
      let page = try await server.get("/observations/\(blind.observation)")
      #expect(page.text.contains("no answer within 10 seconds") && page.text.contains("outcome-could-not-check"))
      let now = server.clock.now
      let odd = Observation(
        id: Identifier(at: now, random: 5), check: "former.check", target: Self.shop, at: now, took: .milliseconds(40),
        expires: now, verdict: .good, seen: Array(#"{"ratio":0.25}"#.utf8))
      try await server.register.record(odd)
      let shown = try await server.get("/observations/\(odd.id)")
      #expect(shown.text.contains("{&quot;ratio&quot;:0.25}") && shown.text.contains("40 ms"))
      #expect(!shown.text.contains("outcome-satisfied"))
    }
  }

  @Test func `is not there for what nobody observed`() async throws {
    try await SignedInServer.with { server async throws in
      for name in ["0199f3a1-44b1-794b-8636-84a366b14869", "x", "%3Cscript%3E"] {
        #expect(try await server.get("/observations/\(name)").status == .notFound)
      }
    }
  }
}
