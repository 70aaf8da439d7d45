import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Members for whom another server vouches` {
  private static func identity(
    _ name: String = "grace", subject: String = "1", role: String = "support", at shown: Instant? = TestAccess.start
  ) -> FederatedIdentity {
    FederatedIdentity(
      issuer: TestOpenIDProvider.issuer, subject: subject, name: name, role: role, strength: .twoFactor,
      factors: [.federated, .password, .oneTimePassword], authenticatedAt: shown)
  }

  @Test(arguments: Backend.allCases)
  func `become members the first time, and are the same ever after`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let first = try await test.access.open(Self.identity(), from: TestAccess.device)
      #expect(first.session.member.name == "grace" && first.session.member.role.id == "support")
      #expect(first.session.factors.contains(.federated))
      // Another name and other groups at the provider: the same member, in another role.
      let second = try await test.access.open(Self.identity("hopper", role: "engineer"), from: TestAccess.device)
      #expect(second.session.member.id == first.session.member.id && second.session.member.name == "grace")
      #expect(second.session.member.role.id == "engineer")
      #expect(try await test.access.member(first.session.member.id).issuers == [TestOpenIDProvider.issuer])
      #expect(try await test.entries("member.added").count == 1)
      #expect(try await test.entries("member.role-changed").first?.facts["to"] == "engineer")
      let entries = try await test.entries("session.opened").map { String(decoding: $0.bytes, as: UTF8.self) }
      #expect(entries.allSatisfy { $0.contains("fed") })
    }
  }

  @Test func `are not taken for somebody who has the name, until that member says so`() async throws {
    try await TestAccess.with { test in
      let grace = try await test.signIn(
        try await test.access.enrol(name: "grace", password: TestAccess.password, role: "privacy"))
      await #expect(throws: FederationRefusal.nameTaken("grace")) {
        _ = try await test.access.open(Self.identity(), from: TestAccess.device)
      }
      try await test.access.bind(Self.identity(), to: grace.session.id)
      let opened = try await test.access.open(Self.identity(), from: TestAccess.device)
      #expect(opened.session.member.id == grace.session.member.id)
      try await test.access.bind(Self.identity(), to: grace.session.id)
      #expect(try await test.entries("member.federated").count == 1)
      let sam = try await test.signIn(try await test.access.enrol(name: "sam", password: TestAccess.password))
      await #expect(throws: FederationRefusal.somebodyElse) {
        try await test.access.bind(Self.identity(), to: sam.session.id)
      }
    }
  }

  @Test func `stay out when the access was taken away, and the last owner stays owner`() async throws {
    try await TestAccess.with { test in
      let owner = try await test.access.open(Self.identity("ada", subject: "a", role: "owner"), from: TestAccess.device)
      let again = try await test.access.open(Self.identity("ada", subject: "a"), from: TestAccess.device)
      #expect(again.session.member.role.id == "owner")
      let grace = try await test.access.open(Self.identity(), from: TestAccess.device)
      try await test.access.deactivate(grace.session.member.id, by: try owner.session.member.author())
      await #expect(throws: FederationRefusal.noAccess) {
        _ = try await test.access.open(Self.identity(), from: TestAccess.device)
      }
      #expect(try await test.access.session(of: grace.token) == nil)
    }
  }

  @Test(arguments: Backend.allCases)
  func `prove their own session only, as of when the provider saw them`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let hour = TestAccess.start.advanced(by: .seconds(-3_600))
      let opened = try await test.access.open(Self.identity(at: hour), from: TestAccess.device)
      #expect(opened.session.proven == hour)
      let silent = try await test.access.open(Self.identity("sam", subject: "2", at: nil), from: TestAccess.device)
      #expect(silent.session.proven == Instant(seconds: 0), "nothing counts as fresh")
      await #expect(throws: FederationRefusal.somebodyElse) {
        _ = try await test.access.prove(opened.session.id, Self.identity(subject: "2"), from: TestAccess.device)
      }
      let proven = try await test.access.prove(opened.session.id, Self.identity(), from: TestAccess.device)
      #expect(proven.session.proven == TestAccess.start && proven.session.id == opened.session.id)
      #expect(try await test.access.session(of: opened.token) == nil, "whoever saw the old token is out")
      try await test.access.close(proven.token)
      await #expect(throws: FederationRefusal.sessionEnded) {
        _ = try await test.access.prove(opened.session.id, Self.identity(), from: TestAccess.device)
      }
    }
  }

  @Test func `take their journey with them once, sealed`() async throws {
    try await TestAccess.with { test in
      let meeting = try `A sign-in through another server`.Meeting()
      let secrets = try await meeting.begin().secrets
      let text = try test.access.sealed(Access.FederatedJourney(secrets: secrets, next: "/checks"))
      for index in [0, text.utf8.count / 2, text.utf8.count - 1] {
        var bytes = Array(text.utf8)
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try await test.access.take(String(decoding: bytes, as: UTF8.self)) == nil)
      }
      #expect(try await test.access.take("") == nil)
      let taken = try #require(try await test.access.take(text))
      #expect(taken.secrets == secrets && taken.next == "/checks" && taken.session == nil && !taken.isBinding)
      #expect(try await test.access.take(text) == nil, "a second time")
    }
  }
}
