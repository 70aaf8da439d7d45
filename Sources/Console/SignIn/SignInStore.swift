import Primitives
import Storage

/// The SQL of administrators and their sessions.
enum SignInStore {
  struct Administrator: Sendable {
    let id: Identifier<Member>
    let password: String
    let secret: [UInt8]
    let lastStep: Int64
  }

  struct StoredSession: Sendable {
    let administrator: Identifier<Member>
    let name: String
    let csrf: String
    let opened: Instant
    let used: Instant
    let lastSeen: Instant?
    let lastVisit: Instant?
  }

  static func count(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM console_administrator") { try $0.integer(0) } ?? 0
  }

  static func insert(
    id: Identifier<Member>, name: String, password: String, secret: [UInt8], _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO console_administrator (id, name, password, secret, last_step) VALUES ($1, $2, $3, $4, 0)",
      [.blob(id.bytes), .text(name), .text(password), .blob(secret)])
  }

  static func administrator(named name: String, _ transaction: ReadTransaction) throws -> Administrator? {
    try transaction.first(
      "SELECT id, password, secret, last_step FROM console_administrator WHERE name = $1", [.text(name)]
    ) { row in
      Administrator(
        id: try identifier(row.blob(0)), password: try row.text(1), secret: try row.blob(2),
        lastStep: try row.integer(3))
    }
  }

  static func putLastStep(_ step: Int64, of id: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE console_administrator SET last_step = $1 WHERE id = $2", [.integer(step), .blob(id.bytes)])
  }

  static func putVisit(
    of id: Identifier<Member>, seen: Instant, before: Instant?, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE console_administrator SET last_seen = $1, last_visit = $2 WHERE id = $3",
      [.integer(seen.microseconds), .optionalInteger(before?.microseconds), .blob(id.bytes)])
  }

  static func insertSession(
    _ digest: [UInt8], of id: Identifier<Member>, csrf: String, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO console_session (digest, administrator, csrf, opened, used) VALUES ($1, $2, $3, $4, $4)",
      [.blob(digest), .blob(id.bytes), .text(csrf), .integer(now.microseconds)])
  }

  static func session(_ digest: [UInt8], _ transaction: ReadTransaction) throws -> StoredSession? {
    try transaction.first(
      """
      SELECT a.id, a.name, s.csrf, s.opened, s.used, a.last_seen, a.last_visit
      FROM console_session s JOIN console_administrator a ON a.id = s.administrator WHERE s.digest = $1
      """, [.blob(digest)]
    ) { row in
      StoredSession(
        administrator: try identifier(row.blob(0)), name: try row.text(1), csrf: try row.text(2),
        opened: Instant(microseconds: try row.integer(3)), used: Instant(microseconds: try row.integer(4)),
        lastSeen: try row.optionalInteger(5).map(Instant.init(microseconds:)),
        lastVisit: try row.optionalInteger(6).map(Instant.init(microseconds:)))
    }
  }

  static func touch(_ digest: [UInt8], at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE console_session SET used = $1 WHERE digest = $2", [.integer(now.microseconds), .blob(digest)])
  }

  static func deleteSession(_ digest: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM console_session WHERE digest = $1", [.blob(digest)])
  }

  static func deleteSessions(openedBefore limit: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM console_session WHERE opened < $1", [.integer(limit.microseconds)])
  }

  private static func identifier(_ bytes: [UInt8]) throws -> Identifier<Member> {
    guard let id = Identifier<Member>(bytes: bytes) else { throw ConsoleError.damaged(what: "an administrator") }
    return id
  }
}
