import Primitives
import Storage

/// The SQL of what was refused: what was wrong, how often, in which hour. Nothing of what was sent.
enum RefusalStore {
  struct Refusals: Hashable, Sendable {
    let reason: String
    let place: String
    let count: Int64
  }

  static func add(reason: String, place: String, at now: Instant, _ transaction: WriteTransaction) throws {
    let hour = now.seconds / 3_600
    try transaction.execute(
      """
      INSERT INTO vault_refusal (hour, reason, place, count) VALUES ($1, $2, $3, 1)
      ON CONFLICT (hour, reason, place) DO UPDATE SET count = vault_refusal.count + 1
      """, [.integer(hour), .text(reason), .text(place)])
    // A quarter is more than anybody looks at.
    try transaction.execute("DELETE FROM vault_refusal WHERE hour < $1", [.integer(hour - 24 * 92)])
  }

  static func since(_ start: Instant, _ transaction: ReadTransaction) throws -> [Refusals] {
    try transaction.query(
      """
      SELECT reason, place, CAST(sum(count) AS BIGINT) FROM vault_refusal WHERE hour >= $1
      GROUP BY reason, place ORDER BY reason, place
      """, [.integer(start.seconds / 3_600)]
    ) { Refusals(reason: try $0.text(0), place: try $0.text(1), count: try $0.integer(2)) }
  }
}
