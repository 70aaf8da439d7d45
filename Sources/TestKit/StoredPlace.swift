public import Storage

/// A place in the stored ledger where a test changes a byte behind the product's back.
public enum StoredPlace: String, CaseIterable, Sendable {
  case bundle, tail, tile, note, cosigned

  /// All rows: a key and the bytes that stand there.
  private var reading: StaticString {
    switch self {
    case .bundle: "SELECT id, entries FROM journal_bundle"
    case .tail: "SELECT leaf, entry FROM journal_tail"
    case .tile: "SELECT id, hashes FROM journal_tile"
    case .note: "SELECT id, published_note FROM journal_ledger"
    case .cosigned: "SELECT hour, note FROM journal_cosigned ORDER BY hour"
    }
  }

  private var writing: StaticString {
    switch self {
    case .bundle: "UPDATE journal_bundle SET entries = $2 WHERE id = $1"
    case .tail: "UPDATE journal_tail SET entry = $2 WHERE leaf = $1"
    case .tile: "UPDATE journal_tile SET hashes = $2 WHERE id = $1"
    case .note: "UPDATE journal_ledger SET published_note = $2 WHERE id = $1"
    case .cosigned: "UPDATE journal_cosigned SET note = $2 WHERE hour = $1"
    }
  }

  private var isText: Bool { self == .note || self == .cosigned }

  /// What stands there, with the key of each row.
  public func rows(in database: Database) async throws -> [(key: Int64, bytes: [UInt8])] {
    try await database.read { [reading, isText] transaction in
      try transaction.query(reading) { row in
        (try row.integer(0), isText ? Array(try row.text(1).utf8) : try row.blob(1))
      }
    }
  }

  /// Writes other bytes there.
  public func write(_ bytes: [UInt8], at key: Int64, in database: Database) async throws {
    let value: SQLValue = isText ? .text(String(decoding: bytes, as: UTF8.self)) : .blob(bytes)
    try await database.write { [writing] in _ = try $0.execute(writing, [.integer(key), value]) }
  }
}
