import Journal
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Checks of members` {
  private static func verdict<C: Check>(_ check: C, _ test: TestAccess) async throws -> Verdict {
    let context = CheckContext(surroundings: test.clock.surroundings)
    return check.judge(try await check.look(at: SelfChecks.target, in: context), at: test.clock.now)
  }

  @Test func `know who has no passkey, which breaks nothing`() async throws {
    try await TestAccess.with { test in
      _ = try await test.access.enrol(name: "ada", password: TestAccess.password)
      let verdict = try await Self.verdict(MemberFactors(access: test.access), test)
      #expect(verdict.findings.map(\.code) == ["member-without-passkey"])
      #expect(verdict.outcome == .satisfied)
    }
  }

  @Test func `find whose password is guessed at, and which is hashed at an earlier cost`() async throws {
    try await TestAccess.with { test in
      let enrolment = try await test.access.enrol(name: "ada", password: TestAccess.password)
      #expect(try await Self.verdict(PasswordsKept(access: test.access), test).outcome == .satisfied)
      let id = try #require(try await test.access.members().first).member.id
      let cheap = try await PasswordHash(of: TestAccess.password, cost: PasswordHash.Cost(passes: 1, memory: 8 << 20))
      try await test.ledger.database.write { transaction in
        try MemberStore.putPassword(cheap, of: id, transaction)
        for _ in 0..<Access.mostFailures { try MemberStore.addFailure(of: id, at: test.clock.now, transaction) }
      }
      let verdict = try await Self.verdict(PasswordsKept(access: test.access), test)
      #expect(verdict.findings.map(\.code) == ["password-locked", "password-hash-outdated"])
      #expect(verdict.findings.allSatisfy { $0.place == "member \(enrolment.name)" })
    }
  }

  @Test func `find who has not come for ninety days, or never came`() async throws {
    try await TestAccess.with { test in
      let ada = try await test.access.enrol(name: "ada", password: TestAccess.password)
      _ = try await test.access.enrol(name: "never", password: TestAccess.password)
      test.clock.advance(by: .seconds(60 * 86_400))
      _ = try await test.signIn(ada)
      let (_, used) = try await test.access.makeKey(label: "used", actions: [.read], days: 365, by: .operator)
      _ = try await test.access.makeKey(label: "left", actions: [.read], days: 365, by: .operator)
      #expect(try await Self.verdict(DormantMembers(access: test.access), test).outcome == .satisfied)
      test.clock.advance(by: .seconds(40 * 86_400))
      _ = try await test.access.session(of: used, from: TestAccess.device)
      test.clock.advance(by: .seconds(51 * 86_400))
      _ = try await test.signIn(ada)
      let verdict = try await Self.verdict(DormantMembers(access: test.access), test)
      #expect(verdict.findings.map(\.place).sorted() == ["key left", "member never"])
    }
  }

  @Test(arguments: Backend.allCases)
  func `find whose role is larger than what was done with it`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let access = test.access
      _ = try await access.enrol(name: "ada", password: TestAccess.password)
      for (name, role) in [("busy", "privacy"), ("idle", "privacy"), ("new", "privacy")] where name != "new" {
        _ = try await access.enrol(name: name, password: TestAccess.password, role: role)
      }
      test.clock.advance(by: .seconds(91 * 86_400))
      _ = try await access.enrol(name: "new", password: TestAccess.password, role: "privacy")
      let members = Dictionary(uniqueKeysWithValues: try await access.members().map { ($0.member.name, $0.member) })
      for action in [Action.read, .attest, .check, .readSubject] {
        try await access.noteUse(of: action, by: try #require(members["busy"]))
      }
      try await access.noteUse(of: .read, by: try #require(members["idle"]))
      let verdict = try await Self.verdict(PowersUsed(access: access), test)
      #expect(verdict.findings.map(\.place) == ["member idle, role privacy"])
      #expect(verdict.findings.first?.seen.contains("role auditor") == true)
      // What was done longer ago does not count.
      test.clock.advance(by: .seconds(91 * 86_400))
      let later = try await Self.verdict(PowersUsed(access: access), test)
      #expect(later.findings.count == 3, "busy, idle and new; the only owner stays")
    }
  }

  @Test func `find sessions that last too long, and members with more of them than devices`() async throws {
    try await TestAccess.with { test in
      let ada = try await test.access.enrol(name: "ada", password: TestAccess.password)
      for _ in 0...SessionLimits.many { _ = try await test.signIn(ada) }
      let verdict = try await Self.verdict(SessionLimits(access: test.access), test)
      #expect(verdict.findings.map(\.code) == ["member-many-sessions"])
      test.clock.advance(by: .seconds(3_600))
      #expect(try await Self.verdict(SessionLimits(access: test.access), test).outcome == .satisfied)
    }
    var long = Access.Configuration()
    long.idle = .seconds(3_601)
    try await TestAccess.with(configuration: long) { test in
      let verdict = try await Self.verdict(SessionLimits(access: test.access), test)
      #expect(verdict.findings.map(\.code) == ["sessions-too-long"])
    }
  }
}
