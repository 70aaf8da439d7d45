import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The public page` {
  @Test func `is there only once somebody switched it on, and tells no finding`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "TLS")
    let cookies = FakeCheck(code: "fake.cookies", title: "Cookies")
    try await SignedInServer.with(checks: [tls, cookies]) { server in
      tls.eyes.set(
        Verdict(summary: "The back door is open.", findings: [Finding("door", .high, seen: "a door", at: "the wall")]),
        at: "https://shop.example")
      cookies.eyes.set(Verdict(summary: "All is well.", findings: []), at: "https://shop.example")
      try await server.look(tls)
      try await server.look(cookies)
      #expect(try await server.get("/standing", signedIn: false).status == .notFound)
      #expect(try await server.post("/settings/standing-page", ["isOn": "yes"]).status == .seeOther)
      let page = try await server.get("/standing", signedIn: false)
      #expect(page.status == .ok)
      #expect(page.text.contains("Security standing of Teapot &amp; Leaf"))
      #expect(page.text.contains("1 of 4 duties is shown to be met by fresh evidence."))
      #expect(page.text.contains("evidence of 17 Mar 2030"))
      #expect(page.text.contains("shop.example/ledger+"))
      for secret in ["back door", "a door", "the wall", "https://shop.example", "All is well"] {
        #expect(!page.text.contains(secret), "\(secret)")
      }
      server.advance(by: .seconds(5 * 3_600))
      let stale = try await server.get("/standing", signedIn: false)
      #expect(stale.text.contains("0 of 4 duties are shown to be met by fresh evidence."))
      #expect(!stale.part(from: "<tbody>", to: "</tbody>").contains("status-met"))
      #expect(try await server.post("/settings/standing-page", ["isOn": "no"]).status == .seeOther)
      #expect(try await server.get("/standing", signedIn: false).status == .notFound)
    }
  }
}
