public import Primitives
import Storage
public import TransparencyLog

extension Journal {
  /// An entry at its place in the ledger.
  public struct Leaf: Sendable {
    public let index: UInt64
    /// The bytes that were hashed.
    public let bytes: [UInt8]
  }

  /// The checkpoint that was published last, signed by the log.
  public func publishedCheckpoint() async throws -> SignedNote {
    let ledger = try await database.read { try Self.ledger($0) }
    return try SignedNote(parsing: Array(ledger.publishedNote.utf8))
  }

  /// The checkpoint to show and to prove under: the newest that the policy accepts, with its cosignatures, among those of
  /// the last 24 hours that have one. Where the policy asks for no witness, or accepts none of them, it is the one
  /// published last.
  public func servedCheckpoint(under policy: LogPolicy) async throws -> SignedNote {
    try await database.read { try Self.servedCheckpoint(under: policy, $0) }
  }

  /// The number of entries that are published.
  public func publishedSize() async throws -> UInt64 { try await database.read { try Self.ledger($0).publishedSize } }

  /// A published entry.
  /// - Throws: ``JournalError/noSuchEntry(_:)``.
  public func leaf(at index: UInt64) async throws -> Leaf {
    try await database.read { transaction in
      guard index < (try Self.ledger(transaction).publishedSize) else {
        throw JournalError.noSuchEntry("with index \(index)")
      }
      return Leaf(index: index, bytes: try Self.entryBytes(at: index, transaction))
    }
  }

  /// Where an entry stands; nil while it is not published, and for an identifier that was never recorded.
  /// - Complexity: O(log n).
  public func leaf(of id: Identifier<Entry>) async throws -> Leaf? {
    try await database.read { transaction in
      guard let leaf = try Self.locate(id, transaction),
        leaf.index < (try Self.ledger(transaction).publishedSize)
      else { return nil }
      return leaf
    }
  }

  /// Published entries from `start` on, at most `limit` of them.
  public func leaves(from start: UInt64, limit: Int) async throws -> [Leaf] {
    try await database.read { transaction in
      let end = min(
        try Self.ledger(transaction).publishedSize, start.addingReportingOverflow(UInt64(max(0, limit))).partialValue)
      guard start < end else { return [] }
      var leaves: [Leaf] = []
      for bundle in start / 256...(end - 1) / 256 {
        let entries = try Self.bundle(bundle, width: Int(min(256, end - bundle * 256)), transaction).entries
        for (offset, bytes) in entries.enumerated() where bundle * 256 + UInt64(offset) >= start {
          leaves.append(Leaf(index: bundle * 256 + UInt64(offset), bytes: bytes))
        }
      }
      return leaves
    }
  }

  /// The proof file of a published entry, under the checkpoint that ``servedCheckpoint(under:)`` gives, or under the one
  /// published last when that does not cover the entry yet.
  /// - Throws: ``JournalError/noSuchEntry(_:)``.
  /// - Complexity: O(log n) tiles.
  public func proof(of index: UInt64, under policy: LogPolicy) async throws -> ProofFile {
    try await database.read { transaction in
      let ledger = try Self.ledger(transaction)
      var note = try Self.servedCheckpoint(under: policy, transaction)
      var size = try Checkpoint(text: note.text).size
      if index >= size {
        note = try SignedNote(parsing: Array(ledger.publishedNote.utf8))
        size = ledger.publishedSize
      }
      guard index < size else { throw JournalError.noSuchEntry("with index \(index)") }
      let path = try JournalStore.hashes(of: ProofPlan.inclusion(of: index, inTreeOf: size), transaction)
      return ProofFile(index: index, path: path, checkpoint: note)
    }
  }

  /// The proof that the published tree continues an older one.
  public func consistency(from old: UInt64, to size: UInt64) async throws -> ConsistencyProof {
    try await database.read { transaction in
      guard size <= (try Self.ledger(transaction).publishedSize) else {
        throw JournalError.noSuchEntry("with index \(size - 1)")
      }
      let path = try JournalStore.hashes(of: ProofPlan.consistency(from: old, to: size), transaction)
      return ConsistencyProof(oldSize: old, newSize: size, path: path)
    }
  }

  /// A tile of the published tree; nil when that has none, or not yet of this width.
  public func tile(_ coordinate: TileCoordinate) async throws -> Tile? {
    try await database.read { transaction in
      guard let needed = coordinate.leavesNeeded, needed <= (try Self.ledger(transaction).publishedSize) else {
        return nil
      }
      return try JournalStore.tile(coordinate, transaction)
    }
  }

  /// An entry bundle of the published tree, encoded; nil when that has none, or not yet of this width.
  public func entryBundle(_ index: UInt64, width: Int) async throws -> [UInt8]? {
    try await database.read { transaction in
      let needed = index.multipliedReportingOverflow(by: 256)
      guard !needed.overflow, needed.partialValue < .max - 256,
        needed.partialValue + UInt64(width) <= (try Self.ledger(transaction).publishedSize)
      else { return nil }
      return try Self.bundle(index, width: width, transaction).bytes
    }
  }

  /// Waits until an entry is published.
  /// - Throws: ``JournalError/notPublishedInTime(_:)``.
  public func waitForPublication(of id: Identifier<Entry>, limit: Duration = .seconds(10)) async throws -> Leaf {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while clock.now < deadline {
      if let leaf = try await leaf(of: id) { return leaf }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw JournalError.notPublishedInTime(limit)
  }
}

extension Journal {
  static func ledger(_ transaction: ReadTransaction) throws -> JournalStore.Ledger {
    guard let ledger = try JournalStore.ledger(transaction) else { throw JournalError.notCreated }
    return ledger
  }

  static func servedCheckpoint(under policy: LogPolicy, _ transaction: ReadTransaction) throws -> SignedNote {
    if policy.asksForWitnesses {
      var accepted: SignedNote?
      // A row may have been damaged, or cosigned under a policy that asked for less.
      try JournalStore.newestCosigned(transaction) { text in
        guard let note = try? SignedNote(parsing: Array(text.utf8)), (try? policy.verify(note)) != nil else {
          return true
        }
        accepted = note
        return false
      }
      if let accepted { return accepted }
    }
    return try SignedNote(parsing: Array(ledger(transaction).publishedNote.utf8))
  }

  /// The first entries of a bundle.
  static func bundle(_ index: UInt64, width: Int, _ transaction: ReadTransaction) throws -> EntryBundle {
    if let stored = try JournalStore.bundle(index, transaction) {
      let full = try EntryBundle(bytes: stored, count: 256)
      return width == 256 ? full : try EntryBundle(entries: Array(full.entries.prefix(width)))
    }
    let tail = try JournalStore.tail(transaction)
    guard index == (try ledger(transaction).size) / 256, tail.count >= width else {
      throw JournalError.damaged(reason: "the entry bundle \(index) is missing")
    }
    return try EntryBundle(entries: tail.prefix(width).map(\.entry))
  }

  static func entryBytes(at index: UInt64, _ transaction: ReadTransaction) throws -> [UInt8] {
    let offset = Int(index % 256)
    return try bundle(index / 256, width: offset + 1, transaction).entries[offset]
  }

  static func locate(_ id: Identifier<Entry>, _ transaction: ReadTransaction) throws -> Leaf? {
    if let index = try JournalStore.leafInTail(of: id.bytes, transaction) {
      return Leaf(index: index, bytes: try entryBytes(at: index, transaction))
    }
    let marker = Array("\"id\":\"\(id)\"".utf8)
    for search in JournalStore.Search.allCases {
      for bundle in try JournalStore.bundlesThatMayHold(id.bytes, search: search, transaction) {
        let entries = try Self.bundle(bundle, width: 256, transaction).entries
        // Facts are free text, so what looks like the identifier is read before it is believed.
        if let offset = entries.firstIndex(where: { $0.contains(marker) && (try? Entry(parsing: $0))?.id == id }) {
          return Leaf(index: bundle * 256 + UInt64(offset), bytes: entries[offset])
        }
      }
    }
    return nil
  }
}
