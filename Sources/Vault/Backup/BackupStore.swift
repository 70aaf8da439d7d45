import Primitives
import Storage

/// The SQL of what was done with backups.
enum BackupStore {
  static func insert(_ event: BackupEvent, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_backup (id, kind, backup, at, is_apart, records) VALUES ($1, $2, $3, $4, $5, $6)",
      [
        .blob(event.id.bytes), .text(event.kind.rawValue), .text(event.backup), .integer(event.at.microseconds),
        .integer(event.isApart ? 1 : 0), .integer(event.records),
      ])
  }

  /// The newest hundred.
  static func newest(_ transaction: ReadTransaction) throws -> [BackupEvent] {
    try transaction.query(
      "SELECT id, kind, backup, at, is_apart, records FROM vault_backup ORDER BY at DESC, id DESC LIMIT 100"
    ) { row in
      guard let kind = BackupEvent.Kind(rawValue: try row.text(1)) else {
        throw VaultError.damaged(what: "the history of backups")
      }
      return BackupEvent(
        id: try row.identifier(0), kind: kind, backup: try row.text(2), at: Instant(microseconds: try row.integer(3)),
        isApart: try row.integer(4) != 0, records: try row.integer(5))
    }
  }
}
