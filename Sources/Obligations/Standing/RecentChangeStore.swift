public import Primitives
import Storage

/// The SQL of what changed last.
enum RecentChangeStore {
  /// The newest changes of everything, back to a moment. Reads no more rows than it is asked for, however many there are.
  static func changes(since: Instant, limit: Int64, _ transaction: ReadTransaction) throws -> [StandingChange] {
    var changes: [StandingChange] = []
    try transaction.forEach(
      "SELECT subject, was, became, reason, at, entry FROM obligations_change ORDER BY seq DESC LIMIT $1",
      [.integer(limit)]
    ) { row in
      let at = Instant(microseconds: try row.integer(4))
      guard at > since else { return false }
      changes.append(
        StandingChange(
          subject: try row.text(0), was: Standing(rawValue: try row.text(1)) ?? .unproven,
          became: Standing(rawValue: try row.text(2)) ?? .unproven, reason: try row.text(3), at: at,
          entry: try ObligationsStore.identifier(row.blob(5))))
      return true
    }
    return changes
  }
}

extension ObligationRegister {
  /// What changed since a moment, the newest first, as far as the newest `limit` changes go back.
  public func recentChanges(since: Instant, limit: Int = 300) async throws -> [StandingChange] {
    try await database.read { try RecentChangeStore.changes(since: since, limit: Int64(limit), $0) }
  }
}
