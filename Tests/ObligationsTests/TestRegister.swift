import Journal
import Obligations
import Primitives
import Storage
import TestKit

/// A register in an empty database, with a clock that the test sets.
struct TestRegister: Sendable {
  let register: ObligationRegister
  let ledger: TestLedger
  let clock: SettableClock

  /// Makes a register with a loaded catalogue and a profile, calls `body` with it, and removes it.
  static func with(
    _ backend: Backend, checks: [any Check] = [SampleCheck()], catalogue: Catalogue? = nil,
    profile: String? = Sample.profile, _ body: (TestRegister) async throws -> Void
  ) async throws {
    let clock = SettableClock(Sample.start)
    try await TestLedger.with(backend, surroundings: clock.surroundings) { ledger in
      try await ledger.database.migrate([ObligationsMigrations.plan], at: clock.surroundings.now())
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: try catalogue ?? Sample.catalogue(), checks: checks,
        surroundings: clock.surroundings)
      try await register.adoptCatalogue()
      if let profile { try await register.setProfile(profile, by: .operator) }
      try await body(TestRegister(register: register, ledger: ledger, clock: clock))
    }
  }

  /// Lets time pass.
  func advance(by duration: Duration) { clock.set(clock.surroundings.now().advanced(by: duration)) }

  /// The same register as another node sees it.
  func otherNode(checks: [any Check]? = nil) -> ObligationRegister {
    ObligationRegister(
      in: ledger.database, journal: ledger.journal, catalogue: register.catalogue, checks: checks ?? register.checks,
      surroundings: clock.surroundings)
  }

  /// Everything in the ledger of a kind, the oldest first.
  func entries(_ kind: String) async throws -> [Entry] {
    try await ledger.sequence()
    return try await ledger.journal.leaves(from: 0, limit: 10_000).map { try Entry(parsing: $0.bytes) }
      .filter { $0.kind.name == kind }
  }

  /// How a duty stands now.
  func standing(_ duty: Code<Duty>) async throws -> Standing? {
    let book = try await register.book().book
    return register.catalogue.duties.first { $0.code == duty }.map { book.status(of: $0).standing }
  }
}
