import Access
import Assessment
import AsyncHTTPClient
import Foundation
import Journal
import NIOCore
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

extension SignedInServer {
  /// Everything in the ledger of a kind, the oldest first.
  func entries(_ kind: String) async throws -> [Entry] {
    try await ledger.sequence()
    return try await ledger.journal.leaves(from: 0, limit: 10_000).map { try Entry(parsing: $0.bytes) }
      .filter { $0.kind.name == kind }
  }
}

extension Verdict {
  /// One that a check of a test sees.
  static let good = Verdict(summary: "All is well.", findings: [])

  static func bad(_ severity: Severity = .high, code: Code<Advice> = "tls-obsolete-protocol") -> Verdict {
    Verdict(summary: "It is weak.", findings: [Finding(code, severity, seen: "A hole.", at: "/wall")])
  }
}

@Suite struct `The page of all checks` {
  static let shop = "https://shop.example"
  static let other = "https://other.example"

  static let profile = """
    platform: Two shops
    storefronts:
      - url: https://shop.example
      - url: https://other.example
    """

  @Test func `teaches what to do while there is nothing to look at`() async throws {
    try await SignedInServer.with(checks: [FakeCheck(code: "fake.tls", title: "Protocol versions")], profile: nil) {
      server in
      let page = try await server.get("/checks")
      #expect(page.status == .ok)
      #expect(page.text.contains("Nothing to look at yet") && page.text.contains(#"href="/settings""#))
    }
  }

  @Test func `shows what each saw last, the most urgent first, and filters`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies and their marks")
    try await SignedInServer.with(checks: [tls, cookies], profile: Self.profile) { server in
      tls.eyes.set(.good, at: Self.shop)
      tls.eyes.set(.bad(), at: Self.other)
      try await server.look(tls)
      try await server.look(cookies, at: Self.shop)
      let page = try await server.get("/checks")
      #expect(page.text.contains("4 looks at 2 targets"))
      #expect(page.text.contains("not looked yet"))
      #expect(page.text.contains("no answer within 10 seconds"))
      let order = ["It is weak.", "no answer within 10 seconds", "All is well."].map {
        page.text.range(of: $0)?.lowerBound
      }
      #expect(order.allSatisfy { $0 != nil } && order.compactMap(\.self) == order.compactMap(\.self).sorted())
      let weak = try await server.get("/checks?outcome=not-satisfied")
      #expect(weak.text.contains("It is weak.") && !weak.text.contains("All is well."))
      #expect(weak.text.contains("1 of 4 looks"))
      let searched = try await server.get("/checks?q=MARKS+cookies&outcome=")
      #expect(searched.text.contains("Cookies and their marks") && !searched.text.contains("It is weak."))
      let never = try await server.get("/checks?outcome=never")
      #expect(never.text.contains(#"data-target="https://other.example""#) && never.text.contains("1 of 4 looks"))
      let none = try await server.get("/checks?q=nothing+like+it")
      #expect(none.status == .ok && none.text.contains("Nothing matches"))
    }
  }

  @Test func `never looks green on stale evidence`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(.good, at: Self.shop)
      try await server.look(tls)
      #expect(try await server.get("/checks").text.contains("outcome-satisfied"))
      server.advance(by: .seconds(4 * 3_600))
      for path in ["/checks", "/checks/fake.tls"] {
        let page = try await server.get(path)
        #expect(!page.text.contains("outcome-satisfied") && page.text.contains("was satisfied"), "\(path)")
      }
      #expect(try await server.get("/checks?outcome=satisfied").text.contains("Nothing matches"))
      #expect(try await server.get("/checks?outcome=stale").text.contains("was satisfied"))
    }
  }

  @Test func `escapes what a target is called`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let hostile = "https://shop.example/<script>alert('1')</script>"
    let profile = "platform: \"<script>\"\nstorefronts:\n  - url: \"\(hostile)\""
    try await SignedInServer.with(checks: [tls], profile: profile) { server in
      tls.eyes.set(
        Verdict(summary: "<b>", findings: [Finding("odd", .low, seen: "<i>", at: "<script>")]), at: hostile)
      try await server.look(tls)
      try await server.ledger.sequence()
      let look = try #require(try await server.register.book().book.looks["fake.tls"]?[hostile])
      for path in [
        "/checks", "/checks/fake.tls", "/checks/fake.tls?target=\(Routes.encoded(hostile))", "/findings",
        "/findings/odd", "/observations/\(look.observation)", "/explorer", "/settings",
      ] {
        let page = try await server.get(path)
        #expect(page.status == .ok, "\(path)")
        for tag in ["<script>", "<i>A", "<b>A"] { #expect(!page.text.contains(tag), "\(path)") }
      }
      let page = try await server.get("/checks")
      #expect(page.text.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"))
      #expect(page.text.contains("/checks/fake.tls?target=https%3A%2F%2Fshop.example%2F%3Cscript%3E"))
    }
  }

  @Test func `is for members only`() async throws {
    try await SignedInServer.with { server in
      let stranger = try await server.get("/checks?q=a", signedIn: false)
      #expect(stranger.status == .seeOther)
      #expect(stranger.location == "/sign-in?next=%2Fchecks%3Fq%3Da")
    }
  }
}

@Suite struct `The page of a check` {
  static let shop = "https://shop.example"

  @Test func `shows its observations page by page`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      let before = try await server.get("/checks/fake.tls")
      #expect(before.text.contains("It has not looked yet") && before.text.contains("It looks every 1 hour"))
      for hour in 0..<45 {
        tls.eyes.set(Verdict(summary: "This is look \(hour).", findings: []), at: Self.shop)
        try await server.look(tls)
        server.advance(by: .seconds(3_600))
      }
      func looks(_ answer: SignedInServer.Answer) -> Set<Int> {
        Set(
          (0..<45).filter { answer.part(from: #"id="observations""#, to: "</table>").contains("This is look \($0).") })
      }
      func link(_ answer: SignedInServer.Answer, _ relation: String) throws -> String {
        let mark = #"<a class="button small" href=""#
        let hrefs = answer.text.components(separatedBy: mark).dropFirst()
        let found = try #require(hrefs.first { $0.contains("rel=\"\(relation)\">") })
        return String(found.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
      }
      let first = try await server.get("/checks/fake.tls")
      #expect(looks(first) == Set(25..<45) && first.text.contains("1 to 20 of 45"))
      let second = try await server.get(try link(first, "next"))
      #expect(looks(second) == Set(5..<25) && second.text.contains("21 to 40 of 45"))
      let third = try await server.get(try link(second, "next"))
      #expect(looks(third) == Set(0..<5) && third.text.contains("41 to 45 of 45"))
      #expect(!third.text.contains(#"rel="next""#) && !first.text.contains(#"rel="prev""#))
      #expect(looks(try await server.get(try link(third, "prev"))) == looks(second))
      #expect(looks(try await server.get(try link(second, "prev"))) == looks(first))
      #expect(first.text.contains("/duties/D01#transport"))
    }
  }

  @Test func `keeps what was seen of a target that is gone`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(.bad(), at: Self.shop)
      try await server.look(tls)
      try await server.register.setProfile("platform: Nothing", by: .operator)
      let former = try await server.get("/checks/fake.tls?target=\(Routes.encoded(Self.shop))")
      #expect(former.status == .ok && former.text.contains("It is weak."))
      let bare = try await server.get("/checks/fake.tls")
      #expect(bare.text.contains("The profile names nothing that this check could look at."))
      #expect(try await server.get("/checks/fake.tls?target=https%3A%2F%2Fnever.example").status == .notFound)
      #expect(try await server.get("/checks/fake.other").status == .notFound)
      #expect(
        try await server.get("/checks/fake.tls?target=\(Routes.encoded(Self.shop))&before=soon").status == .badRequest)
    }
  }

  @Test func `finds a target whose address is long`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let long = "https://shop.example/" + String(repeating: "a", count: 600)
    try await SignedInServer.with(checks: [tls], profile: "platform: a\nstorefronts:\n  - url: \(long)") { server in
      let page = try await server.get(CheckLook.href("fake.tls", at: long))
      #expect(page.status == .ok && page.text.contains(#"data-target="\#(long)""#))
    }
  }

  @Test func `has it look now, and the journal says who asked`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(.good, at: Self.shop)
      try await server.register.takeDueLooks()
      #expect(try await server.register.takeDueLooks() == 0)
      server.advance(by: .seconds(60))
      let fields = ["target": Self.shop, "next": "/checks?q=tls"]
      #expect(try await server.post("/checks/fake.tls/looks", fields, csrf: nil).status == .forbidden)
      #expect(try await server.post("/checks/fake.tls/looks", fields, csrf: "another").status == .forbidden)
      let foreign = [("Sec-Fetch-Site", "cross-site")]
      #expect(try await server.post("/checks/fake.tls/looks", fields, headers: foreign).status == .forbidden)
      #expect(try await server.post("/checks/fake.tls/looks", fields, signedIn: false).status == .unauthorized)
      server.signIn.allow([.read])
      #expect(try await server.post("/checks/fake.tls/looks", fields).status == .forbidden)
      server.signIn.allow(Set(Action.allCases))
      for (path, target) in [("fake.tls", "https://other.example"), ("fake.tls", ""), ("fake.none", Self.shop)] {
        #expect(try await server.post("/checks/\(path)/looks", ["target": target]).status == .notFound)
      }
      #expect(try await server.entries("check.requested").isEmpty)
      #expect(try await server.register.takeDueLooks() == 0)

      let asked = try await server.post("/checks/fake.tls/looks", fields)
      #expect(asked.status == .seeOther && asked.location == "/checks?q=tls&notice=look-asked")
      let elsewhere = try await server.post(
        "/checks/fake.tls/looks", ["target": Self.shop, "next": "https://evil.example/"])
      #expect(elsewhere.location == "/?notice=look-asked")
      let entries = try await server.entries("check.requested")
      #expect(entries.map(\.author.name) == ["member:ada", "member:ada"])
      #expect(entries.first?.facts == ["check": "fake.tls", "target": .string(Self.shop)])
      #expect(try await server.register.takeDueLooks() == 1)
      #expect(try await server.get(asked.location ?? "").text.contains("The check looks now"))
    }
  }
}
