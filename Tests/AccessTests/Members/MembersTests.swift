import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Members` {
  @Test(arguments: Backend.allCases)
  func `are invited, come in once, and sign in from then on`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let access = test.access
      _ = try await access.enrol(name: "ada", password: TestAccess.password)
      let (invitation, token) = try await access.invite(name: "grace", role: "privacy", by: .operator)
      #expect(try await access.invitations() == [invitation])
      #expect(try await access.invitation(of: token, from: TestAccess.device).role.id == "privacy")

      let setup = try access.beginOneTimePassword(for: invitation)
      let code = setup.oneTimePassword.code(at: test.clock.now)
      let opened = try await access.accept(
        token, password: "another long password", setup: setup.sealed, code: code, from: TestAccess.device)
      #expect(opened.session.member.name == "grace")
      #expect(opened.session.member.actions.contains(.attest))
      #expect(!opened.session.member.actions.contains(.manageMembers))
      #expect(try await access.invitations().isEmpty)

      // The code that confirmed the app does not open anything as well.
      let replay = Credentials(name: "grace", password: "another long password", code: code)
      await #expect(throws: SignInRefusal.wrong) { try await access.open(replay, from: TestAccess.device) }
      await #expect(throws: AccessError.invitationEnded) {
        try await access.accept(
          token, password: "another long password", setup: setup.sealed, code: code, from: TestAccess.device)
      }
      test.clock.advance(by: .seconds(30))
      let next = setup.oneTimePassword.code(at: test.clock.now)
      _ = try await access.open(
        Credentials(name: "grace", password: "another long password", code: next), from: TestAccess.device)
      #expect(try await test.entries("member.added").map(\.author.name) == ["operator", "member:grace"])
    }
  }

  @Test func `cannot take an invitation that is too old, withdrawn or made up`() async throws {
    try await TestAccess.with { test in
      let access = test.access
      let old = try await access.invite(name: "old", role: "support", by: .operator).token
      test.clock.advance(by: .seconds(7 * 86_400))
      let (invitation, withdrawn) = try await access.invite(name: "withdrawn", role: "support", by: .operator)
      try await access.withdraw(invitation.id, by: .operator)
      for token in [old, withdrawn, InvitationToken(in: .system)] {
        await #expect(throws: AccessError.invitationEnded) {
          try await access.invitation(of: token, from: TestAccess.device)
        }
      }
      await #expect(throws: AccessError.invitationEnded) { try await access.withdraw(invitation.id, by: .operator) }
    }
  }

  @Test func `have names of their own, and roles that there are`() async throws {
    try await TestAccess.with { test in
      let access = test.access
      _ = try await access.enrol(name: "ada", password: TestAccess.password)
      _ = try await access.invite(name: "grace", role: "auditor", by: .operator)
      for name in ["ada", "grace"] {
        await #expect(throws: AccessError.nameTaken(name)) {
          try await access.invite(name: name, role: "auditor", by: .operator)
        }
      }
      await #expect(throws: AccessError.unusableName("a b")) {
        try await access.invite(name: "a b", role: "auditor", by: .operator)
      }
      await #expect(throws: AccessError.unknown(kind: "role", name: "emperor")) {
        try await access.invite(name: "sam", role: "emperor", by: .operator)
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `lose access at once, everywhere, and can have it again`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let access = test.access
      _ = try await access.enrol(name: "ada", password: TestAccess.password)
      let enrolment = try await access.enrol(name: "sam", password: TestAccess.password, role: "support")
      let opened = try await test.signIn(enrolment)
      let id = opened.session.member.id
      let elsewhere = try test.restarted()
      #expect(try await elsewhere.session(of: opened.token) != nil)
      try await access.deactivate(id, by: .operator)
      #expect(try await elsewhere.session(of: opened.token) == nil)
      await #expect(throws: SignInRefusal.wrong) { _ = try await test.signIn(enrolment) }
      try await access.reactivate(id, by: .operator)
      #expect(try await elsewhere.session(of: opened.token) == nil, "what was ended stays ended")
      _ = try await test.signIn(enrolment)
      #expect(try await test.entries("member.deactivated").first?.facts["sessions-ended"] == 1)
    }
  }

  @Test func `always include an owner`() async throws {
    try await TestAccess.with { test in
      let access = test.access
      _ = try await access.enrol(name: "ada", password: TestAccess.password)
      let ada = try #require(try await access.members().first).member
      await #expect(throws: AccessError.lastOwner) { try await access.deactivate(ada.id, by: .operator) }
      await #expect(throws: AccessError.lastOwner) { try await access.assign("auditor", to: ada.id, by: .operator) }
      _ = try await access.enrol(name: "grace", password: TestAccess.password)
      try await access.assign("auditor", to: ada.id, by: .operator)
      #expect(try await access.member(ada.id).member.role.id == "auditor")
      let grace = try #require(try await access.members().last).member
      await #expect(throws: AccessError.lastOwner) { try await access.deactivate(grace.id, by: .operator) }
    }
  }

  @Test func `have a role from the next request on`() async throws {
    try await TestAccess.with { test in
      _ = try await test.access.enrol(name: "ada", password: TestAccess.password)
      let opened = try await test.signIn(
        try await test.access.enrol(name: "sam", password: TestAccess.password, role: "engineer"))
      try await test.access.assign("auditor", to: opened.session.member.id, by: .operator)
      let session = try #require(try await test.access.session(of: opened.token))
      #expect(session.member.role.id == "auditor")
      #expect(!session.member.actions.contains(.configure))
    }
  }
}
