public import Journal
public import Primitives
import Storage

/// A change of how something stands.
public struct StandingChange: Hashable, Sendable {
  /// `duty:D01` or `requirement:gdpr.32-1-a`.
  public let subject: String
  public let was: Standing
  public let became: Standing
  public let reason: String
  public let at: Instant
  /// The journal entry that records it.
  public let entry: Identifier<Entry>
}

/// The SQL of how things stood last, of every change, and of the catalogue that was loaded last.
enum StandingStore {
  static func standings(_ transaction: ReadTransaction) throws -> [String: Standing] {
    let rows = try transaction.query("SELECT subject, standing FROM obligations_standing") {
      (try $0.text(0), Standing(rawValue: try $0.text(1)) ?? .unproven)
    }
    return Dictionary(rows, uniquingKeysWith: { $1 })
  }

  static func put(
    _ standings: [(subject: String, standing: Standing)], at now: Instant, _ transaction: WriteTransaction
  )
    throws
  {
    try transaction.execute(
      """
      INSERT INTO obligations_standing (subject, standing, since) VALUES ($1, $2, $3)
      ON CONFLICT (subject) DO UPDATE SET standing = excluded.standing, since = excluded.since
      """,
      batch: standings.map { [.text($0.subject), .text($0.standing.rawValue), .integer(now.microseconds)] })
  }

  static func delete(_ subjects: [String], _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM obligations_standing WHERE subject = $1", batch: subjects.map { [.text($0)] })
  }

  static func insert(_ changes: [StandingChange], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO obligations_change (subject, was, became, reason, at, entry) VALUES ($1, $2, $3, $4, $5, $6)",
      batch: changes.map { change in
        [
          .text(change.subject), .text(change.was.rawValue), .text(change.became.rawValue), .text(change.reason),
          .integer(change.at.microseconds), .blob(change.entry.bytes),
        ]
      })
  }

  /// Changes of everything since a moment, the newest first.
  static func changes(since: Instant, limit: Int64, _ transaction: ReadTransaction) throws -> [StandingChange] {
    try transaction.query(
      """
      SELECT subject, was, became, reason, at, entry FROM obligations_change
      WHERE at > $1 ORDER BY seq DESC LIMIT $2
      """, [.integer(since.microseconds), .integer(limit)]
    ) { try change($0) }
  }

  /// Changes of one thing, the newest first.
  static func changes(of subject: String, limit: Int64, _ transaction: ReadTransaction) throws -> [StandingChange] {
    try transaction.query(
      """
      SELECT subject, was, became, reason, at, entry FROM obligations_change
      WHERE subject = $1 ORDER BY seq DESC LIMIT $2
      """, [.text(subject), .integer(limit)]
    ) { try change($0) }
  }

  private static func change(_ row: borrowing Row) throws -> StandingChange {
    StandingChange(
      subject: try row.text(0), was: Standing(rawValue: try row.text(1)) ?? .unproven,
      became: Standing(rawValue: try row.text(2)) ?? .unproven, reason: try row.text(3),
      at: Instant(microseconds: try row.integer(4)), entry: try ObligationsStore.identifier(row.blob(5)))
  }

  static func catalogue(_ transaction: ReadTransaction) throws -> [String: String] {
    let rows = try transaction.query("SELECT item, digest FROM obligations_catalogue") {
      (try $0.text(0), try $0.text(1))
    }
    return Dictionary(rows, uniquingKeysWith: { $1 })
  }

  static func replaceCatalogue(with items: [String: String], _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM obligations_catalogue")
    try transaction.execute(
      "INSERT INTO obligations_catalogue (item, digest) VALUES ($1, $2)",
      batch: items.sorted { $0.key < $1.key }.map { [.text($0.key), .text($0.value)] })
  }
}
