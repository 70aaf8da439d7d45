import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Sessions` {
  private static func with(
    _ backend: Backend = .sqlite, _ body: (TestAccess, Access.Enrolment) async throws -> Void
  ) async throws {
    try await TestAccess.with(backend) { test in
      try await body(test, try await test.access.enrol(name: "ada", password: TestAccess.password))
    }
  }

  @Test(arguments: Backend.allCases)
  func `are listed with their device and ended one by one or all at once`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, enrolment in
      let access = test.access
      let here = try await test.signIn(enrolment)
      let phone = try await test.signIn(enrolment, from: Device(address: "203.0.113.9", agent: "a phone\n\u{7f}"))
      let third = try await test.signIn(enrolment)
      let member = here.session.member
      let listed = try await access.sessions(of: member.id)
      #expect(Set(listed.map(\.id)) == Set([here, phone, third].map(\.session.id)))
      #expect(listed.contains { $0.device == Device(address: "203.0.113.9", agent: "a phone") })

      try await access.end(phone.session.id, of: member)
      #expect(try await access.session(of: phone.token) == nil)
      #expect(try await access.session(of: third.token) != nil)
      try await access.endOthers(than: here.session)
      #expect(try await access.session(of: third.token) == nil)
      #expect(try await access.session(of: here.token) != nil)
      #expect(try await test.entries("session.revoked").count == 2)
    }
  }

  @Test func `of somebody else cannot be ended`() async throws {
    try await Self.with { test, enrolment in
      let ada = try await test.signIn(enrolment)
      let sam = try await test.signIn(
        try await test.access.enrol(name: "sam", password: TestAccess.password, role: "support"))
      try await test.access.end(ada.session.id, of: sam.session.member)
      #expect(try await test.access.session(of: ada.token) != nil)
    }
  }

  @Test func `get another token when they are proven anew, and the old one opens nothing`() async throws {
    try await Self.with { test, enrolment in
      let opened = try await test.signIn(enrolment)
      test.clock.advance(by: .seconds(20 * 60))
      let code = enrolment.oneTimePassword.code(at: test.clock.now)
      await #expect(throws: SignInRefusal.wrong) {
        try await test.access.prove(opened.session, password: "wrong", code: code, from: TestAccess.device)
      }
      let proven = try await test.access.prove(
        opened.session, password: TestAccess.password, code: code, from: TestAccess.device)
      #expect(try await test.access.session(of: opened.token) == nil)
      #expect(proven.session.id == opened.session.id)
      #expect(proven.session.csrf != opened.session.csrf)
      #expect(proven.session.proven == test.clock.now)
      #expect(proven.session.opened == opened.session.opened, "the absolute limit does not move")
      await #expect(throws: SignInRefusal.wrong) {
        try await test.access.prove(
          proven.session, password: TestAccess.password, code: code, from: TestAccess.device)
      }
    }
  }

  @Test func `end when the member's password is set anew`() async throws {
    try await Self.with { test, enrolment in
      let (kept, other) = (try await test.signIn(enrolment), try await test.signIn(enrolment))
      let setup = try test.access.beginOneTimePassword(for: kept.session.member)
      let code = setup.oneTimePassword.code(at: test.clock.now)
      await #expect(throws: AccessError.wrongCode) {
        try await test.access.setPassword("a new long password", setup: setup.sealed, code: "000000", for: kept.session)
      }
      try await test.access.setPassword("a new long password", setup: setup.sealed, code: code, for: kept.session)
      #expect(try await test.access.session(of: other.token) == nil)
      #expect(try await test.access.session(of: kept.token) != nil)
      await #expect(throws: SignInRefusal.wrong) { _ = try await test.signIn(enrolment) }
      await #expect(throws: AccessError.lastFactor) { try await test.access.removePassword(for: kept.session) }
    }
  }

  @Test func `cannot be opened by what another member was given to set up`() async throws {
    try await Self.with { test, enrolment in
      let ada = try await test.signIn(enrolment)
      let sam = try await test.signIn(
        try await test.access.enrol(name: "sam", password: TestAccess.password, role: "support"))
      let setup = try test.access.beginOneTimePassword(for: sam.session.member)
      let code = setup.oneTimePassword.code(at: test.clock.now)
      await #expect(throws: AccessError.wrongCode) {
        try await test.access.setPassword("a new long password", setup: setup.sealed, code: code, for: ada.session)
      }
      test.clock.advance(by: .seconds(31 * 60))
      let late = setup.oneTimePassword.code(at: test.clock.now)
      await #expect(throws: AccessError.wrongCode) {
        try await test.access.setPassword("a new long password", setup: setup.sealed, code: late, for: sam.session)
      }
    }
  }
}
