import Primitives
import Storage

/// The SQL of records.
enum RecordStore {
  struct StoredRecord: Sendable {
    let place: RecordPlace
    let made: Instant
    let changed: Instant
    /// When something of it is not needed any more; nil where nothing ends by itself.
    let due: Instant?
    let sealed: [UInt8]
  }

  static func insert(_ records: [StoredRecord], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_record (subject, collection, id, version, map_version, key_version, made, changed, due, sealed)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
      batch: records.map { record in
        [
          .blob(record.place.subject.bytes), .text(record.place.collection), .blob(record.place.record.bytes),
          .integer(record.place.version), .integer(record.place.mapVersion), .integer(record.place.keyVersion),
          .integer(record.made.microseconds), .integer(record.changed.microseconds),
          .optionalInteger(record.due?.microseconds), .blob(record.sealed),
        ]
      })
  }

  /// Puts a record in the place of its version before.
  /// - Returns: whether that version was there.
  static func replace(
    _ record: StoredRecord, version expected: Int64, _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      """
      UPDATE vault_record SET version = $1, map_version = $2, key_version = $3, changed = $4, due = $5, sealed = $6
      WHERE subject = $7 AND collection = $8 AND id = $9 AND version = $10
      """,
      [
        .integer(record.place.version), .integer(record.place.mapVersion), .integer(record.place.keyVersion),
        .integer(record.changed.microseconds), .optionalInteger(record.due?.microseconds), .blob(record.sealed),
        .blob(record.place.subject.bytes), .text(record.place.collection), .blob(record.place.record.bytes),
        .integer(expected),
      ]) == 1
  }

  static func putDue(_ due: Instant?, of place: RecordPlace, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_record SET due = $1 WHERE subject = $2 AND collection = $3 AND id = $4 AND version = $5",
      [
        .optionalInteger(due?.microseconds), .blob(place.subject.bytes), .text(place.collection),
        .blob(place.record.bytes), .integer(place.version),
      ])
  }

  static func delete(_ place: RecordPlace, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "DELETE FROM vault_record WHERE subject = $1 AND collection = $2 AND id = $3 AND version = $4",
      [
        .blob(place.subject.bytes), .text(place.collection), .blob(place.record.bytes), .integer(place.version),
      ]) == 1
  }

  /// All of a subject, by collection and age.
  static func records(
    of subject: Identifier<Subject>, _ transaction: ReadTransaction
  ) throws -> [StoredRecord] {
    try transaction.query(
      """
      SELECT subject, collection, id, version, map_version, key_version, made, changed, due, sealed FROM vault_record
      WHERE subject = $1 ORDER BY collection, id LIMIT 10000
      """, [.blob(subject.bytes)], row: read)
  }

  static func records(
    of subject: Identifier<Subject>, in collection: String, _ transaction: ReadTransaction
  ) throws -> [StoredRecord] {
    try transaction.query(
      """
      SELECT subject, collection, id, version, map_version, key_version, made, changed, due, sealed FROM vault_record
      WHERE subject = $1 AND collection = $2 ORDER BY id LIMIT 10000
      """, [.blob(subject.bytes), .text(collection)], row: read)
  }

  static func record(
    _ id: Identifier<VaultRecord>, of subject: Identifier<Subject>, in collection: String,
    _ transaction: ReadTransaction
  ) throws -> StoredRecord? {
    try transaction.first(
      """
      SELECT subject, collection, id, version, map_version, key_version, made, changed, due, sealed FROM vault_record
      WHERE subject = $1 AND collection = $2 AND id = $3
      """, [.blob(subject.bytes), .text(collection), .blob(id.bytes)], row: read)
  }

  static func hasRecord(
    of subject: Identifier<Subject>, in collection: String, _ transaction: ReadTransaction
  ) throws -> Bool {
    try transaction.first(
      "SELECT 1 FROM vault_record WHERE subject = $1 AND collection = $2 LIMIT 1",
      [.blob(subject.bytes), .text(collection)]
    ) { try $0.integer(0) } != nil
  }

  /// Records behind a place, in the order of the table.
  static func records(
    after cursor: (subject: [UInt8], collection: String, record: [UInt8]), limit: Int, _ transaction: ReadTransaction
  ) throws -> [StoredRecord] {
    try transaction.query(
      """
      SELECT subject, collection, id, version, map_version, key_version, made, changed, due, sealed FROM vault_record
      WHERE (subject, collection, id) > ($1, $2, $3) ORDER BY subject, collection, id LIMIT $4
      """, [.blob(cursor.subject), .text(cursor.collection), .blob(cursor.record), .integer(limit)], row: read)
  }

  /// Records of which something is not needed any more, the longest overdue first.
  static func due(at now: Instant, limit: Int, _ transaction: ReadTransaction) throws -> [StoredRecord] {
    try transaction.query(
      """
      SELECT subject, collection, id, version, map_version, key_version, made, changed, due, sealed FROM vault_record
      WHERE due IS NOT NULL AND due <= $1 ORDER BY due LIMIT $2
      """, [.integer(now.microseconds), .integer(limit)], row: read)
  }

  static func countDue(at now: Instant, _ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first(
      "SELECT count(*) FROM vault_record WHERE due IS NOT NULL AND due <= $1", [.integer(now.microseconds)]
    ) { try $0.integer(0) } ?? 0
  }

  /// The collections that there are records of.
  static func collections(_ transaction: ReadTransaction) throws -> [String] {
    try transaction.query("SELECT DISTINCT collection FROM vault_record ORDER BY collection") { try $0.text(0) }
  }

  static func count(in collection: String, _ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM vault_record WHERE collection = $1", [.text(collection)]) {
      try $0.integer(0)
    } ?? 0
  }

  static func count(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM vault_record") { try $0.integer(0) } ?? 0
  }

  private static func read(_ row: borrowing Row) throws -> StoredRecord {
    StoredRecord(
      place: RecordPlace(
        subject: try row.identifier(0), collection: try row.text(1), record: try row.identifier(2),
        version: try row.integer(3), mapVersion: try row.integer(4), keyVersion: try row.integer(5)),
      made: Instant(microseconds: try row.integer(6)), changed: Instant(microseconds: try row.integer(7)),
      due: try row.optionalInteger(8).map(Instant.init(microseconds:)), sealed: try row.blob(9))
  }
}
