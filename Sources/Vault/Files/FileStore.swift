import Primitives
import Storage

/// The SQL of files, which are kept in pieces.
enum FileStore {
  struct StoredFile: Sendable {
    let subject: Identifier<Subject>
    let id: Identifier<VaultFile>
    let record: Identifier<VaultRecord>
    /// The sealed name, type and nonce.
    let header: [UInt8]
    let keyVersion: Int64
    /// In bytes.
    let size: Int64
    let made: Instant
    let isWhole: Bool
  }

  static func insert(_ file: StoredFile, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_file (subject, id, record, header, key_version, size, made, is_whole)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .blob(file.subject.bytes), .blob(file.id.bytes), .blob(file.record.bytes), .blob(file.header),
        .integer(file.keyVersion), .integer(file.size), .integer(file.made.microseconds),
        .integer(file.isWhole ? 1 : 0),
      ])
  }

  static func insertPiece(
    _ sealed: [UInt8], number: Int, of file: Identifier<VaultFile>, _ subject: Identifier<Subject>,
    _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO vault_file_piece (subject, file, number, sealed) VALUES ($1, $2, $3, $4)",
      [.blob(subject.bytes), .blob(file.bytes), .integer(number), .blob(sealed)])
  }

  static func finish(
    _ file: Identifier<VaultFile>, of subject: Identifier<Subject>, size: Int64, _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE vault_file SET is_whole = 1, size = $1 WHERE subject = $2 AND id = $3 AND is_whole = 0",
      [.integer(size), .blob(subject.bytes), .blob(file.bytes)]) == 1
  }

  static func file(
    _ id: Identifier<VaultFile>, of subject: Identifier<Subject>, _ transaction: ReadTransaction
  ) throws -> StoredFile? {
    try transaction.first(
      """
      SELECT subject, id, record, header, key_version, size, made, is_whole FROM vault_file
      WHERE subject = $1 AND id = $2
      """, [.blob(subject.bytes), .blob(id.bytes)], row: read)
  }

  static func piece(
    _ number: Int, of file: Identifier<VaultFile>, _ subject: Identifier<Subject>, _ transaction: ReadTransaction
  ) throws -> [UInt8]? {
    try transaction.first(
      "SELECT sealed FROM vault_file_piece WHERE subject = $1 AND file = $2 AND number = $3",
      [.blob(subject.bytes), .blob(file.bytes), .integer(number)]
    ) { try $0.blob(0) }
  }

  /// Uploads that were cut off.
  static func unfinished(before limit: Instant, _ transaction: ReadTransaction) throws -> [StoredFile] {
    try transaction.query(
      """
      SELECT subject, id, record, header, key_version, size, made, is_whole FROM vault_file
      WHERE is_whole = 0 AND made < $1 LIMIT 100
      """, [.integer(limit.microseconds)], row: read)
  }

  static func delete(
    _ file: Identifier<VaultFile>, of subject: Identifier<Subject>, _ transaction: WriteTransaction
  ) throws {
    let place: [SQLValue] = [.blob(subject.bytes), .blob(file.bytes)]
    try transaction.execute("DELETE FROM vault_file_piece WHERE subject = $1 AND file = $2", place)
    try transaction.execute("DELETE FROM vault_file WHERE subject = $1 AND id = $2", place)
  }

  /// The files of a record.
  static func files(
    of subject: Identifier<Subject>, _ record: Identifier<VaultRecord>, _ transaction: ReadTransaction
  ) throws -> [StoredFile] {
    try transaction.query(
      """
      SELECT subject, id, record, header, key_version, size, made, is_whole FROM vault_file
      WHERE subject = $1 AND record = $2 ORDER BY id
      """, [.blob(subject.bytes), .blob(record.bytes)], row: read)
  }

  static func delete(
    of subject: Identifier<Subject>, _ record: Identifier<VaultRecord>, _ transaction: WriteTransaction
  ) throws {
    for file in try files(of: subject, record, transaction) { try delete(file.id, of: subject, transaction) }
  }

  private static func read(_ row: borrowing Row) throws -> StoredFile {
    StoredFile(
      subject: try row.identifier(0), id: try row.identifier(1), record: try row.identifier(2),
      header: try row.blob(3), keyVersion: try row.integer(4), size: try row.integer(5),
      made: Instant(microseconds: try row.integer(6)), isWhole: try row.integer(7) == 1)
  }
}
