import Primitives
import Storage

/// The SQL of tokens.
enum TokenStore {
  /// The value that a token stands for: a field of a record.
  struct StoredToken: Hashable, Sendable {
    let token: String
    let subject: Identifier<Subject>
    let collection: String
    let record: Identifier<VaultRecord>
    let field: String
  }

  static func insert(_ tokens: [StoredToken], at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_token (token, subject, collection, record, field, made) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (token, subject) DO NOTHING
      """,
      batch: tokens.map {
        [
          .text($0.token), .blob($0.subject.bytes), .text($0.collection), .blob($0.record.bytes), .text($0.field),
          .integer(now.microseconds),
        ]
      })
  }

  static func exists(_ token: String, _ transaction: ReadTransaction) throws -> Bool {
    try transaction.first("SELECT 1 FROM vault_token WHERE token = $1 LIMIT 1", [.text(token)]) {
      try $0.integer(0)
    } != nil
  }

  /// Several where a deterministic token stands for the same value of several subjects.
  static func tokens(_ token: String, _ transaction: ReadTransaction) throws -> [StoredToken] {
    try transaction.query(
      "SELECT token, subject, collection, record, field FROM vault_token WHERE token = $1 ORDER BY subject LIMIT 100",
      [.text(token)], row: read)
  }

  static func tokens(
    of subject: Identifier<Subject>, _ record: Identifier<VaultRecord>, _ transaction: ReadTransaction
  ) throws -> [StoredToken] {
    try transaction.query(
      "SELECT token, subject, collection, record, field FROM vault_token WHERE subject = $1 AND record = $2",
      [.blob(subject.bytes), .blob(record.bytes)], row: read)
  }

  static func delete(_ token: StoredToken, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM vault_token WHERE token = $1 AND subject = $2", [.text(token.token), .blob(token.subject.bytes)])
  }

  static func delete(
    of subject: Identifier<Subject>, _ record: Identifier<VaultRecord>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "DELETE FROM vault_token WHERE subject = $1 AND record = $2", [.blob(subject.bytes), .blob(record.bytes)])
  }

  private static func read(_ row: borrowing Row) throws -> StoredToken {
    StoredToken(
      token: try row.text(0), subject: try row.identifier(1), collection: try row.text(2),
      record: try row.identifier(3), field: try row.text(4))
  }
}
