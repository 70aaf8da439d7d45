import Primitives
import Storage

/// The SQL of API keys.
enum APIKeyStore {
  static func insert(_ key: APIKey, _ digest: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO access_key (id, digest, label, maker, actions, made, expires, rate)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .blob(key.id.bytes), .blob(digest), .text(key.label), .text(key.maker),
        .text(key.actions.map(\.rawValue).sorted().joined(separator: " ")), .integer(key.made.microseconds),
        .integer(key.expires.microseconds), .integer(key.rate),
      ])
  }

  static func key(_ digest: [UInt8], _ transaction: ReadTransaction) throws -> APIKey? {
    try transaction.first(
      "SELECT id, label, maker, actions, made, expires, used, ends, rate FROM access_key WHERE digest = $1",
      [.blob(digest)],
      row: read)
  }

  static func key(_ id: Identifier<APIKey>, _ transaction: ReadTransaction) throws -> APIKey? {
    try transaction.first(
      "SELECT id, label, maker, actions, made, expires, used, ends, rate FROM access_key WHERE id = $1",
      [.blob(id.bytes)],
      row: read)
  }

  /// The newest first.
  static func all(_ transaction: ReadTransaction) throws -> [APIKey] {
    try transaction.query(
      "SELECT id, label, maker, actions, made, expires, used, ends, rate FROM access_key ORDER BY id DESC LIMIT 500",
      row: read)
  }

  /// Those that open something, by label.
  static func allOpen(at now: Instant, _ transaction: ReadTransaction) throws -> [APIKey] {
    try transaction.query(
      """
      SELECT id, label, maker, actions, made, expires, used, ends, rate FROM access_key
      WHERE expires > $1 AND (ends IS NULL OR ends > $1) ORDER BY label, id
      """, [.integer(now.microseconds)], row: read)
  }

  static func isOpenKey(named label: String, at now: Instant, _ transaction: ReadTransaction) throws -> Bool {
    try transaction.first(
      "SELECT 1 FROM access_key WHERE label = $1 AND expires > $2 AND (ends IS NULL OR ends > $2) LIMIT 1",
      [.text(label), .integer(now.microseconds)]
    ) { try $0.integer(0) } != nil
  }

  private static func read(_ row: borrowing Row) throws -> APIKey {
    APIKey(
      id: try MemberStore.identifier(row.blob(0)), label: try row.text(1), maker: try row.text(2),
      actions: Set(try row.text(3).split(separator: " ").compactMap { Action(rawValue: String($0)) }),
      rate: Int(try row.integer(8)), made: Instant(microseconds: try row.integer(4)),
      expires: Instant(microseconds: try row.integer(5)),
      lastUsed: try row.optionalInteger(6).map(Instant.init(microseconds:)),
      ends: try row.optionalInteger(7).map(Instant.init(microseconds:)))
  }

  static func putUse(of id: Identifier<APIKey>, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_key SET used = $1 WHERE id = $2", [.integer(now.microseconds), .blob(id.bytes)])
  }

  static func putEnd(_ end: Instant, of id: Identifier<APIKey>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE access_key SET ends = $1 WHERE id = $2", [.integer(end.microseconds), .blob(id.bytes)])
  }
}
