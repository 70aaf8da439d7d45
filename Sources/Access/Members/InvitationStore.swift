import Primitives
import Storage

/// The SQL of invitations.
enum InvitationStore {
  struct Stored: Sendable {
    let id: Identifier<Invitation>
    let name: String
    let role: String
    let inviter: String
    let expires: Instant
  }

  static func insert(
    _ id: Identifier<Invitation>, _ digest: [UInt8], name: String, role: String, inviter: String, expires: Instant,
    _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO access_invitation (id, digest, name, role, inviter, expires) VALUES ($1, $2, $3, $4, $5, $6)",
      [
        .blob(id.bytes), .blob(digest), .text(name), .text(role), .text(inviter), .integer(expires.microseconds),
      ])
  }

  /// One that can still be taken.
  static func open(_ digest: [UInt8], at now: Instant, _ transaction: ReadTransaction) throws -> Stored? {
    try transaction.first(
      """
      SELECT id, name, role, inviter, expires FROM access_invitation
      WHERE digest = $1 AND ended IS NULL AND expires > $2
      """, [.blob(digest), .integer(now.microseconds)], row: read)
  }

  static func allOpen(at now: Instant, _ transaction: ReadTransaction) throws -> [Stored] {
    try transaction.query(
      """
      SELECT id, name, role, inviter, expires FROM access_invitation WHERE ended IS NULL AND expires > $1
      ORDER BY id LIMIT 500
      """, [.integer(now.microseconds)], row: read)
  }

  private static func read(_ row: borrowing Row) throws -> Stored {
    Stored(
      id: try MemberStore.identifier(row.blob(0)), name: try row.text(1), role: try row.text(2),
      inviter: try row.text(3), expires: Instant(microseconds: try row.integer(4)))
  }

  /// - Returns: false when it had ended before.
  static func end(_ id: Identifier<Invitation>, at now: Instant, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE access_invitation SET ended = $1 WHERE id = $2 AND ended IS NULL",
      [.integer(now.microseconds), .blob(id.bytes)]) == 1
  }
}
