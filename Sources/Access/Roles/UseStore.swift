import Primitives
import Storage

/// The SQL of what members used of their roles.
enum UseStore {
  static func put(
    _ action: Action, by member: Identifier<Member>, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO access_use (member, action, last) VALUES ($1, $2, $3)
      ON CONFLICT (member, action) DO UPDATE SET last = excluded.last
      """, [.blob(member.bytes), .text(action.rawValue), .integer(now.microseconds)])
  }

  /// When a member used each action last.
  static func uses(of member: Identifier<Member>, _ transaction: ReadTransaction) throws -> [Action: Instant] {
    let rows = try transaction.query("SELECT action, last FROM access_use WHERE member = $1", [.blob(member.bytes)]) {
      (Action(rawValue: try $0.text(0)), Instant(microseconds: try $0.integer(1)))
    }
    return Dictionary(rows.compactMap { action, last in action.map { ($0, last) } }, uniquingKeysWith: { max($0, $1) })
  }
}
