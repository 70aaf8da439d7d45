import Crypto
public import TransparencyLog

/// The Merkle tree exactly as RFC 6962, section 2.1 writes it down: recursive, slow, and sharing no code with what it
/// judges but SHA-256.
public struct ReferenceTree {
  private let entries: [[UInt8]]
  /// The roots of larger subtrees, so that many paths in one large tree take no longer than one.
  private var known: [Range<Int>: [UInt8]] = [:]

  public init(_ entries: [[UInt8]]) { self.entries = entries }

  /// MTH(D[n]) over entries.
  public static func root(of entries: some Collection<[UInt8]>) -> [UInt8] {
    var tree = ReferenceTree(Array(entries))
    return tree.root()
  }

  /// MTH(D[n]).
  public mutating func root() -> [UInt8] { root(of: 0..<entries.count) }

  /// PATH(m, D[n]) (section 2.1.1).
  public mutating func path(to index: Int) -> [[UInt8]] { path(to: index, in: 0..<entries.count) }

  /// PROOF(m, D[n]) (section 2.1.2).
  public mutating func consistency(from size: Int) -> [[UInt8]] {
    size == 0 ? [] : subproof(size, 0..<entries.count, complete: true)
  }

  private mutating func root(of range: Range<Int>) -> [UInt8] {
    switch range.count {
    case 0: return Array(SHA256.hash(data: [UInt8]()))
    case 1: return Array(SHA256.hash(data: [0] + entries[range.lowerBound]))
    default:
      if let root = known[range] { return root }
      let middle = range.lowerBound + Self.largestPowerOfTwo(below: range.count)
      let root = Self.node(root(of: range.lowerBound..<middle), root(of: middle..<range.upperBound))
      if range.count >= 256 { known[range] = root }
      return root
    }
  }

  private mutating func path(to index: Int, in range: Range<Int>) -> [[UInt8]] {
    guard range.count > 1 else { return [] }
    let half = Self.largestPowerOfTwo(below: range.count)
    let middle = range.lowerBound + half
    return index < half
      ? path(to: index, in: range.lowerBound..<middle) + [root(of: middle..<range.upperBound)]
      : path(to: index - half, in: middle..<range.upperBound) + [root(of: range.lowerBound..<middle)]
  }

  private mutating func subproof(_ size: Int, _ range: Range<Int>, complete: Bool) -> [[UInt8]] {
    if size == range.count { return complete ? [] : [root(of: range)] }
    let half = Self.largestPowerOfTwo(below: range.count)
    let middle = range.lowerBound + half
    return size <= half
      ? subproof(size, range.lowerBound..<middle, complete: complete) + [root(of: middle..<range.upperBound)]
      : subproof(size - half, middle..<range.upperBound, complete: false) + [root(of: range.lowerBound..<middle)]
  }

  private static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: [1] + left + right))
  }

  private static func largestPowerOfTwo(below count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }
}

/// A tiled tree in memory that grows as a ledger does: the product's own code, with nothing but a dictionary below.
public struct TiledTree: Sendable {
  /// All tiles, partial ones at the width they had when they were last written.
  public private(set) var tiles: [TileCoordinate: Tile] = [:]
  /// The right edge.
  public private(set) var edge = TreeEdge()

  /// The empty tree.
  public init() {}

  /// Appends leaves in one step.
  public mutating func append(_ leaves: [MerkleHash]) {
    for tile in edge.append(leaves) { tiles[tile.coordinate] = tile }
  }

  /// The hashes a plan asks for.
  public func hashes(_ plan: ProofPlan) throws(TransparencyLogError) -> [MerkleHash] { try plan.hashes(from: tiles) }
}
