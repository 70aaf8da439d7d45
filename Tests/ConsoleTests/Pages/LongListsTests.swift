import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `A list that is longer than its page` {
  static let shop = "https://shop.example"

  /// A duty that was met and not met in turns, so many times.
  static func with(changes: Int, _ body: (SignedInServer) async throws -> Void) async throws {
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [cookies]) { server in
      for number in 0..<changes {
        server.advance(by: .seconds(1))
        let isFine = number.isMultiple(of: 2)
        cookies.eyes.set(
          Verdict(
            summary: "Look \(number).", findings: isFine ? [] : [Finding("bare", .medium, seen: "x", at: "sid")]),
          at: shop)
        try await server.look(cookies)
      }
      try await body(server)
    }
  }

  private static func rows(_ page: SignedInServer.Answer, of list: String = "changes") -> Int {
    page.part(from: #"id="\#(list)""#, to: "</ol>").matches(of: #/<li>/#).count
  }

  @Test func `of changes says how many more there are, and where`() async throws {
    try await Self.with(changes: 23) { server in
      let page = try await server.get("/")
      #expect(Self.rows(page) == 20)
      let link = try #require(page.text.firstMatch(of: #/href="(\/changes\?since=[^"]+)">and 3 more</#))
      let rest = try await server.get(String(link.1))
      #expect(rest.status == .ok && rest.text.contains("23 changes since "))
      #expect(rest.text.contains("Look 0.") && rest.text.contains("Look 22."))
      #expect(rest.part(from: "<ol", to: "</ol>").matches(of: #/<li>/#).count == 23)
      #expect(try await server.get("/changes").status == .ok)
      #expect(try await server.get("/changes?since=yesterday").status == .badRequest)
      let later = Routes.encoded(server.clock.now.advanced(by: .seconds(1)).rfc3339)
      #expect(try await server.get("/changes?since=\(later)").text.contains("Nothing has changed since then"))
    }
  }

  @Test func `of changes that is short has no such link`() async throws {
    try await Self.with(changes: 20) { server in
      let page = try await server.get("/")
      #expect(Self.rows(page) == 20 && !page.text.contains("/changes?since="))
      #expect(!(try await server.get("/duties/D02").text.contains("older changes")))
    }
  }

  @Test(arguments: ["/duties/D02", "/requirements/law.2"])
  func `of a history leads to the older ones`(path: String) async throws {
    try await Self.with(changes: 23) { server in
      let page = try await server.get(path)
      #expect(Self.rows(page, of: "history") == 20)
      #expect(page.text.contains(#"<a href="\#(path)?history=all#history">See the older changes</a>"#))
      let whole = try await server.get("\(path)?history=all")
      #expect(Self.rows(whole, of: "history") == 23)
      #expect(!whole.text.contains("older changes") && !whole.text.contains("These are the newest"))
    }
  }

  @Test func `of checks that cannot look says how many more there are`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let shops = (10..<33).map { "  - url: https://s\($0).example\n" }.joined()
    try await SignedInServer.with(checks: [tls], profile: SampleShop.profile + "\n" + shops) { server in
      try await server.look(tls)
      let page = try await server.get("/")
      let part = page.part(from: #"id="blind""#, to: "</section>")
      #expect(part.matches(of: #/<li>/#).count == 20)
      #expect(part.contains(#"<a href="/checks">and 4 more</a>"#))
    }
  }

  @Test func `of places at which a weakness is seen says so`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      let findings = (0..<205).map { Finding("made-up", .high, seen: "It is open.", at: "door \($0)") }
      tls.eyes.set(Verdict(summary: "Doors are open.", findings: findings), at: Self.shop)
      try await server.look(tls)
      let page = try await server.get("/findings/made-up")
      #expect(page.text.contains("These are the first 200 of 205 places; the API lists them all."))
      let overview = try await server.get("/")
      #expect(
        overview.text.contains(#"<a href="/findings?duty=D01" aria-label="205 findings of D01">205 findings</a>"#))
      #expect(try await server.get("/findings?duty=D01").text.contains("The 200 most severe of 205 findings"))
    }
  }
}
