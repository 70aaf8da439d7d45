import Primitives
import Storage

/// The SQL of emergency access.
enum EmergencyStore {
  static func insert(
    _ emergency: EmergencyAccess, for session: Identifier<Session>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO access_emergency (id, member, session, reason, opened, ends) VALUES ($1, $2, $3, $4, $5, $6)",
      [
        .blob(emergency.id.bytes), .blob(emergency.member.bytes), .blob(session.bytes), .text(emergency.reason),
        .integer(emergency.opened.microseconds), .integer(emergency.ends.microseconds),
      ])
  }

  static func emergency(
    _ id: Identifier<EmergencyAccess>, _ transaction: ReadTransaction
  ) throws -> EmergencyAccess? {
    try all("SELECT * FROM access_named_emergency WHERE id = $1", [.blob(id.bytes)], transaction).first
  }

  static func newest(_ count: Int64, _ transaction: ReadTransaction) throws -> [EmergencyAccess] {
    try all("SELECT * FROM access_named_emergency ORDER BY opened DESC LIMIT $1", [.integer(count)], transaction)
  }

  static func open(at now: Instant, _ transaction: ReadTransaction) throws -> [EmergencyAccess] {
    try all(
      "SELECT * FROM access_named_emergency WHERE ends > $1 ORDER BY opened", [.integer(now.microseconds)], transaction)
  }

  static func unreviewed(_ transaction: ReadTransaction) throws -> [EmergencyAccess] {
    try all("SELECT * FROM access_named_emergency WHERE reviewed IS NULL ORDER BY opened LIMIT 500", [], transaction)
  }

  static func open(
    of member: Identifier<Member>, at now: Instant, _ transaction: ReadTransaction
  ) throws -> [Identifier<EmergencyAccess>] {
    try transaction.query(
      "SELECT id FROM access_emergency WHERE member = $1 AND ends > $2",
      [.blob(member.bytes), .integer(now.microseconds)]
    ) { try MemberStore.identifier($0.blob(0)) }
  }

  static func putEnd(_ end: Instant, of id: Identifier<EmergencyAccess>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_emergency SET ends = $1 WHERE id = $2", [.integer(end.microseconds), .blob(id.bytes)])
  }

  static func putReview(
    _ review: EmergencyAccess.Review, of id: Identifier<EmergencyAccess>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE access_emergency SET reviewer = $1, reviewed = $2, justified = $3, statement = $4 WHERE id = $5",
      [
        .text(review.reviewer), .integer(review.at.microseconds), .integer(review.isJustified ? 1 : 0),
        .text(review.statement), .blob(id.bytes),
      ])
  }

  /// Remembers that something was done under it.
  static func putUse(
    of action: Action, under id: Identifier<EmergencyAccess>, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO access_emergency_use (emergency, action, last) VALUES ($1, $2, $3)
      ON CONFLICT (emergency, action) DO UPDATE SET last = excluded.last
      """, [.blob(id.bytes), .text(action.rawValue), .integer(now.microseconds)])
  }

  private static func uses(
    _ id: Identifier<EmergencyAccess>, _ transaction: ReadTransaction
  ) throws -> [(action: Action, last: Instant)] {
    let rows = try transaction.query(
      "SELECT action, last FROM access_emergency_use WHERE emergency = $1", [.blob(id.bytes)]
    ) { (try $0.text(0), Instant(microseconds: try $0.integer(1))) }
    let last = Dictionary(rows) { $1 }
    return Action.allCases.compactMap { action in last[action.rawValue].map { (action, $0) } }
  }

  private static func all(
    _ statement: StaticString, _ values: [SQLValue], _ transaction: ReadTransaction
  ) throws -> [EmergencyAccess] {
    try transaction.query(statement, values, row: read).map { stored in
      EmergencyAccess(
        id: stored.id, member: stored.member, name: stored.name, reason: stored.reason, opened: stored.opened,
        ends: stored.ends, uses: try uses(stored.id, transaction), review: stored.review)
    }
  }

  private static func read(_ row: borrowing Row) throws -> EmergencyAccess {
    var review: EmergencyAccess.Review?
    if let at = try row.optionalInteger(7) {
      review = EmergencyAccess.Review(
        reviewer: try row.text(6), at: Instant(microseconds: at), isJustified: try row.integer(8) == 1,
        statement: try row.text(9))
    }
    return EmergencyAccess(
      id: try MemberStore.identifier(row.blob(0)), member: try MemberStore.identifier(row.blob(1)),
      name: try row.text(2), reason: try row.text(3), opened: Instant(microseconds: try row.integer(4)),
      ends: Instant(microseconds: try row.integer(5)), uses: [], review: review)
  }
}
