/// The hashes that lead from one leaf to the root (RFC 6962, section 2.1.1).
public struct InclusionProof: Hashable, Sendable {
  /// A path in a tree of 2^63 leaves has no more hashes.
  public static let longestPath = 63

  /// The position of the leaf, from 0.
  public let index: UInt64
  /// The number of leaves in the tree.
  public let treeSize: UInt64
  /// Sibling hashes, nearest to the leaf first.
  public let path: [MerkleHash]

  /// A claim that is yet to be checked with ``verify(leaf:root:)``.
  public init(index: UInt64, treeSize: UInt64, path: [MerkleHash]) {
    self.index = index
    self.treeSize = treeSize
    self.path = path
  }

  /// Checks that the leaf is in the tree with this root, at ``index`` (RFC 9162, section 2.1.3.2).
  /// - Throws: ``TransparencyLogError/invalidProof(reason:)``.
  /// - Complexity: O(log n) hashes.
  public func verify(leaf: MerkleHash, root: MerkleHash) throws(TransparencyLogError) {
    guard index < treeSize else {
      throw .invalidProof(reason: "leaf \(index) lies beyond a tree of \(treeSize) leaves")
    }
    var position = index
    var last = treeSize - 1
    var hash = leaf
    for sibling in path {
      guard last != 0 else { throw .invalidProof(reason: "the path has \(path.count) hashes, too many") }
      if position & 1 == 1 || position == last {
        hash = .node(sibling, hash)
        if position & 1 == 0 {
          let shift = UInt64(position.trailingZeroBitCount)
          position = shift < 64 ? position >> shift : 0
          last = shift < 64 ? last >> shift : 0
        }
      } else {
        hash = .node(hash, sibling)
      }
      position >>= 1
      last >>= 1
    }
    guard last == 0 else { throw .invalidProof(reason: "the path has \(path.count) hashes, too few") }
    guard hash == root else {
      throw .invalidProof(reason: "the path leads from leaf \(index) to another root than the checkpoint's")
    }
  }
}
