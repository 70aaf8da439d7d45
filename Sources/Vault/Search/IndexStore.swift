import Primitives
import Storage

/// The SQL of blind indexes.
enum IndexStore {
  struct StoredIndex: Hashable, Sendable {
    let number: Int64
    let collection: String
    let name: String
    let bits: Int
    let isUnique: Bool
    /// Whether every record is in it.
    let isBuilt: Bool
  }

  /// A record's place in an index.
  struct Entry: Hashable, Sendable {
    let number: Int64
    let value: [UInt8]
    let subject: Identifier<Subject>
    let record: Identifier<VaultRecord>
  }

  static func indexes(_ transaction: ReadTransaction) throws -> [StoredIndex] {
    try transaction.query(
      "SELECT number, collection, name, bits, is_unique, built FROM vault_index ORDER BY number"
    ) {
      StoredIndex(
        number: try $0.integer(0), collection: try $0.text(1), name: try $0.text(2), bits: Int(try $0.integer(3)),
        isUnique: try $0.integer(4) == 1, isBuilt: !$0.isNull(5))
    }
  }

  static func insert(
    collection: String, name: String, bits: Int, isUnique: Bool, built: Instant?, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO vault_index (collection, name, bits, is_unique, built) VALUES ($1, $2, $3, $4, $5)",
      [
        .text(collection), .text(name), .integer(bits), .integer(isUnique ? 1 : 0),
        .optionalInteger(built?.microseconds),
      ])
  }

  static func putBuilt(_ number: Int64, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_index SET built = $1 WHERE number = $2", [.integer(now.microseconds), .integer(number)])
  }

  /// Takes some entries of an index away.
  /// - Returns: how many there were.
  static func deleteSome(of number: Int64, limit: Int, _ transaction: WriteTransaction) throws -> Int {
    try transaction.execute(
      """
      DELETE FROM vault_blind WHERE number = $1 AND (value, subject, record) IN
      (SELECT value, subject, record FROM vault_blind WHERE number = $1 LIMIT $2)
      """, [.integer(number), .integer(limit)])
  }

  static func deleteIndex(_ number: Int64, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM vault_index WHERE number = $1", [.integer(number)])
  }

  static func insert(_ entries: [Entry], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_blind (number, value, subject, record) VALUES ($1, $2, $3, $4)
      ON CONFLICT (number, value, subject, record) DO NOTHING
      """,
      batch: entries.map {
        [.integer($0.number), .blob($0.value), .blob($0.subject.bytes), .blob($0.record.bytes)]
      })
  }

  static func delete(
    _ record: Identifier<VaultRecord>, of subject: Identifier<Subject>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "DELETE FROM vault_blind WHERE subject = $1 AND record = $2", [.blob(subject.bytes), .blob(record.bytes)])
  }

  /// Which other record has a value.
  static func hasOther(_ entry: Entry, _ transaction: ReadTransaction) throws -> Bool {
    try transaction.first(
      "SELECT 1 FROM vault_blind WHERE number = $1 AND value = $2 AND (subject <> $3 OR record <> $4) LIMIT 1",
      [.integer(entry.number), .blob(entry.value), .blob(entry.subject.bytes), .blob(entry.record.bytes)]
    ) { try $0.integer(0) } != nil
  }

  static func places(
    of value: [UInt8], in number: Int64, limit: Int, _ transaction: ReadTransaction
  ) throws -> [(subject: Identifier<Subject>, record: Identifier<VaultRecord>)] {
    try transaction.query(
      "SELECT subject, record FROM vault_blind WHERE number = $1 AND value = $2 LIMIT $3",
      [.integer(number), .blob(value), .integer(limit)]
    ) { (try $0.identifier(0), try $0.identifier(1)) }
  }
}
