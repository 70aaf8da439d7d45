import Primitives
public import TransparencyLog

/// Where a ledger is read from: over HTTPS, or from the installation's own database.
public protocol LedgerSource: Sendable {
  /// The served checkpoint.
  func checkpoint() async throws -> SignedNote
  /// A tile; nil when the ledger has none there.
  func tile(_ coordinate: TileCoordinate) async throws -> Tile?
  /// An entry bundle of so many entries, encoded; nil when the ledger has none there.
  func entryBundle(_ index: UInt64, width: Int) async throws -> [UInt8]?
}

/// Reads a whole ledger from its entries up: every entry is hashed, every tile compared with what the entries give, and
/// the root with what was signed. Holds a few hundred hashes, whatever the size.
public struct LedgerAudit: Sendable {
  /// What was found in order.
  public struct Report: Sendable {
    /// The checkpoint that the policy accepted and the entries lead to.
    public let checkpoint: VerifiedCheckpoint
    /// How many tiles of all levels were compared.
    public let tileCount: Int
  }

  private let source: any LedgerSource
  private let policy: LogPolicy
  /// Bundles fetched and hashed at the same time.
  private let concurrency: Int

  /// An audit of a ledger under a policy.
  public init(of source: any LedgerSource, under policy: LogPolicy, concurrency: Int = 8) {
    self.source = source
    self.policy = policy
    self.concurrency = concurrency
  }

  /// Verifies the whole ledger.
  /// - Parameters:
  ///   - earlier: a checkpoint from an earlier audit, which the ledger must continue.
  ///   - progress: told how many entries are verified, and of how many.
  /// - Throws: ``TransparencyLogError`` or ``JournalError/damaged(reason:)`` when something is wrong with the ledger; what
  ///   the source throws when it cannot be read.
  public func run(
    continuing earlier: Checkpoint? = nil, progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> Report {
    let verified = try policy.verify(await source.checkpoint())
    let (size, root) = (verified.checkpoint.size, verified.checkpoint.root)
    if let earlier, earlier.origin != verified.checkpoint.origin {
      throw TransparencyLogError.wrongOrigin(expected: earlier.origin, found: verified.checkpoint.origin)
    }
    if let earlier, earlier.size > size {
      throw TransparencyLogError.invalidProof(
        reason: "the ledger has \(size) entries, fewer than the \(earlier.size) of the earlier checkpoint")
    }
    var edge = TreeEdge()
    var tileCount = 0
    let bundleCount = (size + 255) / 256
    var earlierRoot: MerkleHash? = earlier?.size == 0 ? .emptyTree : nil
    var next: UInt64 = 0
    while next < bundleCount {
      // A stretch of bundles is fetched and hashed in parallel, then appended in order.
      let stretch = next..<min(bundleCount, next + UInt64(concurrency))
      let hashes = try await leafHashes(of: stretch, size: size)
      for (index, leaves) in zip(stretch, hashes) {
        if let earlier, earlierRoot == nil, earlier.size <= index * 256 + UInt64(leaves.count) {
          var atThatTime = edge
          _ = atThatTime.append(leaves.prefix(Int(earlier.size - index * 256)))
          earlierRoot = atThatTime.root
        }
        for tile in edge.append(leaves) where tile.coordinate.isFull {
          try await compare(tile)
          tileCount += 1
        }
      }
      next = stretch.upperBound
      progress(min(size, next * 256), size)
    }
    for tile in edge.partialTiles {
      try await compare(tile)
      tileCount += 1
    }
    guard edge.root == root else {
      throw JournalError.damaged(reason: "the entries lead to another root than the signed one")
    }
    if let earlier, earlierRoot != earlier.root {
      throw TransparencyLogError.invalidProof(
        reason: "the ledger does not continue the earlier checkpoint of \(earlier.size) entries: history was changed")
    }
    return Report(checkpoint: verified, tileCount: tileCount)
  }

  /// The leaf hashes of some bundles, each compared with its tile.
  private func leafHashes(of bundles: Range<UInt64>, size: UInt64) async throws -> [[MerkleHash]] {
    try await withThrowingTaskGroup(of: (UInt64, [MerkleHash]).self) { group in
      for index in bundles {
        group.addTask { [source] in
          let width = Int(min(256, size - index * 256))
          guard let bytes = try await source.entryBundle(index, width: width) else {
            throw JournalError.damaged(reason: "\(EntryBundle.path(index: index, width: width)) is missing")
          }
          return (index, try EntryBundle.leafHashes(in: bytes, count: width))
        }
      }
      var hashes = [[MerkleHash]](repeating: [], count: bundles.count)
      for try await (index, leaves) in group { hashes[Int(index - bundles.lowerBound)] = leaves }
      return hashes
    }
  }

  private func compare(_ computed: Tile) async throws {
    guard let stored = try await source.tile(computed.coordinate) else {
      throw JournalError.damaged(reason: "\(computed.coordinate.path) is missing")
    }
    guard stored.hashes == computed.hashes else {
      throw JournalError.damaged(reason: "\(computed.coordinate.path) does not hold the hashes of its entries")
    }
  }
}

extension Journal {
  /// The installation's own database as a source.
  public func source(under policy: LogPolicy) -> any LedgerSource { StoredLedgerSource(journal: self, policy: policy) }
}

private struct StoredLedgerSource: LedgerSource {
  let journal: Journal
  let policy: LogPolicy

  func checkpoint() async throws -> SignedNote { try await journal.servedCheckpoint(under: policy) }
  func tile(_ coordinate: TileCoordinate) async throws -> Tile? { try await journal.tile(coordinate) }
  func entryBundle(_ index: UInt64, width: Int) async throws -> [UInt8]? {
    try await journal.entryBundle(index, width: width)
  }
}
