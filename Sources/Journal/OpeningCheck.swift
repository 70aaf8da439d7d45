import Storage
import TransparencyLog

/// What is checked each time a ledger is opened.
struct OpeningCheck {
  /// The root is computed from the lowest level that has no more hashes than this: all leaf hashes of a ledger of 65,536
  /// entries, 39,063 hashes of one of ten million. That takes tens of milliseconds.
  static let mostHashes: UInt64 = 65_536

  let ledger: JournalStore.Ledger
  let policy: LogPolicy
  let mark: Mark

  /// What the stored tree is compared with.
  enum Mark {
    case known(HighWaterMark)
    /// Nothing: the mark is about to be written.
    case adopting
  }

  func run(_ transaction: ReadTransaction) throws {
    try checkNotes()
    let edge = try checkEdge(transaction)
    guard try recomputedRoot(edge: edge, transaction) == ledger.root else {
      throw JournalError.damaged(reason: "the root computed from the stored tiles is not the stored root")
    }
    try checkTail(transaction)
    try checkMark(transaction)
  }

  /// The stored checkpoints say what the row says, and are signed.
  private func checkNotes() throws {
    for (size, text) in [(ledger.size, ledger.note), (ledger.publishedSize, ledger.publishedNote)] {
      let verified: VerifiedCheckpoint
      do {
        verified = try policy.verifyWithoutQuorum(SignedNote(parsing: Array(text.utf8)))
      } catch {
        throw JournalError.damaged(reason: "a stored checkpoint is not usable: \(error)")
      }
      guard verified.checkpoint.origin == ledger.origin, verified.checkpoint.size == size else {
        throw JournalError.damaged(reason: "a stored checkpoint is not of the stored tree")
      }
      if size == ledger.size, verified.checkpoint.root != ledger.root {
        throw JournalError.damaged(reason: "the signed root is not the stored root")
      }
    }
    guard ledger.publishedSize <= ledger.size else {
      throw JournalError.damaged(reason: "more is published than stored")
    }
  }

  private func checkEdge(_ transaction: ReadTransaction) throws -> TreeEdge {
    let edge = try TreeEdge.restore(size: ledger.size, transaction)
    guard edge.root == ledger.root else {
      throw JournalError.damaged(reason: "the root of the tree's right edge is not the stored root")
    }
    return edge
  }

  private func recomputedRoot(edge: TreeEdge, _ transaction: ReadTransaction) throws -> MerkleHash {
    let level = (0...7).first { ledger.size >> UInt64(8 * $0) <= Self.mostHashes } ?? 7
    var hashes: [MerkleHash] = []
    for coordinate in TileCoordinate.all(treeSize: ledger.size, level: level) {
      guard let tile = try JournalStore.tile(coordinate, transaction) else {
        throw JournalError.damaged(reason: "the tile \(coordinate.path) is missing")
      }
      hashes += tile.hashes
    }
    // What is below that level at the right edge is the last, smaller item.
    if let lower = edge.root(below: level) { hashes.append(lower) }
    return .root(of: hashes)
  }

  /// The entries of the last, partial bundle are those the tree was computed from.
  private func checkTail(_ transaction: ReadTransaction) throws {
    let tail = try JournalStore.tail(transaction)
    guard tail.count == Int(ledger.size % 256) else {
      throw JournalError.damaged(reason: "the newest entries are missing")
    }
    guard let coordinate = TileCoordinate(level: 0, index: ledger.size / 256, width: tail.count) else { return }
    guard try JournalStore.tile(coordinate, transaction)?.hashes == tail.map({ .leaf($0.entry) }) else {
      throw JournalError.damaged(reason: "one of the newest entries was changed")
    }
  }

  private func checkMark(_ transaction: ReadTransaction) throws {
    guard case .known(let mark) = mark else { return }
    guard let marked = mark.checkpoint else {
      guard ledger.publishedSize == 0 else { throw JournalError.markMissing(path: mark.path) }
      return
    }
    guard marked.origin == ledger.origin else {
      throw JournalError.unusableFile(
        path: mark.path, reason: "it is of the ledger \(marked.origin), not \(ledger.origin)")
    }
    try ledger.demandContinuation(of: marked, where: mark.path, transaction)
  }
}

extension JournalStore.Ledger {
  /// Refuses a stored tree that is not a continuation of a checkpoint that was published.
  func demandContinuation(of published: Checkpoint, where place: String, _ transaction: ReadTransaction) throws {
    guard published.size <= size else { throw JournalError.rolledBack(stored: size, published: published.size) }
    guard try JournalStore.root(ofFirst: published.size, inTreeOf: size, transaction) == published.root else {
      throw JournalError.forked(size: published.size, where: place)
    }
  }
}

extension TreeEdge {
  /// The right edge of the stored tree.
  static func restore(size: UInt64, _ transaction: ReadTransaction) throws -> TreeEdge {
    try TreeEdge(size: size, tiles: JournalStore.tiles(TreeEdge.tiles(ofTreeOf: size), transaction))
  }
}

extension JournalStore {
  /// The root that the stored tree had when it was smaller.
  static func root(
    ofFirst old: UInt64, inTreeOf size: UInt64, _ transaction: ReadTransaction
  ) throws -> MerkleHash {
    guard old > 0 else { return .emptyTree }
    let hashes = try hashes(of: ProofPlan.root(ofFirst: old, inTreeOf: size), transaction)
    guard let root = hashes.first else { throw JournalError.damaged(reason: "the tree has no root") }
    return root
  }

  /// The hashes that a plan asks for.
  static func hashes(of plan: ProofPlan, _ transaction: ReadTransaction) throws -> [MerkleHash] {
    try plan.hashes(from: tiles(plan.tiles, transaction))
  }
}
