import AsyncHTTPClient
import Foundation
import NIOHTTP1
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Access
@testable import Console

/// The provider of the tests, asked within the process.
private struct Provided: OpenIDTransport {
  let provider: TestOpenIDProvider

  func ask(_ address: String, posting form: String?, authorization: String?, most: Int) async throws -> OpenIDAnswer {
    let answer = provider.answer(address, posting: form, authorization: authorization)
    return OpenIDAnswer(status: answer.status, body: answer.body)
  }
}

@Suite struct `Single sign-on at the console` {
  /// A browser on its way, with the cookies that it was given.
  private struct Traveller {
    let server: SignedInServer
    let provider: TestOpenIDProvider
    var cookies: [String: String] = [:]

    /// - Parameter strict: whether cookies go along that no other site may have sent.
    mutating func get(_ path: String, strict: Bool = true) async throws -> SignedInServer.Answer {
      let sent = cookies.filter { strict || $0.key != Gate.cookieName }.map { "\($0.key)=\($0.value)" }
      let answer = try await server.get(path, signedIn: false, headers: [("Cookie", sent.joined(separator: "; "))])
      take(answer)
      return answer
    }

    mutating func take(_ answer: SignedInServer.Answer) {
      for cookie in answer.headers["Set-Cookie"] {
        let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
      }
    }

    /// Goes to the provider and signs in there.
    mutating func leave(_ path: String = "/sign-in/openid?next=/checks") async throws -> String {
      let away = try await get(path)
      return try back(from: try #require(away.location))
    }

    func back(from address: String) throws -> String {
      let back = try provider.signIn(at: address)
      #expect(back.redirect == "https://surety.example\(SingleSignOn.callback)")
      return "\(SingleSignOn.callback)?code=\(back.code)&state=\(back.state)"
    }
  }

  private static func with(_ body: (inout Traveller) async throws -> Void) async throws {
    let box = Mutexed<TestOpenIDProvider>()
    try await SignedInServer.with(
      sessions: .real,
      singleSignOn: { surroundings in
        let provider = TestOpenIDProvider(at: surroundings)
        box.put(provider)
        let read = try OpenIDProvider(
          Array(TestOpenIDProvider.file.utf8), file: "openid.yaml", roles: try .shipped())
        let client = OpenIDClient(read, over: Provided(provider: provider), surroundings: surroundings)
        return SingleSignOn(client, console: "https://surety.example")
      }
    ) { server in
      var traveller = Traveller(server: server, provider: try #require(box.value))
      try await body(&traveller)
    }
  }

  @Test func `leads there and back, and lets in whom the provider vouches for`() async throws {
    try await Self.with { traveller in
      let page = try await traveller.get("/sign-in?next=/checks")
      #expect(page.text.contains("Sign in with Our directory") && page.text.contains("/sign-in/openid?next=%2Fchecks"))
      let back = try await traveller.leave()
      let cookie = try #require(traveller.cookies["__Host-surety-openid"])
      #expect(!cookie.contains("checks"), "sealed")
      // From another site: without the strict cookie, and by a page that comes again from here.
      let arrived = try await traveller.get(back, strict: false)
      #expect(arrived.status == .ok && arrived.text.contains("url=/checks"))
      #expect(arrived.headers["Set-Cookie"].contains { $0.contains("SameSite=Strict") && $0.contains("HttpOnly") })
      #expect(traveller.cookies["__Host-surety-openid"] == nil)
      #expect(try await traveller.get("/checks").status == .ok)
      let account = try await traveller.get("/account")
      #expect(account.text.contains("grace") && account.text.contains(TestOpenIDProvider.issuer))
    }
  }

  @Test func `counts once, and only in the browser that began`() async throws {
    try await Self.with { traveller in
      let back = try await traveller.leave()
      let began = traveller.cookies
      traveller.cookies = [:]
      let stranger = try await traveller.get(back)
      #expect(
        stranger.status == .unprocessableEntity && stranger.text.contains("belongs to no sign-in of this browser"))
      traveller.cookies = began
      #expect(try await traveller.get(back).status == .ok)
      traveller.cookies = began
      #expect(try await traveller.get(back).status == .unprocessableEntity, "a second time")

      // An answer that belongs to another sign-in of the same browser.
      let first = try await traveller.leave()
      _ = try await traveller.leave()
      let mixed = try await traveller.get(first)
      #expect(mixed.status == .unprocessableEntity)
      #expect(!mixed.headers["Set-Cookie"].contains { $0.hasPrefix(Gate.cookieName) })
    }
  }

  @Test(arguments: ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)"])
  func `leads nowhere else`(_ next: String) async throws {
    try await Self.with { traveller in
      let back = try await traveller.leave("/sign-in/openid?next=\(Routes.encoded(next))")
      let arrived = try await traveller.get(back)
      #expect(arrived.text.contains("url=/\"") && !arrived.text.contains("evil"))
    }
  }

  @Test func `says why somebody does not come in, and nothing of what the provider wrote`() async throws {
    try await Self.with { traveller in
      let back = try await traveller.leave()
      let state = back.split(separator: "=").last.map { String($0) } ?? ""
      let declined = try await traveller.get(
        "\(SingleSignOn.callback)?error=access_denied&error_description=<script>ada@shop.test&state=\(state)")
      #expect(declined.status == .unprocessableEntity && declined.text.contains("did not let you in"))
      #expect(!declined.text.contains("ada@shop.test"))
      traveller.provider.lie { _, claims in claims["amr"] = ["pwd"] }
      let weak = try await traveller.get(try await traveller.leave())
      #expect(weak.text.contains("does not say that more than a password was shown"))
      #expect(traveller.cookies[Gate.cookieName] == nil)
      traveller.provider.lie()
      traveller.server.advance(by: .seconds(3_601))
      traveller.provider.answer("openid-configuration", with: (500, []))
      let down = try await traveller.get("/sign-in/openid")
      #expect(down.text.contains("answers with status 500") && down.text.contains("Sign in with a passkey"))
    }
  }

  @Test func `steps a session up, and connects an account that was there before`() async throws {
    try await Self.with { traveller in
      let (server, access) = (traveller.server, traveller.server.rooms.access)
      let enrolment = try await access.enrol(name: "grace", password: "correct horse battery", role: "privacy")
      let code = enrolment.oneTimePassword.code(at: server.clock.surroundings.now())
      let taken = try await traveller.get(try await traveller.leave())
      #expect(taken.text.contains("There is a member grace already"))
      let opened = try await access.open(
        Credentials(name: "grace", password: "correct horse battery", code: code),
        from: Device(address: "127.0.0.1", agent: "a test"))
      traveller.cookies = [Gate.cookieName: opened.token.text]
      #expect(try await traveller.get("/account").text.contains("Connect…"))
      #expect(try await traveller.get("/account/openid").text.contains("Connect with Our directory"))
      let leaving = try await server.post(
        "/account/openid", [:], csrf: opened.session.csrf, signedIn: false,
        headers: [("Cookie", "\(Gate.cookieName)=\(opened.token.text)")])
      let away = leaving.part(from: "url=", to: "\"").dropFirst(4).dropLast()
      traveller.take(leaving)
      let connected = try await traveller.get(
        try traveller.back(from: String(away).replacing("&amp;", with: "&")), strict: false)
      #expect(connected.text.contains("notice=connected"))

      // A factor that was shown too long ago is asked for there.
      server.advance(by: .seconds(20 * 60))
      #expect(try await traveller.get("/account/openid").location?.hasPrefix("/prove") == true)
      #expect(try await traveller.get("/prove?next=/account").text.contains("Use Our directory"))
      let before = traveller.cookies[Gate.cookieName]
      let back = try await traveller.leave("/prove/openid?next=/account/password")
      #expect(try await traveller.get(back, strict: false).text.contains("url=/account/password"))
      #expect(traveller.cookies[Gate.cookieName] != before)
      #expect(try await traveller.get("/account/password").status == .ok)
    }
  }

  @Test func `reaches a provider by forms, within limits`() async throws {
    try await SignedInServer.with { server in
      try await HTTPFetcher.with { fetcher in
        let (transport, url) = (OpenIDFetcher(fetcher), "\(server.url)/sign-in")
        #expect(try await transport.ask(url, posting: nil, authorization: nil, most: 65_536).status == 200)
        // What the form said stands in the page that comes back.
        let form = try await transport.ask(
          url, posting: "name=sent%20by%20form&password=x&code=1", authorization: "Basic eDp5", most: 65_536)
        #expect(form.status == 422 && String(decoding: form.body, as: UTF8.self).contains("sent by form"))
        await #expect(throws: ConsoleError.self) {
          _ = try await transport.ask(url, posting: nil, authorization: nil, most: 10)
        }
        // A redirect is an answer, and is not followed.
        #expect(
          try await transport.ask(
            "\(server.url)/account", posting: nil, authorization: nil, most: 65_536
          ).status == 303)
      }
    }
  }
}

/// Something that one closure makes and another uses.
private final class Mutexed<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)
  var value: Value? { stored.withLock { $0 } }
  func put(_ value: Value) { stored.withLock { $0 = value } }
}
