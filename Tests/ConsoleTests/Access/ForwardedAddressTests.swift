import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `An address behind a proxy` {
  /// The server of the tests speaks plain HTTP on the loopback, as behind a proxy on this machine.
  @Test(arguments: [
    ("203.0.113.9", "203.0.113.9"), ("198.51.100.1, 203.0.113.9", "203.0.113.9"), ("2001:db8::7", "2001:db8::7"),
    ("", "127.0.0.1"), ("evil<script>", "127.0.0.1"), (String(repeating: "1", count: 99), "127.0.0.1"),
  ]) func `is the last that the proxy names, if it is one`(_ header: String, _ address: String) async throws {
    try await SignedInServer.with(sessions: .real) { server in
      let enrolment = try await server.rooms.access.enrol(name: "grace", password: "correct horse battery")
      let code = enrolment.oneTimePassword.code(at: server.clock.surroundings.now())
      let answer = try await server.post(
        "/sign-in", ["name": "grace", "password": "correct horse battery", "code": code, "next": "/"], csrf: nil,
        signedIn: false, headers: [("X-Forwarded-For", header)])
      #expect(answer.location == "/")
      let member = try #require(try await server.rooms.access.members().first { $0.member.name == "grace" })
      #expect(try await server.rooms.access.sessions(of: member.member.id).map(\.device.address) == [address])
    }
  }
}
