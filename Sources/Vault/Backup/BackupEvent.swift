public import Primitives
import Storage

/// Something that was done with a backup.
public struct BackupEvent: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// A backup was made and read back.
    case made
    /// A restore was tried somewhere else, and gave back what was expected.
    case tested
    /// A restore was tried, and did not.
    case failed
    /// This installation was restored.
    case restored
  }

  public let id: Identifier<BackupEvent>
  public let kind: Kind
  /// The backup's name.
  public let backup: String
  public let at: Instant
  /// Whether the keys went to another directory than the data.
  public let isApart: Bool
  /// How many records it has, or how many were opened.
  public let records: Int64
}

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
