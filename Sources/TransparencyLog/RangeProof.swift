/// The hashes that, with the leaves from ``start`` up to ``end``, give the root: it proves that these entries, all
/// of them and in this order, stand at these places.
///
/// RFC 6962 has no such proof; this one is its recursion with every subtree outside the range given as a hash.
/// For one leaf it holds the hashes of the ``InclusionProof``, for the whole tree it is empty.
public struct RangeProof: Hashable, Sendable {
  /// No range of a tree of 2^63 leaves needs more hashes: two paths.
  public static let longestPath = 126

  /// The first leaf.
  public let start: UInt64
  /// One past the last leaf.
  public let end: UInt64
  /// The number of leaves in the tree.
  public let treeSize: UInt64
  /// Roots of the subtrees outside the range, from left to right.
  public let path: [MerkleHash]

  /// A claim that is yet to be checked with ``verify(leaves:root:)``.
  public init(start: UInt64, end: UInt64, treeSize: UInt64, path: [MerkleHash]) {
    self.start = start
    self.end = end
    self.treeSize = treeSize
    self.path = path
  }

  /// The spans whose roots make up ``path``.
  package static func spans(start: UInt64, end: UInt64, treeSize: UInt64) -> [TreeSpan] {
    var spans: [TreeSpan] = []
    func visit(_ span: TreeSpan) {
      if span.start >= start && span.end <= end { return }
      if span.end <= start || span.start >= end { return spans.append(span) }
      let (left, right) = span.halves
      visit(left)
      visit(right)
    }
    if treeSize > 0 { visit(TreeSpan(0, treeSize)) }
    return spans
  }

  /// Checks that the leaves are those from ``start`` up to ``end`` of the tree with this root.
  /// - Parameter leaves: the leaf hashes in order; exactly `end - start` of them.
  /// - Throws: ``TransparencyLogError/invalidProof(reason:)``.
  /// - Complexity: O(end − start + log n) hashes, O(log n) memory.
  public func verify(leaves: some Sequence<MerkleHash>, root: MerkleHash) throws(TransparencyLogError) {
    guard start < end, end <= treeSize, treeSize <= 1 << 63 else {
      throw .invalidProof(reason: "there is no range from \(start) to \(end) in a tree of \(treeSize) leaves")
    }
    var leaves = leaves.makeIterator()
    var rest = path[...]
    func hash(of span: TreeSpan) throws(TransparencyLogError) -> MerkleHash {
      if span.start >= start && span.end <= end {
        var subtrees = PerfectSubtrees()
        for _ in span.start..<span.end {
          guard let leaf = leaves.next() else { throw .invalidProof(reason: "there are too few leaves") }
          subtrees.append(leaf)
        }
        return subtrees.root
      }
      if span.end <= start || span.start >= end {
        guard let hash = rest.popFirst() else { throw .invalidProof(reason: "the path has too few hashes") }
        return hash
      }
      let (left, right) = span.halves
      return .node(try hash(of: left), try hash(of: right))
    }
    let computed = try hash(of: TreeSpan(0, treeSize))
    guard leaves.next() == nil else { throw .invalidProof(reason: "there are too many leaves") }
    guard rest.isEmpty else { throw .invalidProof(reason: "the path has too many hashes") }
    guard computed == root else {
      throw .invalidProof(reason: "leaves \(start)..<\(end) lead to another root than the checkpoint's")
    }
  }
}
