import Primitives
import Storage

/// The SQL of what is planned, for people to see.
enum PlannedLookStore {
  static func all(at now: Instant, _ transaction: ReadTransaction) throws -> [PlannedLook] {
    try transaction.query("SELECT check_code, target, next, claimed_until FROM obligations_schedule") { row in
      PlannedLook(
        check: Code(try row.text(0)), target: try row.text(1), next: Instant(microseconds: try row.integer(2)),
        // A claim that ran out belongs to a node that is gone.
        isUnderWay: try row.optionalInteger(3).map { now < Instant(microseconds: $0) } ?? false)
    }
  }
}
