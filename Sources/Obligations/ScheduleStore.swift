import Primitives
import Storage

/// One look that is to be taken.
struct ScheduledLook: Hashable, Sendable {
  let check: Code<CheckName>
  let target: String
}

/// Stands for a claim in ``Identifier``: the right of one node to take one look.
enum LookClaim {}

/// The SQL of the schedule.
enum ScheduleStore {
  /// How many of the looks on the schedule keep failing, so that an alert stands.
  static func failing(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first(
      """
      SELECT count(*) FROM obligations_schedule AS s JOIN obligations_look AS l
        ON l.check_code = s.check_code AND l.target = s.target
      WHERE l.alerted IS NOT NULL
      """
    ) { try $0.integer(0) } ?? 0
  }

  static func all(_ transaction: ReadTransaction) throws -> [ScheduledLook: Instant] {
    let rows = try transaction.query("SELECT check_code, target, next FROM obligations_schedule") {
      (ScheduledLook(check: Code(try $0.text(0)), target: try $0.text(1)), Instant(microseconds: try $0.integer(2)))
    }
    return Dictionary(rows, uniquingKeysWith: { $1 })
  }

  static func insert(_ looks: [ScheduledLook], next: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO obligations_schedule (check_code, target, next) VALUES ($1, $2, $3)
      ON CONFLICT (check_code, target) DO NOTHING
      """, batch: looks.map { [.text($0.check.text), .text($0.target), .integer(next.microseconds)] })
  }

  static func delete(_ looks: [ScheduledLook], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM obligations_schedule WHERE check_code = $1 AND target = $2",
      batch: looks.map { [.text($0.check.text), .text($0.target)] })
  }

  /// What is due and not being done by any node, the longest overdue first.
  static func due(at now: Instant, limit: Int64, _ transaction: ReadTransaction) throws -> [ScheduledLook] {
    try transaction.query(
      """
      SELECT check_code, target FROM obligations_schedule
      WHERE next <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY next LIMIT $2
      """, [.integer(now.microseconds), .integer(limit)]
    ) { ScheduledLook(check: Code(try $0.text(0)), target: try $0.text(1)) }
  }

  /// Takes a due look for one node; a claim that ran out belongs to a node that is gone.
  /// - Returns: whether it is this node's now.
  static func claim(
    _ look: ScheduledLook, as claim: Identifier<LookClaim>, at now: Instant, until: Instant,
    _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE obligations_schedule SET claim = $1, claimed_until = $2
      WHERE check_code = $3 AND target = $4 AND next <= $5 AND (claimed_until IS NULL OR claimed_until <= $5)
      """,
      [
        .blob(claim.bytes), .integer(until.microseconds), .text(look.check.text), .text(look.target),
        .integer(now.microseconds),
      ]) == 1
  }

  /// Gives the claim back and plans the next look; nothing happens where the claim is no longer this node's.
  static func finish(
    _ look: ScheduledLook, claim: Identifier<LookClaim>, next: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      UPDATE obligations_schedule SET claim = NULL, claimed_until = NULL, next = $1
      WHERE check_code = $2 AND target = $3 AND claim = $4
      """, [.integer(next.microseconds), .text(look.check.text), .text(look.target), .blob(claim.bytes)])
  }

  /// Gives the claim back and leaves the look to whichever node is free.
  static func release(_ look: ScheduledLook, claim: Identifier<LookClaim>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE obligations_schedule SET claim = NULL, claimed_until = NULL
      WHERE check_code = $1 AND target = $2 AND claim = $3
      """, [.text(look.check.text), .text(look.target), .blob(claim.bytes)])
  }

  /// Has a look taken as soon as a node is free.
  /// - Returns: whether it is on the schedule.
  static func advance(_ look: ScheduledLook, to now: Instant, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE obligations_schedule SET next = $1 WHERE check_code = $2 AND target = $3",
      [.integer(now.microseconds), .text(look.check.text), .text(look.target)]) == 1
  }
}
