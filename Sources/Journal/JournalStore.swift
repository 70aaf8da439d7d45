import Primitives
import Storage
import TransparencyLog

/// The SQL of the journal.
enum JournalStore {
  /// The one row of the ledger.
  struct Ledger: Sendable {
    let origin: String
    /// The tree as stored.
    let size: UInt64
    let root: MerkleHash
    let note: String
    /// What was last published.
    let publishedSize: UInt64
    let publishedNote: String
  }

  /// An entry with its identity, not yet or not for long in the tree.
  struct Record: Sendable {
    let id: [UInt8]
    let entry: [UInt8]
  }

  // MARK: The ledger's row

  static func ledger(_ transaction: ReadTransaction) throws -> Ledger? {
    try transaction.first(
      "SELECT origin, size, root, note, published_size, published_note FROM journal_ledger WHERE id = 1"
    ) { row in
      guard let root = MerkleHash(bytes: try row.blob(2)) else {
        throw JournalError.damaged(reason: "the stored root is not 32 bytes")
      }
      return Ledger(
        origin: try row.text(0), size: UInt64(clamping: try row.integer(1)), root: root, note: try row.text(3),
        publishedSize: UInt64(clamping: try row.integer(4)), publishedNote: try row.text(5))
    }
  }

  static func insertLedger(origin: String, note: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO journal_ledger (id, origin, size, root, note, published_size, published_note)
      VALUES (1, $1, 0, $2, $3, 0, $3)
      """, [.text(origin), .blob(MerkleHash.emptyTree.bytes), .text(note)])
  }

  /// Moves the stored tree forward, if it is still the one the caller built on.
  static func advance(
    from old: (size: UInt64, root: MerkleHash), to new: Checkpoint, note: String, _ transaction: WriteTransaction
  ) throws -> Bool {
    try transaction.execute(
      "UPDATE journal_ledger SET size = $1, root = $2, note = $3 WHERE id = 1 AND size = $4 AND root = $5",
      [
        .integer(Int64(new.size)), .blob(new.root.bytes), .text(note), .integer(Int64(old.size)), .blob(old.root.bytes),
      ]) == 1
  }

  /// Makes a checkpoint the published one; never an older one.
  static func publish(size: UInt64, note: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE journal_ledger SET published_size = $1, published_note = $2 WHERE id = 1 AND published_size <= $1",
      [.integer(Int64(size)), .text(note)])
  }

  // MARK: Pending entries

  static func insertPending(_ record: Record, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_pending (id, entry) VALUES ($1, $2)", [.blob(record.id), .blob(record.entry)])
  }

  static func insertPending(_ records: [Record], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_pending (id, entry) VALUES ($1, $2)",
      batch: records.map { [.blob($0.id), .blob($0.entry)] })
  }

  /// The oldest pending entries with the keys they are stored under.
  static func pending(limit: Int, _ transaction: ReadTransaction) throws -> [(seq: Int64, record: Record)] {
    try transaction.query(
      "SELECT seq, id, entry FROM journal_pending ORDER BY seq LIMIT $1", [.integer(limit)]
    ) { (try $0.integer(0), Record(id: try $0.blob(1), entry: try $0.blob(2))) }
  }

  /// Removes the pending entries of a range of keys.
  static func deletePending(_ keys: ClosedRange<Int64>, _ transaction: WriteTransaction) throws -> Int {
    try transaction.execute(
      "DELETE FROM journal_pending WHERE seq >= $1 AND seq <= $2",
      [.integer(keys.lowerBound), .integer(keys.upperBound)])
  }

  // MARK: Tiles

  private static func key(level: Int, index: UInt64) -> Int64 { Int64(level) << 55 | Int64(index) }

  static func putTiles(_ tiles: [Tile], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_tile (id, hashes) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes",
      batch: tiles.map {
        [.integer(key(level: $0.coordinate.level, index: $0.coordinate.index)), .blob($0.bytes)]
      })
  }

  /// A tile at the width asked for; the stored one may have grown since.
  static func tile(_ coordinate: TileCoordinate, _ transaction: ReadTransaction) throws -> Tile? {
    let stored = try transaction.first(
      "SELECT hashes FROM journal_tile WHERE id = $1",
      [.integer(key(level: coordinate.level, index: coordinate.index))]
    ) { try $0.blob(0) }
    guard let stored, stored.count >= coordinate.width * MerkleHash.byteCount else { return nil }
    return try Tile(coordinate: coordinate, bytes: Array(stored.prefix(coordinate.width * MerkleHash.byteCount)))
  }

  static func tiles(
    _ coordinates: some Collection<TileCoordinate>, _ transaction: ReadTransaction
  ) throws -> [TileCoordinate: Tile] {
    var tiles: [TileCoordinate: Tile] = [:]
    for coordinate in coordinates {
      guard let tile = try tile(coordinate, transaction) else {
        throw JournalError.damaged(reason: "the tile \(coordinate.path) is missing")
      }
      tiles[coordinate] = tile
    }
    return tiles
  }

  // MARK: Entries in the tree

  static func putBundles(_ bundles: [(id: UInt64, entries: [UInt8])], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_bundle (id, entries) VALUES ($1, $2)",
      batch: bundles.map { [.integer(Int64($0.id)), .blob($0.entries)] })
  }

  static func bundle(_ index: UInt64, _ transaction: ReadTransaction) throws -> [UInt8]? {
    try transaction.first("SELECT entries FROM journal_bundle WHERE id = $1", [.integer(Int64(index))]) {
      try $0.blob(0)
    }
  }

  static func tail(_ transaction: ReadTransaction) throws -> [Record] {
    try transaction.query("SELECT id, entry FROM journal_tail ORDER BY leaf") {
      Record(id: try $0.blob(0), entry: try $0.blob(1))
    }
  }

  static func putTail(_ records: ArraySlice<Record>, from leaf: UInt64, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_tail (leaf, id, entry) VALUES ($1, $2, $3)",
      batch: records.enumerated().map { [.integer(Int64(leaf) + Int64($0)), .blob($1.id), .blob($1.entry)] })
  }

  static func deleteTail(before leaf: UInt64, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM journal_tail WHERE leaf < $1", [.integer(Int64(leaf))])
  }

  static func leafInTail(of id: [UInt8], _ transaction: ReadTransaction) throws -> UInt64? {
    try transaction.first("SELECT leaf FROM journal_tail WHERE id = $1", [.blob(id)]) {
      UInt64(clamping: try $0.integer(0))
    }
  }

  // MARK: Where identifiers are

  static func putSpans(
    _ spans: [(id: UInt64, low: [UInt8], high: [UInt8], reach: [UInt8])], _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO journal_span (id, low, high, reach) VALUES ($1, $2, $3, $4)",
      batch: spans.map { [.integer(Int64($0.id)), .blob($0.low), .blob($0.high), .blob($0.reach)] })
  }

  static func reach(_ transaction: ReadTransaction) throws -> [UInt8] {
    try transaction.first("SELECT reach FROM journal_span ORDER BY id DESC LIMIT 1") { try $0.blob(0) } ?? []
  }

  /// The bundles that may hold an identifier, nearest first. An entry is rarely more than a few bundles from where its
  /// time says; only one that was long in coming, or is not there at all, is looked for further on.
  static func bundlesThatMayHold(
    _ id: [UInt8], search: Search, _ transaction: ReadTransaction
  ) throws -> [UInt64] {
    switch search {
    case .near:
      try transaction.query(
        "SELECT id, low, high FROM journal_span WHERE reach >= $1 ORDER BY reach, id LIMIT 16", [.blob(id)]
      ) { row in
        let (low, high) = (try row.blob(1), try row.blob(2))
        let isBetween = !id.lexicographicallyPrecedes(low) && !high.lexicographicallyPrecedes(id)
        return isBetween ? UInt64(clamping: try row.integer(0)) : nil
      }.compactMap(\.self)
    case .everywhere:
      try transaction.query(
        "SELECT id FROM journal_span WHERE reach >= $1 AND low <= $1 AND high >= $1 ORDER BY reach, id LIMIT 1000",
        [.blob(id)]
      ) { UInt64(clamping: try $0.integer(0)) }
    }
  }

  /// How far to look for an identifier.
  enum Search: CaseIterable { case near, everywhere }

  // MARK: Payloads

  static func putPayload(_ payload: [UInt8], of id: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute("INSERT INTO journal_payload (id, body) VALUES ($1, $2)", [.blob(id), .blob(payload)])
  }

  static func payload(of id: [UInt8], _ transaction: ReadTransaction) throws -> [UInt8]? {
    try transaction.first("SELECT body FROM journal_payload WHERE id = $1", [.blob(id)]) { try $0.blob(0) }
  }

  static func deletePayload(of id: [UInt8], _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute("DELETE FROM journal_payload WHERE id = $1", [.blob(id)]) == 1
  }

  // MARK: Witnesses

  static func putCosigned(hour: Int64, size: UInt64, note: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO journal_cosigned (hour, size, note) VALUES ($1, $2, $3)
      ON CONFLICT (hour) DO UPDATE SET size = excluded.size, note = excluded.note
      WHERE excluded.size >= journal_cosigned.size
      """, [.integer(hour), .integer(Int64(size)), .text(note)])
  }

  /// The cosigned checkpoints of the last hours that have one, newest first, for as long as `each` wants another.
  static func newestCosigned(_ transaction: ReadTransaction, _ each: (String) throws -> Bool) throws {
    try transaction.forEach("SELECT note FROM journal_cosigned ORDER BY size DESC, hour DESC LIMIT 24") {
      try each(try $0.text(0))
    }
  }

  /// The cosigned checkpoints of later hours than this one, oldest first.
  static func cosigned(
    after hour: Int64, limit: Int, _ transaction: ReadTransaction
  ) throws -> [(hour: Int64, size: UInt64, note: String)] {
    try transaction.query(
      "SELECT hour, size, note FROM journal_cosigned WHERE hour > $1 ORDER BY hour LIMIT $2",
      [.integer(hour), .integer(limit)]
    ) { (try $0.integer(0), UInt64(clamping: try $0.integer(1)), try $0.text(2)) }
  }

  static func witnessSize(_ name: String, _ transaction: ReadTransaction) throws -> UInt64 {
    try transaction.first("SELECT size FROM journal_witness WHERE name = $1", [.text(name)]) {
      UInt64(clamping: try $0.integer(0))
    } ?? 0
  }

  static func putWitnessSize(_ size: UInt64, of name: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO journal_witness (name, size) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET size = excluded.size",
      [.text(name), .integer(Int64(size))])
  }
}
