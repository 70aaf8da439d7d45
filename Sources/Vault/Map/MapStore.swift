import Primitives
import Storage

/// The SQL of data maps.
enum MapStore {
  struct StoredMap: Sendable {
    let version: Int64
    let yaml: String
    let author: String
    let adopted: Instant
  }

  static func newest(_ transaction: ReadTransaction) throws -> StoredMap? {
    try transaction.first(
      "SELECT version, yaml, author, adopted FROM vault_map ORDER BY version DESC LIMIT 1", row: read)
  }

  static func newestVersion(_ transaction: ReadTransaction) throws -> Int64? {
    try transaction.first("SELECT version FROM vault_map ORDER BY version DESC LIMIT 1") { try $0.integer(0) }
  }

  static func map(_ version: Int64, _ transaction: ReadTransaction) throws -> StoredMap? {
    try transaction.first(
      "SELECT version, yaml, author, adopted FROM vault_map WHERE version = $1", [.integer(version)], row: read)
  }

  /// The newest first.
  static func all(_ transaction: ReadTransaction) throws -> [StoredMap] {
    try transaction.query(
      "SELECT version, yaml, author, adopted FROM vault_map ORDER BY version DESC LIMIT 200", row: read)
  }

  static func insert(_ map: StoredMap, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_map (version, yaml, author, adopted) VALUES ($1, $2, $3, $4)",
      [.integer(map.version), .text(map.yaml), .text(map.author), .integer(map.adopted.microseconds)])
  }

  private static func read(_ row: borrowing Row) throws -> StoredMap {
    StoredMap(
      version: try row.integer(0), yaml: try row.text(1), author: try row.text(2),
      adopted: Instant(microseconds: try row.integer(3)))
  }
}
