import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console
@testable import Storage

@Suite struct `An installation of an earlier version` {
  @Test(arguments: Backend.allCases)
  func `keeps its administrators, as owners with the password and the app they had`(_ backend: Backend) async throws {
    try await TestLedger.with(backend) { ledger in
      let (database, now) = (ledger.database, Surroundings.system.now())
      let before = MigrationPlan(room: "console", Array(ConsoleMigrations.plan.migrations.prefix(1)))
      try await database.migrate([before], at: now)
      let key = try SecretKey(path: ledger.directory.file("secrets.key"))
      let id = Identifier<Member>(in: .system)
      let secret = OneTimePassword(in: .system)
      let (hash, sealed) = (
        try await PasswordHash(of: "correct horse battery"), try key.seal(secret.secret, for: id.bytes)
      )
      try await database.write { transaction in
        try transaction.execute(
          "INSERT INTO console_administrator (id, name, password, secret, last_step) VALUES ($1, 'ada', $2, $3, 7)",
          [.blob(id.bytes), .text(hash.text), .blob(sealed)])
        try transaction.execute(
          "INSERT INTO console_session (digest, administrator, csrf, opened, used) VALUES ($1, $2, 'x', 1, 1)",
          [.blob([1]), .blob(id.bytes)])
      }
      try await database.migrate([AccessMigrations.plan, ConsoleMigrations.plan], at: now)
      let access = try Access(in: database, journal: ledger.journal, key: key, party: .thisMachine)
      let opened = try await access.open(
        Credentials(name: "ada", password: "correct horse battery", code: secret.code(at: Surroundings.system.now())),
        from: Device(address: "127.0.0.1", agent: "a test"))
      #expect(opened.session.member.id == id && opened.session.member.role.id == RoleTable.owner)
    }
  }
}
