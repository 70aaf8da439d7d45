import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `Signing in with a password and a code` {
  private static func with(
    _ backend: Backend = .sqlite, _ body: (TestAccess, Access.Enrolment) async throws -> Void
  ) async throws {
    try await TestAccess.with(backend) { test in
      try await body(test, try await test.access.enrol(name: "ada", password: TestAccess.password))
    }
  }

  private static let device = TestAccess.device

  @Test(arguments: Backend.allCases)
  func `needs name, password and code together`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, enrolment in
      let right = test.credentials(enrolment)
      let wrong = [
        test.credentials(enrolment, name: "grace"), test.credentials(enrolment, password: "wrong"),
        Credentials(name: right.name, password: right.password, code: "000000"),
        Credentials(name: right.name, password: right.password, code: ""),
      ]
      for credentials in wrong {
        await #expect(throws: SignInRefusal.wrong) { try await test.access.open(credentials, from: Self.device) }
      }
      let opened = try await test.access.open(right, from: Self.device)
      #expect(opened.session.member.name == "ada")
      #expect(try await test.access.session(of: opened.token)?.csrf == opened.session.csrf)
    }
  }

  @Test(arguments: Backend.allCases) func `takes a code once`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, enrolment in
      let credentials = test.credentials(enrolment)
      _ = try await test.access.open(credentials, from: Self.device)
      await #expect(throws: SignInRefusal.wrong) { try await test.access.open(credentials, from: Self.device) }
      test.clock.advance(by: .seconds(30))
      _ = try await test.access.open(test.credentials(enrolment), from: Self.device)
    }
  }

  @Test func `of two who show one code at once lets one in`() async throws {
    try await Self.with(.sqlite) { test, enrolment in
      let credentials = test.credentials(enrolment)
      let opened = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { (try? await test.access.open(credentials, from: Self.device)) != nil } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(opened == 1)
    }
  }

  @Test func `hears no more than ten attempts for a name in a quarter of an hour`() async throws {
    try await Self.with(.sqlite) { test, enrolment in
      let wrong = Credentials(name: "ada", password: "wrong", code: "000000")
      for attempt in 0..<10 {
        let elsewhere = Device(address: "198.51.100.\(attempt)", agent: "")
        await #expect(throws: SignInRefusal.wrong) { try await test.access.open(wrong, from: elsewhere) }
        test.clock.advance(by: .seconds(20))
      }
      let right = test.credentials(enrolment)
      await #expect(throws: SignInRefusal.tooMany(retryAfter: 700)) {
        try await test.access.open(right, from: Self.device)
      }
      test.clock.advance(by: .seconds(901))
      _ = try await test.access.open(test.credentials(enrolment), from: Self.device)
    }
  }

  @Test(arguments: Backend.allCases)
  func `ends a session that is left alone, that is old, or that is closed`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, enrolment in
      func open() async throws -> SessionToken {
        test.clock.advance(by: .seconds(60))
        return try await test.access.open(test.credentials(enrolment), from: Self.device).token
      }
      let closed = try await open()
      try await test.access.close(closed)
      #expect(try await test.access.session(of: closed) == nil)

      let left = try await open()
      test.clock.advance(by: .seconds(30 * 60))
      #expect(try await test.access.session(of: left) == nil)

      let old = try await open()
      var pages = 0
      while try await test.access.session(of: old) != nil {
        test.clock.advance(by: .seconds(20 * 60))
        pages += 1
      }
      #expect(pages == 36, "twelve hours of a page every twenty minutes")
    }
  }

  @Test func `remembers when the member was here before this visit`() async throws {
    try await Self.with(.sqlite) { test, enrolment in
      let first = try await test.access.open(test.credentials(enrolment), from: Self.device)
      #expect(first.session.lastVisit == nil)
      let seen = test.clock.now
      test.clock.advance(by: .seconds(86_400))
      let second = try await test.access.open(test.credentials(enrolment), from: Self.device)
      #expect(second.session.lastVisit == seen)
      test.clock.advance(by: .seconds(300))
      #expect(try await test.access.session(of: second.token)?.lastVisit == seen, "still the same visit")
    }
  }

  /// What somebody guesses at who has the rest.
  enum Guessed: CaseIterable { case password, code, recoveryCode }

  @Test(arguments: Guessed.allCases)
  func `waits longer after each wrong answer, over restarts, and locks the password at last`(
    _ guessed: Guessed
  ) async throws {
    try await Self.with { test, enrolment in
      for failure in 0..<Int(Access.mostFailures) {
        // Another process has forgotten who tried; the database has not.
        let restarted = try test.restarted()
        let wrong =
          switch guessed {
          case .password: test.credentials(enrolment, password: "wrong horse battery")
          case .code:
            test.credentials(enrolment, code: enrolment.oneTimePassword.code(at: Instant(seconds: Int64(failure))))
          case .recoveryCode: test.credentials(enrolment, code: RecoveryCode(in: .system).text)
          }
        await #expect(throws: SignInRefusal.wrong, "failure \(failure)") {
          try await restarted.open(wrong, from: Self.device)
        }
        if failure == 7 {
          // In the same words, whether it is right or not.
          await #expect(throws: SignInRefusal.wrong) {
            try await restarted.open(test.credentials(enrolment), from: Self.device)
          }
        }
        test.clock.advance(by: .seconds(901))
      }
      let late = try test.restarted()
      await #expect(throws: SignInRefusal.wrong) {
        try await late.open(test.credentials(enrolment), from: Self.device)
      }
      #expect(try await test.entries("member.locked").count == 1)
      let member = try #require(try await test.access.members().first)
      #expect(member.isLocked)
      try await test.access.reactivate(member.member.id, by: .operator)
      _ = try await test.signIn(enrolment)
    }
  }

  @Test func `takes a recovery code in place of the other, once`() async throws {
    try await Self.with { test, enrolment in
      let session = try await test.signIn(enrolment).session
      let old = try await test.access.makeRecoveryCodes(for: session)
      let codes = try await test.access.makeRecoveryCodes(for: session)
      #expect(Set(codes.map(\.text)).count == RecoveryCode.count)
      let first = try #require(codes.first).text
      let typed = first.lowercased().replacing("-", with: "")
      let opened = try await test.access.open(test.credentials(enrolment, code: typed), from: Self.device)
      #expect(opened.session.factors == [.password, .recoveryCode])
      for used in [first, try #require(old.first).text, "AAAAAA-AAAAAA-AAAAAA-AAAAAA"] {
        await #expect(throws: SignInRefusal.wrong) {
          try await test.access.open(test.credentials(enrolment, code: used), from: Self.device)
        }
      }
      let alone = Credentials(name: "ada", password: "", code: codes[1].text)
      await #expect(throws: SignInRefusal.wrong) { try await test.access.open(alone, from: Self.device) }
      #expect(try await test.access.member(session.member.id).recoveryCodesLeft == RecoveryCode.count - 1)
    }
  }

  @Test func `takes as long for a name that nobody has`() async throws {
    try await Self.with { test, enrolment in
      func time(_ name: String) async throws -> Duration {
        let restarted = try test.restarted()
        test.clock.advance(by: .seconds(901))
        let credentials = test.credentials(enrolment, name: name, password: "wrong horse battery")
        return await ContinuousClock().measure { _ = try? await restarted.open(credentials, from: Self.device) }
      }
      // The quickest of several, in turn: what else the machine does only ever adds.
      var (known, unknown) = (Duration.seconds(60), Duration.seconds(60))
      for _ in 0..<6 {
        known = min(known, try await time("ada"))
        unknown = min(unknown, try await time("nobody"))
      }
      // Hashing takes tens of milliseconds; for a member the failure is counted besides, which is one write.
      #expect((0.4...2.0).contains(known / unknown), "\(known) and \(unknown)")
    }
  }

  @Test func `hashes anew at sign-in what was hashed at another cost`() async throws {
    try await Self.with { test, enrolment in
      let cheap = try await PasswordHash(of: TestAccess.password, cost: PasswordHash.Cost(passes: 1, memory: 8 << 20))
      #expect(cheap.isOutdated())
      let id = try #require(try await test.access.members().first).member.id
      try await test.ledger.database.write { try MemberStore.putPassword(cheap, of: id, $0) }
      _ = try await test.signIn(enrolment)
      let now = try await test.ledger.database.read { try MemberStore.password(of: id, $0) }
      #expect(now?.isOutdated() == false)
      _ = try await test.signIn(enrolment)
    }
  }

  @Test func `stores neither the token, the password nor the secret as they are`() async throws {
    try await Self.with { test, enrolment in
      let opened = try await test.signIn(enrolment)
      let codes = try await test.access.makeRecoveryCodes(for: opened.session)
      let stored = try await test.ledger.database.read { transaction in
        let blobs: [StaticString] = [
          "SELECT digest FROM access_session", "SELECT secret FROM access_otp", "SELECT digest FROM access_recovery",
        ]
        let texts: [StaticString] = ["SELECT hash FROM access_password", "SELECT csrf FROM access_session"]
        return try blobs.flatMap { try transaction.query($0) { try $0.blob(0) } }
          + texts.flatMap { try transaction.query($0) { Array(try $0.text(0).utf8) } }
      }
      let token = try #require(Hexadecimal.decode(Array(opened.token.text.utf8)))
      let secrets =
        [token, Array(TestAccess.password.utf8), enrolment.oneTimePassword.secret]
        + codes.map { Array($0.text.utf8) }
      for secret in secrets { #expect(!stored.contains { $0.firstRange(of: secret) != nil }) }
    }
  }
}

extension TestAccess {
  /// The same room in another process: it remembers nothing but what is in the database.
  func restarted() throws -> Access {
    try Access(
      in: ledger.database, journal: ledger.journal, key: try SecretKey(path: ledger.directory.file("secrets.key")),
      party: access.party, surroundings: clock.surroundings)
  }
}
