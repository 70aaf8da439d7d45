import Journal
import Primitives
import Storage
import TestKit

@testable import Access

/// The room over a ledger of its own, at a clock that the test sets.
struct TestAccess: Sendable {
  static let start = Instant(seconds: 1_800_000_000)
  static let password = "correct horse battery"
  static let device = Device(address: "198.51.100.7", agent: "a test")

  let access: Access
  let ledger: TestLedger
  let clock: SettableClock

  static func with(
    _ backend: Backend = .sqlite, configuration: Access.Configuration = Access.Configuration(),
    _ body: (TestAccess) async throws -> Void
  ) async throws {
    let clock = SettableClock(start)
    try await TestLedger.with(backend, surroundings: clock.surroundings) { ledger in
      try await ledger.database.migrate([AccessMigrations.plan], at: clock.now)
      let access = try Access(
        in: ledger.database, journal: ledger.journal, key: try SecretKey(path: ledger.directory.file("secrets.key")),
        party: RelyingParty(id: "surety.example", name: "Surety", origins: ["https://surety.example"]),
        configuration: configuration, surroundings: clock.surroundings)
      try await body(TestAccess(access: access, ledger: ledger, clock: clock))
    }
  }

  /// What a member shows who was enrolled with the usual password.
  func credentials(
    _ enrolment: Access.Enrolment, name: String? = nil, password: String = TestAccess.password, code: String? = nil
  ) -> Credentials {
    Credentials(
      name: name ?? enrolment.name, password: password, code: code ?? enrolment.oneTimePassword.code(at: clock.now))
  }

  /// Signs a member in, half a minute later, so that the code was not used yet.
  func signIn(_ enrolment: Access.Enrolment, from device: Device = TestAccess.device) async throws -> OpenedSession {
    clock.advance(by: .seconds(30))
    return try await access.open(credentials(enrolment), from: device)
  }

  /// The entries of the journal of these kinds, oldest first.
  func entries(_ kind: String) async throws -> [Entry] {
    try await ledger.sequence()
    let size = try await ledger.journal.publishedSize()
    return try await ledger.journal.leaves(from: 0, limit: Int(size)).map { try Entry(parsing: $0.bytes) }
      .filter { $0.kind.name == kind }
  }
}
