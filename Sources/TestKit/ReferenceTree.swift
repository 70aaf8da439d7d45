import Crypto
public import TransparencyLog

/// The Merkle tree exactly as RFC 6962, section 2.1 writes it down: recursive, slow, and sharing no code with what it
/// judges but SHA-256.
public enum ReferenceTree {
  /// MTH(D[n]) over entries.
  public static func root(of entries: ArraySlice<[UInt8]>) -> [UInt8] {
    switch entries.count {
    case 0: return Array(SHA256.hash(data: [UInt8]()))
    case 1: return Array(SHA256.hash(data: [0] + entries[entries.startIndex]))
    default:
      let middle = entries.startIndex + largestPowerOfTwo(below: entries.count)
      return node(root(of: entries[..<middle]), root(of: entries[middle...]))
    }
  }

  /// PATH(m, D[n]) (section 2.1.1).
  public static func path(to index: Int, in entries: ArraySlice<[UInt8]>) -> [[UInt8]] {
    guard entries.count > 1 else { return [] }
    let half = largestPowerOfTwo(below: entries.count)
    let middle = entries.startIndex + half
    return index < half
      ? path(to: index, in: entries[..<middle]) + [root(of: entries[middle...])]
      : path(to: index - half, in: entries[middle...]) + [root(of: entries[..<middle])]
  }

  /// PROOF(m, D[n]) (section 2.1.2).
  public static func consistency(from size: Int, in entries: ArraySlice<[UInt8]>) -> [[UInt8]] {
    size == 0 ? [] : subproof(size, entries, complete: true)
  }

  private static func subproof(_ size: Int, _ entries: ArraySlice<[UInt8]>, complete: Bool) -> [[UInt8]] {
    if size == entries.count { return complete ? [] : [root(of: entries)] }
    let half = largestPowerOfTwo(below: entries.count)
    let middle = entries.startIndex + half
    return size <= half
      ? subproof(size, entries[..<middle], complete: complete) + [root(of: entries[middle...])]
      : subproof(size - half, entries[middle...], complete: false) + [root(of: entries[..<middle])]
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
public struct TiledTree {
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
