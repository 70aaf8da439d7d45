import Primitives
import Storage

/// The SQL of members and of what they know: passwords, one-time passwords, recovery codes.
enum MemberStore {
  struct Stored: Sendable {
    let id: Identifier<Member>
    let name: String
    let role: String
    let isActive: Bool
    let failures: Int64
    let lastFailure: Instant
    let lastSeen: Instant?
  }

  private static func stored(_ row: borrowing Row) throws -> Stored {
    Stored(
      id: try identifier(row.blob(0)), name: try row.text(1), role: try row.text(2), isActive: try row.integer(3) == 1,
      failures: try row.integer(4), lastFailure: Instant(microseconds: try row.integer(5)),
      lastSeen: try row.optionalInteger(6).map(Instant.init(microseconds:)))
  }

  static func identifier<Subject>(_ bytes: [UInt8], of: Subject.Type = Subject.self) throws -> Identifier<Subject> {
    guard let id = Identifier<Subject>(bytes: bytes) else { throw AccessError.damaged(what: "an identifier") }
    return id
  }

  // MARK: Members

  static func count(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM access_member WHERE active = 1") { try $0.integer(0) } ?? 0
  }

  /// Those who are active and have this role.
  static func count(role: String, _ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM access_member WHERE active = 1 AND role = $1", [.text(role)]) {
      try $0.integer(0)
    } ?? 0
  }

  static func all(_ transaction: ReadTransaction) throws -> [Stored] {
    try transaction.query(
      "SELECT id, name, role, active, failures, last_failure, last_seen FROM access_member ORDER BY name", row: stored)
  }

  static func member(named name: String, _ transaction: ReadTransaction) throws -> Stored? {
    try transaction.first(
      "SELECT id, name, role, active, failures, last_failure, last_seen FROM access_member WHERE name = $1",
      [.text(name)], row: stored)
  }

  static func member(_ id: Identifier<Member>, _ transaction: ReadTransaction) throws -> Stored? {
    try transaction.first(
      "SELECT id, name, role, active, failures, last_failure, last_seen FROM access_member WHERE id = $1",
      [.blob(id.bytes)], row: stored)
  }

  static func insert(id: Identifier<Member>, name: String, role: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO access_member (id, name, role, active, failures, last_failure) VALUES ($1, $2, $3, 1, 0, 0)",
      [.blob(id.bytes), .text(name), .text(role)])
  }

  static func putRole(_ role: String, of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute("UPDATE access_member SET role = $1 WHERE id = $2", [.text(role), .blob(id.bytes)])
  }

  static func putActive(_ isActive: Bool, of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_member SET active = $1, failures = 0 WHERE id = $2", [.integer(isActive ? 1 : 0), .blob(id.bytes)])
  }

  static func putVisit(
    of id: Identifier<Member>, seen: Instant, before: Instant?, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE access_member SET last_seen = $1, last_visit = $2 WHERE id = $3",
      [.integer(seen.microseconds), .optionalInteger(before?.microseconds), .blob(id.bytes)])
  }

  static func addFailure(of id: Identifier<Member>, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_member SET failures = failures + 1, last_failure = $1 WHERE id = $2",
      [.integer(now.microseconds), .blob(id.bytes)])
  }

  static func clearFailures(of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute("UPDATE access_member SET failures = 0 WHERE id = $1", [.blob(id.bytes)])
  }

  // MARK: Passwords and one-time passwords

  static func password(of id: Identifier<Member>, _ transaction: ReadTransaction) throws -> PasswordHash? {
    try transaction.first("SELECT hash FROM access_password WHERE member = $1", [.blob(id.bytes)]) {
      PasswordHash(text: try $0.text(0))
    }
  }

  static func putPassword(_ hash: PasswordHash, of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO access_password (member, hash) VALUES ($1, $2) ON CONFLICT (member) DO UPDATE SET hash = excluded.hash",
      [.blob(id.bytes), .text(hash.text)])
  }

  static func oneTimePassword(
    of id: Identifier<Member>, _ transaction: ReadTransaction
  ) throws -> (sealed: [UInt8], lastStep: Int64)? {
    try transaction.first("SELECT secret, last_step FROM access_otp WHERE member = $1", [.blob(id.bytes)]) {
      (try $0.blob(0), try $0.integer(1))
    }
  }

  static func putOneTimePassword(
    _ sealed: [UInt8], lastStep: Int64, of id: Identifier<Member>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO access_otp (member, secret, last_step) VALUES ($1, $2, $3)
      ON CONFLICT (member) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step
      """, [.blob(id.bytes), .blob(sealed), .integer(lastStep)])
  }

  static func putLastStep(_ step: Int64, of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_otp SET last_step = $1 WHERE member = $2", [.integer(step), .blob(id.bytes)])
  }

  static func deletePassword(of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM access_password WHERE member = $1", [.blob(id.bytes)])
    try transaction.execute("DELETE FROM access_otp WHERE member = $1", [.blob(id.bytes)])
  }

  // MARK: Recovery codes

  static func putRecoveryCodes(
    _ codes: [RecoveryCode], of id: Identifier<Member>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute("DELETE FROM access_recovery WHERE member = $1", [.blob(id.bytes)])
    try transaction.execute(
      "INSERT INTO access_recovery (digest, member) VALUES ($1, $2)",
      batch: codes.map { [.blob($0.digest), .blob(id.bytes)] })
  }

  /// - Returns: whether the code was one of the member's that was not used yet.
  static func useRecoveryCode(
    _ code: RecoveryCode, of id: Identifier<Member>, at now: Instant, _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE access_recovery SET used = $1 WHERE digest = $2 AND member = $3 AND used IS NULL",
      [.integer(now.microseconds), .blob(code.digest), .blob(id.bytes)]) == 1
  }

  static func recoveryCodesLeft(of id: Identifier<Member>, _ transaction: ReadTransaction) throws -> Int {
    Int(
      try transaction.first(
        "SELECT count(*) FROM access_recovery WHERE member = $1 AND used IS NULL", [.blob(id.bytes)]
      ) { try $0.integer(0) } ?? 0)
  }

  // MARK: What is good once

  /// - Returns: false when it was spent before.
  static func spend(_ digest: [UInt8], until expires: Instant, at now: Instant, _ transaction: WriteTransaction) throws
    -> Bool
  {
    try transaction.execute("DELETE FROM access_spent WHERE expires < $1", [.integer(now.microseconds)])
    return try transaction.execute(
      "INSERT INTO access_spent (digest, expires) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
      [.blob(digest), .integer(expires.microseconds)]) == 1
  }
}
