import Foundation
import Journal
import NIOHTTP1
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `Coming in` {
  private static let password = "correct horse battery"

  private static func with(_ body: (SignedInServer, Access.Enrolment) async throws -> Void) async throws {
    try await SignedInServer.with { server in
      try await body(server, try await server.rooms.access.enrol(name: "grace", password: password))
    }
  }

  private static func fields(
    _ server: SignedInServer, _ enrolment: Access.Enrolment, next: String = "/", code: String? = nil
  ) -> [String: String] {
    let now = server.clock.surroundings.now()
    return [
      "name": enrolment.name, "password": password, "code": code ?? enrolment.oneTimePassword.code(at: now),
      "next": next,
    ]
  }

  @Test func `sets a cookie that no other site, no script and no plain connection gets`() async throws {
    try await Self.with { server, enrolment in
      let answer = try await server.post("/sign-in", Self.fields(server, enrolment), csrf: nil, signedIn: false)
      #expect(answer.status == .seeOther && answer.location == "/")
      let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
      #expect(cookie.hasPrefix("__Host-surety-session="))
      for mark in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] { #expect(cookie.contains(mark)) }
      #expect(!cookie.contains("Domain"))
      #expect(answer.headers.first(name: "Cache-Control") == "no-store")
    }
  }

  @Test func `gives a token of its own, whatever cookie was there before`() async throws {
    try await Self.with { server, enrolment in
      // Somebody planted a cookie; the test's browser sends it.
      let answer = try await server.post("/sign-in", Self.fields(server, enrolment), csrf: nil, signedIn: true)
      let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
      #expect(!cookie.contains(StubSessions.token))
    }
  }

  @Test(arguments: [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil", "javascript:alert(1)",
    "/\t/evil.example", "/ /evil", "/\r\nSet-Cookie: x=y", "///evil.example", "https:evil.example",
    "/" + String(repeating: "a", count: 600),
  ]) func `leads nowhere but here`(_ next: String) async throws {
    try await Self.with { server, enrolment in
      let answer = try await server.post(
        "/sign-in", Self.fields(server, enrolment, next: next), csrf: nil, signedIn: false)
      #expect(answer.location == "/")
      let page = try await server.get("/sign-in?next=\(Routes.encoded(next))", signedIn: false)
      #expect(page.part(from: #"name="next" value=""#, to: #"">"#) == #"name="next" value="/">"#)
    }
  }

  @Test func `is refused in the same words whatever was wrong`() async throws {
    try await Self.with { server, enrolment in
      var texts: Set<String> = []
      for change in [
        ["name": "nobody"], ["password": "wrong"], ["code": "000000"], ["code": ""],
        ["code": "AAAAAA-AAAAAA-AAAAAA-AAAAAA"],
      ] {
        let fields = Self.fields(server, enrolment).merging(change) { $1 }
        let answer = try await server.post("/sign-in", fields, csrf: nil, signedIn: false)
        #expect(answer.status == .unprocessableEntity)
        #expect(answer.headers["Set-Cookie"].isEmpty)
        texts.insert(answer.part(from: "error-summary", to: "</div>"))
        #expect(!answer.text.contains(Self.password))
      }
      #expect(texts.count == 1)
    }
  }

  @Test func `is not done by a form of another site`() async throws {
    try await Self.with { server, enrolment in
      for path in ["/sign-in", "/sign-in/passkey", "/invitation", "/invitation/passkey", "/invitation/password"] {
        for site in ["cross-site", "same-site"] {
          let answer = try await server.post(
            path, Self.fields(server, enrolment), csrf: nil, signedIn: false, headers: [("Sec-Fetch-Site", site)])
          #expect(answer.status == .forbidden, "\(path) \(site)")
        }
      }
    }
  }

  @Test func `asks for a factor again where it was shown too long ago, and nothing is done before`() async throws {
    try await SignedInServer.with { server in
      server.signIn.setAge(.seconds(601))
      let page = try await server.get("/members/invite")
      #expect(page.status == .seeOther && page.location == "/prove?next=%2Fmembers%2Finvite")
      let deed = try await server.post(
        "/members/invite", ["name": "grace", "role": "auditor"], headers: [("Referer", "\(server.url)/members/invite")])
      #expect(deed.location == "/prove?next=%2Fmembers%2Finvite")
      let elsewhere = try await server.post(
        "/members/invite", ["name": "grace", "role": "auditor"],
        headers: [("Referer", "https://evil.example//evil.example")])
      #expect(elsewhere.location == "/prove?next=%2F")
      #expect(try await server.rooms.access.invitations().isEmpty)
      server.signIn.setAge(.seconds(3_601))
      let call = try await server.call(.POST, "/attestations", body: Array("{}".utf8))
      #expect(call.status == .forbidden && call.text.contains("/prove"))
      #expect(try await server.get("/members").status == .ok, "reading asks for nothing more")
    }
  }

  @Test func `shows no page of members to whose role does not include it`() async throws {
    try await SignedInServer.with { server async throws in
      server.signIn.allow([.read])
      for path in ["/members", "/members/invite", "/members/review", "/account/password"] {
        #expect(try await server.get(path).status == .forbidden, "\(path)")
      }
      for path in ["/members/invite", "/members/review", "/account/recovery-codes", "/account/passkeys"] {
        #expect(try await server.post(path, [:]).status == .forbidden, "\(path)")
      }
      #expect(try await server.get("/account").status == .ok)
    }
  }

  @Test func `by an invitation says when it has ended, and shows it to nobody who guesses`() async throws {
    try await SignedInServer.with { server in
      let (_, token) = try await server.rooms.access.invite(name: "grace", role: "auditor", by: .operator)
      let page = try await server.post("/invitation", ["token": token.text], csrf: nil, signedIn: false)
      #expect(page.status == .ok && page.text.contains("grace") && page.text.contains("Auditor"))
      for wrong in ["", "x", String(repeating: "A", count: 43)] {
        let answer = try await server.post("/invitation", ["token": wrong], csrf: nil, signedIn: false)
        #expect(answer.status == .unprocessableEntity && !answer.text.contains("grace"))
      }
      server.advance(by: .seconds(8 * 86_400))
      let late = try await server.post("/invitation", ["token": token.text], csrf: nil, signedIn: false)
      #expect(late.text.contains("too old"))
    }
  }
}
