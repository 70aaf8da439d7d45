import Primitives
import Storage

/// The SQL of leave to read in bulk.
enum UnlockStore {
  static func insert(_ unlock: BulkUnlock, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_unlock (id, purpose, reason, asked_by, asked, records) VALUES ($1, $2, $3, $4, $5, 0)",
      [
        .blob(unlock.id.bytes), .text(unlock.purpose), .text(unlock.reason), .text(unlock.askedBy),
        .integer(unlock.asked.microseconds),
      ])
  }

  static func unlock(_ id: Identifier<BulkUnlock>, _ transaction: ReadTransaction) throws -> BulkUnlock? {
    try transaction.first(
      "SELECT id, purpose, reason, asked_by, asked, approved_by, ends, records FROM vault_unlock WHERE id = $1",
      [.blob(id.bytes)], row: read)
  }

  /// The newest first.
  static func unlocks(_ transaction: ReadTransaction) throws -> [BulkUnlock] {
    try transaction.query(
      """
      SELECT id, purpose, reason, asked_by, asked, approved_by, ends, records FROM vault_unlock
      ORDER BY id DESC LIMIT 100
      """, row: read)
  }

  static func approve(
    _ id: Identifier<BulkUnlock>, by author: String, at now: Instant, until end: Instant,
    _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE vault_unlock SET approved_by = $1, approved = $2, ends = $3 WHERE id = $4",
      [.text(author), .integer(now.microseconds), .integer(end.microseconds), .blob(id.bytes)])
  }

  static func putEnd(_ end: Instant, of id: Identifier<BulkUnlock>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_unlock SET ends = $1 WHERE id = $2", [.integer(end.microseconds), .blob(id.bytes)])
  }

  static func addRecords(_ count: Int, to id: Identifier<BulkUnlock>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_unlock SET records = records + $1 WHERE id = $2", [.integer(count), .blob(id.bytes)])
  }

  private static func read(_ row: borrowing Row) throws -> BulkUnlock {
    BulkUnlock(
      id: try row.identifier(0), purpose: try row.text(1), reason: try row.text(2), askedBy: try row.text(3),
      asked: Instant(microseconds: try row.integer(4)), approvedBy: try row.optionalText(5),
      ends: try row.optionalInteger(6).map(Instant.init(microseconds:)), records: try row.integer(7))
  }
}
