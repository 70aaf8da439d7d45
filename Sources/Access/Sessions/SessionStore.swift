import Primitives
import Storage

/// The SQL of sessions.
enum SessionStore {
  struct Stored: Sendable {
    let id: Identifier<Session>
    let member: Identifier<Member>
    let name: String
    let role: String
    let csrf: String
    let opened: Instant
    let used: Instant
    let factors: Set<Factor>
    let strength: Strength
    let proven: Instant
    let device: Device
    let lastSeen: Instant?
    let lastVisit: Instant?
    /// Emergency access that was opened for it last, and when that ends.
    let emergency: (id: Identifier<EmergencyAccess>, ends: Instant)?
  }

  /// The session of a token, if its member is active.
  static func session(_ digest: [UInt8], _ transaction: ReadTransaction) throws -> Stored? {
    try transaction.first("SELECT * FROM access_active_session WHERE digest = $1", [.blob(digest)], row: read)
  }

  static func sessions(
    of member: Identifier<Member>, openedAfter limit: Instant, _ transaction: ReadTransaction
  ) throws -> [Stored] {
    try transaction.query(
      """
      SELECT * FROM access_active_session WHERE member = $1 AND opened > $2 ORDER BY used DESC LIMIT 100
      """, [.blob(member.bytes), .integer(limit.microseconds)], row: read)
  }

  private static func read(_ row: borrowing Row) throws -> Stored {
    guard let strength = Strength(rawValue: Int(try row.integer(9))) else {
      throw AccessError.damaged(what: "a session")
    }
    return Stored(
      id: try MemberStore.identifier(row.blob(1)), member: try MemberStore.identifier(row.blob(2)),
      name: try row.text(3), role: try row.text(4), csrf: try row.text(5),
      opened: Instant(microseconds: try row.integer(6)), used: Instant(microseconds: try row.integer(7)),
      factors: Set(try row.text(8).split(separator: " ").compactMap { Factor(rawValue: String($0)) }),
      strength: strength, proven: Instant(microseconds: try row.integer(10)),
      device: Device(address: try row.text(11), agent: try row.text(12)),
      lastSeen: try row.optionalInteger(13).map(Instant.init(microseconds:)),
      lastVisit: try row.optionalInteger(14).map(Instant.init(microseconds:)), emergency: try emergency(row))
  }

  private static func emergency(_ row: borrowing Row) throws -> (id: Identifier<EmergencyAccess>, ends: Instant)? {
    guard let ends = try row.optionalInteger(16) else { return nil }
    return (try MemberStore.identifier(row.blob(15)), Instant(microseconds: ends))
  }

  static func insert(
    _ id: Identifier<Session>, _ digest: [UInt8], of member: Identifier<Member>, csrf: String, _ proof: Proof,
    at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO access_session (digest, id, member, csrf, opened, used, factors, strength, proven, address, agent)
      VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10)
      """,
      [
        .blob(digest), .blob(id.bytes), .blob(member.bytes), .text(csrf), .integer(now.microseconds),
        .text(proof.factorNames), .integer(Int64(proof.strength.rawValue)),
        .integer((proof.shown ?? now).microseconds), .text(proof.device.address), .text(proof.device.agent),
      ])
  }

  /// A session after a factor was shown again: another token, and proven now. It is no stronger than what was shown.
  static func prove(
    _ id: Identifier<Session>, _ digest: [UInt8], csrf: String, _ proof: Proof, at now: Instant,
    _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE access_session SET digest = $1, csrf = $2, used = $3, proven = $9, factors = $4, strength = $5, address = $6,
        agent = $7 WHERE id = $8
      """,
      [
        .blob(digest), .text(csrf), .integer(now.microseconds), .text(proof.factorNames),
        .integer(Int64(proof.strength.rawValue)), .text(proof.device.address), .text(proof.device.agent),
        .blob(id.bytes), .integer((proof.shown ?? now).microseconds),
      ])
  }

  static func touch(_ id: Identifier<Session>, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_session SET used = $1 WHERE id = $2", [.integer(now.microseconds), .blob(id.bytes)])
  }

  @discardableResult
  static func delete(
    _ id: Identifier<Session>, of member: Identifier<Member>, _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "DELETE FROM access_session WHERE id = $1 AND member = $2", [.blob(id.bytes), .blob(member.bytes)]) == 1
  }

  @discardableResult
  static func deleteAll(
    of member: Identifier<Member>, except kept: Identifier<Session>? = nil, _ transaction: WriteTransaction
  ) throws -> Int {
    try transaction.execute(
      "DELETE FROM access_session WHERE member = $1 AND id <> $2",
      [.blob(member.bytes), .blob(kept?.bytes ?? [])])
  }

  static func deleteAll(openedBefore limit: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM access_session WHERE opened < $1", [.integer(limit.microseconds)])
  }
}
