import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `A request with an Idempotency-Key` {
  private static func body(until end: Instant, reason: String = "It is being drawn.") -> [UInt8] {
    JSON.object(["subject": "control:diagram", "reason": .string(reason), "ends": .string(end.rfc3339)]).canonicalBytes
  }

  private static func granted(_ server: SignedInServer) async throws -> Int {
    try await server.register.exceptions().count
  }

  @Test func `is done once and answered twice`() async throws {
    try await SignedInServer.with { server in
      let body = Self.body(until: server.inAMonth)
      let first = try await server.call(.POST, "/exceptions", body: body, key: "one")
      let second = try await server.call(.POST, "/exceptions", body: body, key: "one")
      #expect(first.status == .created && second.status == .created && first.bytes == second.bytes)
      #expect(try await Self.granted(server) == 1)
      let other = Self.body(until: server.inAMonth, reason: "Another.")
      #expect(try await server.call(.POST, "/exceptions", body: other, key: "one").isProblem(422))
      #expect(try await server.call(.POST, "/exceptions", body: other, key: "two").status == .created)
      #expect(try await server.call(.POST, "/exceptions", body: body, key: "").isProblem(400))
      let long = String(repeating: "k", count: 101)
      #expect(try await server.call(.POST, "/exceptions", body: body, key: long).isProblem(400))
      #expect(try await Self.granted(server) == 2)
      // A key is kept for a day.
      server.advance(by: .seconds(86_401))
      let late = Self.body(until: server.inAMonth)
      #expect(try await server.call(.POST, "/exceptions", body: late, key: "one").status == .created)
    }
  }

  @Test func `that was refused may be mended under the same key`() async throws {
    try await SignedInServer.with { server async throws in
      let far = Self.body(until: server.inAMonth.advanced(by: .seconds(900 * 86_400)))
      #expect(try await server.call(.POST, "/exceptions", body: far, key: "one").isProblem(422))
      let mended = Self.body(until: server.inAMonth)
      #expect(try await server.call(.POST, "/exceptions", body: mended, key: "one").status == .created)
    }
  }

  @Test func `is not done again where its answer could not be kept`() async throws {
    try await SignedInServer.with { server in
      try await server.ledger.database.write { transaction in
        try transaction.execute(
          """
          CREATE TRIGGER no_answer BEFORE UPDATE ON console_answer BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
          """)
      }
      let body = Self.body(until: server.inAMonth)
      let first = try await server.call(.POST, "/exceptions", body: body, key: "one")
      #expect(first.status == .created, "what was done is said to be done")
      for _ in 0..<2 {
        #expect(try await server.call(.POST, "/exceptions", body: body, key: "one").isProblem(409))
        server.advance(by: .seconds(3_600))
      }
      #expect(try await Self.granted(server) == 1)
    }
  }

  @Test func `is not done again by another node where the first one died in the middle`() async throws {
    try await SignedInServer.with { server in
      let body = Self.body(until: server.inAMonth)
      // The mark of a request of which only the answer is missing: everything but that is as the first node left it.
      #expect(try await server.call(.POST, "/exceptions", body: body, key: "one").status == .created)
      try await server.ledger.database.write { transaction in
        try transaction.execute("UPDATE console_answer SET status = NULL, body = NULL")
      }
      let soon = try await server.call(.POST, "/exceptions", body: body, key: "one")
      #expect(soon.isProblem(409) && soon.text.contains("is being worked on"))
      server.advance(by: .seconds(61))
      let later = try await server.call(.POST, "/exceptions", body: body, key: "one")
      #expect(later.isProblem(409) && later.text.contains("Look whether it was done"))
      #expect(try await Self.granted(server) == 1)
    }
  }
}
