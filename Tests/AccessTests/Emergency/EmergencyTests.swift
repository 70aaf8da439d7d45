import Journal
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Emergency access` {
  private static let reason = "The shop answers nobody, and the owner is on an aeroplane."

  /// A member of this role, signed in, and an owner.
  private static func with(
    _ backend: Backend = .sqlite, role: String = "privacy",
    _ body: (TestAccess, OpenedSession, _ owner: Member) async throws -> Void
  ) async throws {
    try await TestAccess.with(backend) { test in
      _ = try await test.access.enrol(name: "ada", password: TestAccess.password)
      let opened = try await test.signIn(
        try await test.access.enrol(name: "grace", password: TestAccess.password, role: role))
      let owner = try #require(try await test.access.members().first { $0.member.name == "ada" }).member
      try await body(test, opened, owner)
    }
  }

  private static func verdict(_ test: TestAccess) async throws -> Verdict {
    let check = EmergenciesReviewed(access: test.access)
    let context = CheckContext(surroundings: test.clock.surroundings)
    return check.judge(try await check.look(at: SelfChecks.target, in: context), at: test.clock.now)
  }

  @Test(arguments: Backend.allCases)
  func `adds to the role in the session that opened it, and ends by itself`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, opened, _ in
      func actions(_ token: SessionToken) async throws -> Set<Action> {
        try #require(try await test.access.session(of: token)).member.actions
      }
      #expect(try await !actions(opened.token).contains(.configure))
      let emergency = try await test.access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30)
      #expect(try await actions(opened.token).isSuperset(of: test.access.roles.emergency.actions))
      #expect(try await actions(opened.token).isDisjoint(with: [.manageMembers, .manageKeys]))

      // Another session of the same member has nothing of it.
      let enrolment = try await test.access.enrol(name: "sam", password: TestAccess.password, role: "privacy")
      #expect(try await !actions(try await test.signIn(enrolment).token).contains(.configure))
      #expect(try await test.access.openEmergencies().map(\.id) == [emergency.id])

      test.clock.set(emergency.ends.advanced(by: .milliseconds(-1)))
      #expect(try await actions(opened.token).contains(.configure))
      test.clock.set(emergency.ends)
      #expect(try await !actions(opened.token).contains(.configure))
      #expect(try await test.access.openEmergencies().isEmpty)
    }
  }

  @Test func `is ended early, and opening it again ends what was open`() async throws {
    try await Self.with { test, opened, _ in
      let first = try await test.access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30)
      test.clock.advance(by: .seconds(60))
      let second = try await test.access.openEmergency(for: opened.session, reason: Self.reason, minutes: 10)
      #expect(try await test.access.openEmergencies().map(\.id) == [second.id])
      #expect(try await test.access.emergency(first.id).ends == test.clock.now)
      try await test.access.endEmergency(second.id, by: .operator)
      #expect(try await test.access.session(of: opened.token)?.member.emergency == nil)
      try await test.access.endEmergency(second.id, by: .operator)
      #expect(try await test.entries("emergency.ended").count == 2)
    }
  }

  @Test func `is refused without a reason, for hours, and to whom the role does not give it`() async throws {
    try await Self.with { test, opened, _ in
      for (reason, minutes) in [
        ("", 30), ("         x         ", 30), (String(repeating: "x", count: 1_001), 30), (Self.reason, 4),
        (Self.reason, 61), (Self.reason, -1),
      ] {
        await #expect(throws: AccessError.self) {
          try await test.access.openEmergency(for: opened.session, reason: reason, minutes: minutes)
        }
      }
    }
    for role in ["owner", "auditor"] {
      try await Self.with(role: role) { test, opened, _ in
        await #expect(throws: AccessError.emergencyRefused(reason: "the role \(role) may not open it")) {
          try await test.access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30)
        }
      }
    }
  }

  @Test func `is in the journal without its reason, with what was done under it`() async throws {
    try await Self.with { test, opened, _ in
      let emergency = try await test.access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30)
      let entry = try #require(try await test.entries("emergency.opened").first)
      #expect(entry.author.name == "member:grace" && entry.facts["ends"] == .string(emergency.ends.rfc3339))
      #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("aeroplane"))
      #expect(entry.commitments.count == 1)

      let session = try #require(try await test.access.session(of: opened.token))
      try await test.access.noteUse(of: .configure, by: session.member)
      test.clock.advance(by: .seconds(60))
      try await test.access.noteUse(of: .configure, by: session.member)
      let uses = try await test.access.emergency(emergency.id).uses
      #expect(uses.map(\.action) == [.configure] && uses.map(\.last) == [test.clock.now])
    }
  }

  @Test(arguments: Backend.allCases)
  func `is reviewed by somebody else, once, after its end`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, opened, owner in
      let (access, member) = (test.access, opened.session.member)
      let id = try await access.openEmergency(for: opened.session, reason: Self.reason, minutes: 30).id
      func review(_ reviewer: Member, _ words: String = "I read the ledger of that hour.") async throws {
        try await access.reviewEmergency(id, isJustified: true, statement: words, by: reviewer)
      }
      #expect(try await Self.verdict(test).findings.map(\.code) == ["emergency-open"])
      #expect(try await Self.verdict(test).outcome == .satisfied)
      await #expect(throws: AccessError.self, "it is open") { try await review(owner) }
      test.clock.advance(by: .seconds(1_800))
      #expect(try await Self.verdict(test).findings.map(\.code) == ["emergency-not-reviewed"])
      await #expect(throws: AccessError.self, "their own") { try await review(member) }
      await #expect(throws: AccessError.self, "no words") { try await review(owner, " ") }
      test.clock.advance(by: .seconds(3 * 86_400 + 1))
      #expect(try await Self.verdict(test).findings.map(\.code) == ["emergency-review-overdue"])
      try await review(owner)
      await #expect(throws: AccessError.self, "a second time") { try await review(owner) }
      #expect(try await Self.verdict(test).findings.isEmpty)
      #expect(try await access.emergency(id).review?.reviewer == "member:ada")
      #expect(try await test.entries("emergency.reviewed").first?.facts["justified"] == .bool(true))
    }
  }

  @Test func `passes rules of the gateway that name it, and no others`() throws {
    let authorizer = RoleAuthorizer(try .shipped())
    let context = AccessContext(
      now: TestAccess.start, strength: .twoFactor, proven: TestAccess.start, address: "198.51.100.7")
    func decide(_ roles: Set<String>, inEmergency: Bool) -> AccessDecision {
      authorizer.decide(
        AccessRequest(
          principal: Principal(
            name: "member:grace", role: "privacy", isInEmergency: inEmergency, actions: [.read, .useShop]),
          action: .useShop,
          resource: Resource(kind: "shop", name: "/admin", demand: Resource.Demand(roles: roles)), context: context))
    }
    #expect(decide(["owner", "emergency"], inEmergency: true).isPermitted)
    #expect(!decide(["owner", "emergency"], inEmergency: false).isPermitted)
    #expect(!decide(["owner"], inEmergency: true).isPermitted)
    _ = try GatewayRules(
      Array(
        """
        console: https://surety.example
        hosts:
          - host: admin.shop.example
            rules:
              - {path: /admin, roles: [owner, emergency]}
        """.utf8), file: "gateway.yaml", roles: .shipped())
  }

  @Test(arguments: [
    ("members.manage", "may not manage members"), ("keys.manage", "may not manage members"),
    ("emergency.open", "or open itself"),
  ]) func `never gives what could be kept for later`(_ action: String, _ words: String) throws {
    let shipped = try SourceTree.text(of: "Sources/Access/Resources/roles.yaml")
    let changed = shipped.replacing("exceptions.grant, members.read, shop.use]", with: "\(action)]")
    #expect(changed != shipped)
    #expect {
      _ = try RoleTable(Array(changed.utf8), file: "roles.yaml")
    } throws: {
      "\($0)".contains(words)
    }
  }
}
