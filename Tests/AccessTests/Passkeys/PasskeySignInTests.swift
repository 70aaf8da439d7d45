import Journal
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Signing in with a passkey` {
  /// A member with a passkey, and the authenticator that holds it.
  private struct Holder {
    let test: TestAccess
    var authenticator: SoftwareAuthenticator
    let opened: OpenedSession
    var access: Access { test.access }
    var handle: [UInt8] { opened.session.member.id.bytes }

    /// Answers a question as an authenticator does.
    func answer(_ ceremony: PasskeyCeremony, count: UInt32 = 0, handle: [UInt8]?? = nil) throws -> PasskeyAssertion {
      var counted = authenticator
      counted.count = count
      return try counted.assert(Self.challenge(of: ceremony), userHandle: handle ?? self.handle)
    }

    static func challenge(of ceremony: PasskeyCeremony) throws -> [UInt8] {
      try #require(ceremony.options["challenge"]?.text.flatMap { Base64.decodeURL($0) })
    }
  }

  private static func with(_ backend: Backend = .sqlite, _ body: (Holder) async throws -> Void) async throws {
    try await TestAccess.with(backend) { test in
      let enrolment = try await test.access.enrol(name: "ada", password: TestAccess.password)
      let opened = try await test.signIn(enrolment)
      var authenticator = try SoftwareAuthenticator(.es256)
      authenticator.count = 0
      let ceremony = try await test.access.beginRegistration(opened.session)
      let registration = try authenticator.register(try Holder.challenge(of: ceremony))
      _ = try await test.access.register(registration, ticket: ceremony.ticket, label: "key", for: opened.session)
      try await body(Holder(test: test, authenticator: authenticator, opened: opened))
    }
  }

  @Test(arguments: Backend.allCases) func `needs no name, and counts as phishing-resistant`(_ backend: Backend)
    async throws
  {
    try await Self.with(backend) { holder in
      let ceremony = try holder.access.beginPasskeySignIn()
      let opened = try await holder.access.open(
        try holder.answer(ceremony), ticket: ceremony.ticket, from: TestAccess.device)
      #expect(opened.session.member.name == "ada")
      #expect(opened.session.factors == [.passkey] && opened.session.strength == .phishingResistant)
      #expect(try await holder.access.member(opened.session.member.id).passkeys.first?.used == holder.test.clock.now)
    }
  }

  @Test(arguments: Backend.allCases) func `takes each answer once, soon, and for what was asked`(_ backend: Backend)
    async throws
  {
    try await Self.with(backend) { holder in
      let access = holder.access
      func open(_ assertion: PasskeyAssertion, _ ticket: String) async throws {
        _ = try await access.open(assertion, ticket: ticket, from: TestAccess.device)
      }
      let first = try access.beginPasskeySignIn()
      let answer = try holder.answer(first)
      try await open(answer, first.ticket)
      await #expect(throws: PasskeyError.wrongChallenge) { try await open(answer, first.ticket) }

      let second = try access.beginPasskeySignIn()
      await #expect(throws: PasskeyError.wrongChallenge) { try await open(answer, second.ticket) }
      let proof = try await access.beginProof(holder.opened.session)
      await #expect(throws: PasskeyError.wrongChallenge) { try await open(try holder.answer(proof), proof.ticket) }
      for ticket in ["", "A", String(second.ticket.dropLast()), second.ticket + "A"] {
        await #expect(throws: PasskeyError.wrongChallenge) { try await open(try holder.answer(second), ticket) }
      }
      await #expect(throws: PasskeyError.unknownCredential) {
        try await open(try holder.answer(second, handle: .some(nil)), second.ticket)
      }
      let late = try access.beginPasskeySignIn()
      holder.test.clock.advance(by: .seconds(600))
      await #expect(throws: PasskeyError.wrongChallenge) { try await open(try holder.answer(late), late.ticket) }
    }
  }

  @Test func `of two who send one answer at once lets one in`() async throws {
    try await Self.with { holder in
      let ceremony = try holder.access.beginPasskeySignIn()
      let answer = try holder.answer(ceremony)
      let opened = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 {
          group.addTask {
            (try? await holder.access.open(answer, ticket: ceremony.ticket, from: TestAccess.device)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(opened == 1)
    }
  }

  @Test func `is kept from nobody by what others try`() async throws {
    try await Self.with { holder in
      for number in 0..<60 {
        let ceremony = try holder.access.beginPasskeySignIn()
        let stranger = try SoftwareAuthenticator(.es256).assert(try Holder.challenge(of: ceremony), userHandle: [1])
        let elsewhere = Device(address: "203.0.113.\(number / 20)", agent: "")
        _ = try? await holder.access.open(stranger, ticket: ceremony.ticket, from: elsewhere)
      }
      let ceremony = try holder.access.beginPasskeySignIn()
      _ = try await holder.access.open(try holder.answer(ceremony), ticket: ceremony.ticket, from: TestAccess.device)
    }
  }

  @Test func `proves a session anew, of its own member only`() async throws {
    try await Self.with { holder in
      let sam = try await holder.test.signIn(
        try await holder.access.enrol(name: "sam", password: TestAccess.password, role: "support"))
      let theirs = try await holder.access.beginProof(sam.session)
      await #expect(throws: PasskeyError.unknownCredential) {
        try await holder.access.prove(
          sam.session, try holder.answer(theirs), ticket: theirs.ticket, from: TestAccess.device)
      }
      let own = try await holder.access.beginProof(holder.opened.session)
      await #expect(throws: PasskeyError.wrongChallenge) {
        try await holder.access.prove(sam.session, try holder.answer(own), ticket: own.ticket, from: TestAccess.device)
      }
      holder.test.clock.advance(by: .seconds(60))
      let proven = try await holder.access.prove(
        holder.opened.session, try holder.answer(own), ticket: own.ticket, from: TestAccess.device)
      #expect(proven.session.strength == .phishingResistant && proven.session.proven == holder.test.clock.now)
      #expect(try await holder.access.session(of: holder.opened.token) == nil)
    }
  }

  @Test func `tells of a counter that went back, and lets in all the same`() async throws {
    try await Self.with { holder in
      for count in [5, 9, 7] as [UInt32] {
        let ceremony = try holder.access.beginPasskeySignIn()
        _ = try await holder.access.open(
          try holder.answer(ceremony, count: count), ticket: ceremony.ticket, from: TestAccess.device)
      }
      let member = try await holder.access.member(holder.opened.session.member.id)
      #expect(member.passkeys.first?.regressed == holder.test.clock.now)
      #expect(try await holder.test.entries("passkey.count-regressed").count == 1)
      let check = MemberFactors(access: holder.access)
      let seen = try await check.look(at: "", in: .init(surroundings: holder.test.clock.surroundings))
      #expect(check.judge(seen, at: holder.test.clock.now).findings.map(\.code) == ["passkey-may-be-copied"])
    }
  }

  @Test func `ends with the passkey, and with the member's access`() async throws {
    try await Self.with { holder in
      let (access, session) = (holder.access, holder.opened.session)
      let passkey = try #require(try await access.member(session.member.id).passkeys.first)
      let again = try await access.beginRegistration(session)
      let same = try holder.authenticator.register(try Holder.challenge(of: again))
      await #expect(throws: PasskeyError.alreadyRegistered) {
        try await access.register(same, ticket: again.ticket, label: "again", for: session)
      }
      let sam = try await holder.test.signIn(
        try await access.enrol(name: "sam", password: TestAccess.password, role: "support"))
      await #expect(throws: AccessError.self) { try await access.remove(passkey.id, for: sam.session) }
      await #expect(throws: AccessError.self) {
        try await access.rename(passkey.id, to: "mine", of: sam.session.member)
      }
      try await access.rename(passkey.id, to: "  blue   key ", of: session.member)
      #expect(try await access.member(session.member.id).passkeys.first?.label == "blue key")
      try await access.removePassword(for: session)
      await #expect(throws: AccessError.lastFactor) { try await access.remove(passkey.id, for: session) }

      try await access.assign("owner", to: sam.session.member.id, by: .operator)
      try await access.deactivate(session.member.id, by: .operator)
      let ceremony = try access.beginPasskeySignIn()
      await #expect(throws: PasskeyError.unknownCredential) {
        try await access.open(try holder.answer(ceremony), ticket: ceremony.ticket, from: TestAccess.device)
      }
    }
  }
}
