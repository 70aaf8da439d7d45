/// The hashes that show a tree to be the beginning of a later one (RFC 6962, section 2.1.2).
public struct ConsistencyProof: Hashable, Sendable {
  /// tlog-witness: a request carries no more proof lines.
  public static let longestPath = 63

  /// The number of leaves in the older tree.
  public let oldSize: UInt64
  /// The number of leaves in the newer tree.
  public let newSize: UInt64
  /// Hashes in the order of RFC 6962.
  public let path: [MerkleHash]

  /// A claim that is yet to be checked with ``verify(oldRoot:newRoot:)``.
  public init(oldSize: UInt64, newSize: UInt64, path: [MerkleHash]) {
    self.oldSize = oldSize
    self.newSize = newSize
    self.path = path
  }

  /// Checks that the first ``oldSize`` leaves of both trees are the same (RFC 9162, section 2.1.4.2).
  /// The empty tree is the beginning of every tree, with an empty path.
  /// - Throws: ``TransparencyLogError/invalidProof(reason:)``.
  /// - Complexity: O(log n) hashes.
  public func verify(oldRoot: MerkleHash, newRoot: MerkleHash) throws(TransparencyLogError) {
    guard oldSize <= newSize else {
      throw .invalidProof(reason: "a tree of \(newSize) leaves cannot hold one of \(oldSize)")
    }
    if oldSize == 0 || oldSize == newSize { return try verifyTrivial(oldRoot: oldRoot, newRoot: newRoot) }
    var rest = path[...]
    if oldSize & (oldSize - 1) == 0 { rest.insert(oldRoot, at: rest.startIndex) }
    guard let first = rest.popFirst() else { throw .invalidProof(reason: "the path is empty") }
    var position = oldSize - 1
    var last = newSize - 1
    let shift = UInt64((~position).trailingZeroBitCount)
    position >>= shift
    last >>= shift
    var (old, new) = (first, first)
    for hash in rest {
      guard last != 0 else { throw .invalidProof(reason: "the path has \(path.count) hashes, too many") }
      if position & 1 == 1 || position == last {
        old = .node(hash, old)
        new = .node(hash, new)
        while position & 1 == 0, position != 0 {
          position >>= 1
          last >>= 1
        }
      } else {
        new = .node(new, hash)
      }
      position >>= 1
      last >>= 1
    }
    guard last == 0 else { throw .invalidProof(reason: "the path has \(path.count) hashes, too few") }
    guard old == oldRoot, new == newRoot else {
      throw .invalidProof(reason: "the tree of \(oldSize) leaves is not the beginning of the tree of \(newSize)")
    }
  }

  private func verifyTrivial(oldRoot: MerkleHash, newRoot: MerkleHash) throws(TransparencyLogError) {
    guard path.isEmpty else { throw .invalidProof(reason: "the path should be empty") }
    let expected = oldSize == 0 ? MerkleHash.emptyTree : newRoot
    guard oldRoot == expected, newSize != 0 || newRoot == .emptyTree else {
      throw .invalidProof(reason: "two trees of \(oldSize) leaves have different roots")
    }
  }
}
