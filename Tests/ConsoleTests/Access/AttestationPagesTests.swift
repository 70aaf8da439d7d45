import Journal
import NIOHTTP1
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `The page that adds a passkey` {
  private static func demanding() throws -> Access.Configuration {
    var configuration = Access.Configuration()
    configuration.attestation = try AttestationTrust(pem: Array(MakerCertificate.pem.utf8), file: "makers.pem")
    return configuration
  }

  /// Opens the page and answers it with a passkey that says nothing of its make.
  private static func add(
    _ server: SignedInServer
  ) async throws -> (page: SignedInServer.Answer, answer: SignedInServer.Answer) {
    let page = try await server.get("/account/passkeys/new")
    func attribute(_ start: String) -> String {
      String(page.part(from: start, to: "\"").dropFirst(start.count).dropLast()).replacing("&quot;", with: "\"")
    }
    let options = try #require(JSON(parsing: Array(attribute("data-options=\"").utf8)))
    let challenge = try #require(options["challenge"]?.text)
    let fields = UnattestedPasskey().fields(challenge: challenge)
      .merging(["ticket": attribute("name=\"ticket\" value=\"")]) { $1 }
    return (page, try await server.post("/account/passkeys", fields))
  }

  @Test func `refuses an unattested one with a reason where makers are named, and says so before`() async throws {
    try await SignedInServer.with(configuration: try Self.demanding()) { server in
      let (page, answer) = try await Self.add(server)
      #expect(page.text.contains("Only authenticators that prove their make are taken here"))
      #expect(
        page.text.contains(MakerCertificate.name) && page.text.contains("&quot;attestation&quot;:&quot;direct&quot;"))
      #expect(answer.status == .unprocessableEntity)
      #expect(answer.text.contains("Here only authenticators that prove their make are taken, and this one does not."))
      let ada = try #require(StubSessions.member)
      #expect(try await server.rooms.access.member(ada).passkeys.isEmpty)
      let (_, token) = try await server.rooms.access.invite(name: "grace", role: "support", by: .operator)
      let invited = try await server.post("/invitation", ["token": token.text], csrf: nil, signedIn: false)
      #expect(invited.text.contains("Only authenticators that prove their make are taken here"))
    }
  }

  @Test func `records one as unattested where all are taken`() async throws {
    try await SignedInServer.with { server in
      let (page, answer) = try await Self.add(server)
      #expect(!page.text.contains("prove their make"))
      #expect(answer.location == "/account?notice=passkey-added", "\(answer.text)")
      let ada = try #require(StubSessions.member)
      let passkey = try #require(try await server.rooms.access.member(ada).passkeys.first)
      #expect(passkey.attestation == .none)
      #expect(try await server.get("/account").text.contains("stays on its device, unattested"))
    }
  }
}
