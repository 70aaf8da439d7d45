import Foundation
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `Signing in as an administrator` {
  /// A sign-in with one administrator, at a clock that the test sets.
  private static func with(
    _ backend: Backend, _ body: (AdministratorSignIn, AdministratorSignIn.Enrolment, SettableClock) async throws -> Void
  ) async throws {
    try await TestDatabase.with(backend) { database in
      try await TemporaryDirectory.with { directory in
        let clock = SettableClock(Instant(seconds: 1_800_000_000))
        try await database.migrate([ConsoleMigrations.plan], at: clock.now)
        let key = try SecretKey(path: directory.file("secrets.key"))
        let signIn = AdministratorSignIn(in: database, key: key, surroundings: clock.surroundings)
        let enrolment = try await signIn.enrol(name: "ada", password: "correct horse battery")
        try await body(signIn, enrolment, clock)
      }
    }
  }

  private static func credentials(
    _ enrolment: AdministratorSignIn.Enrolment, _ clock: SettableClock, name: String = "ada",
    password: String = "correct horse battery"
  ) -> Credentials {
    Credentials(name: name, password: password, code: enrolment.oneTimePassword.code(at: clock.now))
  }

  @Test(arguments: Backend.allCases)
  func `needs name, password and code together`(_ backend: Backend) async throws {
    try await Self.with(backend) { signIn, enrolment, clock in
      let right = Self.credentials(enrolment, clock)
      let wrong = [
        Self.credentials(enrolment, clock, name: "grace"), Self.credentials(enrolment, clock, password: "wrong"),
        Credentials(name: right.name, password: right.password, code: "000000"),
        Credentials(name: right.name, password: right.password, code: ""),
      ]
      for credentials in wrong {
        await #expect(throws: SignInRefusal.wrong) { try await signIn.open(credentials, from: "198.51.100.7") }
      }
      let opened = try await signIn.open(right, from: "198.51.100.7")
      #expect(opened.session.member.name == "ada")
      #expect(try await signIn.session(of: opened.token)?.csrf == opened.session.csrf)
    }
  }

  @Test(arguments: Backend.allCases) func `takes a code once`(_ backend: Backend) async throws {
    try await Self.with(backend) { signIn, enrolment, clock in
      let credentials = Self.credentials(enrolment, clock)
      _ = try await signIn.open(credentials, from: "a")
      await #expect(throws: SignInRefusal.wrong) { try await signIn.open(credentials, from: "a") }
      clock.advance(by: .seconds(30))
      _ = try await signIn.open(Self.credentials(enrolment, clock), from: "a")
    }
  }

  @Test func `of two who show one code at once lets one in`() async throws {
    try await Self.with(.sqlite) { signIn, enrolment, clock in
      let credentials = Self.credentials(enrolment, clock)
      let opened = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { (try? await signIn.open(credentials, from: "a")) != nil } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(opened == 1)
    }
  }

  @Test func `hears no more than ten attempts for a name in a quarter of an hour`() async throws {
    try await Self.with(.sqlite) { signIn, enrolment, clock in
      let wrong = Credentials(name: "ada", password: "wrong", code: "000000")
      for attempt in 0..<10 {
        await #expect(throws: SignInRefusal.wrong) { try await signIn.open(wrong, from: "address \(attempt)") }
      }
      let right = Self.credentials(enrolment, clock)
      await #expect(throws: SignInRefusal.tooMany(retryAfter: 900)) { try await signIn.open(right, from: "another") }
      clock.advance(by: .seconds(901))
      _ = try await signIn.open(Self.credentials(enrolment, clock), from: "another")
    }
  }

  @Test(arguments: Backend.allCases)
  func `ends a session that is left alone, that is old, or that is closed`(_ backend: Backend) async throws {
    try await Self.with(backend) { signIn, enrolment, clock in
      func open() async throws -> SessionToken {
        clock.advance(by: .seconds(60))
        return try await signIn.open(Self.credentials(enrolment, clock), from: "a").token
      }
      let closed = try await open()
      try await signIn.close(closed)
      #expect(try await signIn.session(of: closed) == nil)

      let left = try await open()
      clock.advance(by: AdministratorSignIn.idle)
      #expect(try await signIn.session(of: left) == nil)

      let old = try await open()
      var pages = 0
      while try await signIn.session(of: old) != nil {
        clock.advance(by: .seconds(20 * 60))
        pages += 1
      }
      #expect(pages == 36, "twelve hours of a page every twenty minutes")
    }
  }

  @Test func `remembers when the member was here before this visit`() async throws {
    try await Self.with(.sqlite) { signIn, enrolment, clock in
      let first = try await signIn.open(Self.credentials(enrolment, clock), from: "a")
      #expect(first.session.lastVisit == nil)
      let seen = clock.now
      clock.advance(by: .seconds(86_400))
      let second = try await signIn.open(Self.credentials(enrolment, clock), from: "a")
      #expect(second.session.lastVisit == seen)
      clock.advance(by: .seconds(300))
      #expect(try await signIn.session(of: second.token)?.lastVisit == seen, "still the same visit")
    }
  }

  @Test func `stores neither the token, the password nor the secret as they are`() async throws {
    try await TemporaryDirectory.with { directory in
      let path = directory.file("surety.sqlite")
      let database = try await Database.open(.sqlite(path: path))
      try await database.migrate([ConsoleMigrations.plan], at: Surroundings.system.now())
      let signIn = AdministratorSignIn(in: database, key: try SecretKey(path: directory.file("secrets.key")))
      let enrolment = try await signIn.enrol(name: "ada", password: "correct horse battery")
      let code = enrolment.oneTimePassword.code(at: Surroundings.system.now())
      let opened = try await signIn.open(
        Credentials(name: "ada", password: "correct horse battery", code: code), from: "a")
      await database.close()
      let stored = try FileBytes.read(path)
      for secret in [opened.token.bytes, Array("correct horse battery".utf8), enrolment.oneTimePassword.secret] {
        #expect(stored.firstRange(of: secret) == nil)
      }
    }
  }

  @Test func `refuses names and passwords that are easy to guess`() async throws {
    try await Self.with(.sqlite) { signIn, _, _ in
      for (name, password) in [
        ("", "correct horse battery"), ("a b", "correct horse battery"), ("grace", "short"),
        ("grace", "grace-grace-grace"), ("grace", "aaaaaaaaaaaaaaaa"), ("ada", "correct horse battery"),
        ("grace", String(repeating: "long ", count: 300)),
      ] {
        await #expect(throws: ConsoleError.self) { try await signIn.enrol(name: name, password: password) }
      }
    }
  }
}
