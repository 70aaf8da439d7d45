import Journal
import NIOHTTP1
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `A program with a key` {
  private static func with(_ body: (SignedInServer, String) async throws -> Void) async throws {
    try await SignedInServer.with(sessions: .real) { server in
      let (_, secret) = try await server.rooms.access.makeKey(label: "build", actions: [.read], by: .operator)
      try await body(server, secret.text)
    }
  }

  @Test func `asks the API for what it may see, without a cookie`() async throws {
    try await Self.with { server, secret async throws in
      #expect(try await server.call(.GET, "/duties", bearer: secret).status == .ok)
      for wrong in ["", "x", String(secret.dropLast()), secret + "A", secret.uppercased()] {
        #expect(try await server.call(.GET, "/duties", bearer: wrong).status == .unauthorized, "\(wrong.count)")
      }
    }
  }

  @Test func `may do nothing that it was not made for`() async throws {
    try await Self.with { server, secret in
      let refused = try await server.call(.POST, "/attestations", body: Array("{}".utf8), csrf: nil, bearer: secret)
      #expect(refused.status == .forbidden)
      #expect(!refused.text.contains(secret))
    }
  }

  @Test func `is not let in beside a member's cookie when the key is wrong`() async throws {
    try await SignedInServer.with { server async throws in
      #expect(try await server.call(.GET, "/duties", signedIn: true).status == .ok)
      #expect(try await server.call(.GET, "/duties", signedIn: true, bearer: "wrong").status == .unauthorized)
    }
  }
}
