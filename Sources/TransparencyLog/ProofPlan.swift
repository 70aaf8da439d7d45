/// Which tiles a proof needs, and how its hashes come out of them. Pure: the caller fetches the tiles from wherever
/// they are.
public struct ProofPlan: Sendable {
  /// Each hash of the proof, as the perfect subtrees it is made of.
  private let nodes: [[NodeCoordinate]]
  private let treeSize: UInt64

  private init(spans: [TreeSpan], treeSize: UInt64) {
    nodes = spans.map(\.subtrees)
    self.treeSize = treeSize
  }

  /// The tiles to fetch; O(log n) of them.
  public var tiles: Set<TileCoordinate> { Set(nodes.joined().map(tile)) }

  /// The hashes of the proof.
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when a tile is missing.
  public func hashes(from tiles: [TileCoordinate: Tile]) throws(TransparencyLogError) -> [MerkleHash] {
    var hashes: [MerkleHash] = []
    hashes.reserveCapacity(nodes.count)
    for subtrees in nodes {
      var hash: MerkleHash?
      for node in subtrees.reversed() {
        let coordinate = tile(holding: node)
        let height = node.level % 8
        guard let root = tiles[coordinate]?.root(height: height, group: Int(node.index % (256 >> UInt64(height))))
        else { throw .outOfRange(reason: "the tile \(coordinate.path) is missing") }
        hash = hash.map { .node(root, $0) } ?? root
      }
      if let hash { hashes.append(hash) }
    }
    return hashes
  }

  private func tile(holding node: NodeCoordinate) -> TileCoordinate {
    .holding(hash: node.index << UInt64(node.level % 8), level: node.level / 8, treeSize: treeSize)
  }
}

extension ProofPlan {
  /// The plan of an inclusion proof (RFC 6962, section 2.1.1).
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when the tree has no such leaf.
  public static func inclusion(of index: UInt64, inTreeOf size: UInt64) throws(TransparencyLogError) -> ProofPlan {
    guard index < size else {
      throw .outOfRange(reason: "there is no leaf \(index) in a tree of \(size) leaves")
    }
    var siblings: [TreeSpan] = []
    var span = TreeSpan(0, size)
    while span.count > 1 {
      let (left, right) = span.halves
      siblings.append(index < left.end ? right : left)
      span = index < left.end ? left : right
    }
    return ProofPlan(spans: siblings.reversed(), treeSize: size)
  }

  /// The plan of a consistency proof (RFC 6962, section 2.1.2).
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when the old tree is the larger one.
  public static func consistency(from old: UInt64, to size: UInt64) throws(TransparencyLogError) -> ProofPlan {
    guard old <= size else {
      throw .outOfRange(reason: "a tree of \(size) leaves cannot be shown to continue one of \(old)")
    }
    guard old > 0, old < size else { return ProofPlan(spans: [], treeSize: size) }
    var spans: [TreeSpan] = []
    var span = TreeSpan(0, size)
    while span.end != old {
      let (left, right) = span.halves
      spans.append(old <= left.end ? right : left)
      span = old <= left.end ? left : right
    }
    // The subtree that both trees share is left out when it is the whole old tree: the verifier has that root.
    if span.start > 0 { spans.append(span) }
    return ProofPlan(spans: spans.reversed(), treeSize: size)
  }

  /// The plan for the root that the tree had when it was smaller: one hash.
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when it never was of that size, or was empty.
  public static func root(ofFirst old: UInt64, inTreeOf size: UInt64) throws(TransparencyLogError) -> ProofPlan {
    guard (1...max(1, size)).contains(old), old <= size else {
      throw .outOfRange(reason: "a tree of \(size) leaves was never one of \(old)")
    }
    return ProofPlan(spans: [TreeSpan(0, old)], treeSize: size)
  }

  /// The plan of a ``RangeProof``.
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when the tree lacks these leaves.
  public static func range(_ range: Range<UInt64>, inTreeOf size: UInt64) throws(TransparencyLogError) -> ProofPlan {
    guard !range.isEmpty, range.upperBound <= size else {
      throw .outOfRange(reason: "there are no leaves \(range) in a tree of \(size) leaves")
    }
    let spans = RangeProof.spans(start: range.lowerBound, end: range.upperBound, treeSize: size)
    return ProofPlan(spans: spans, treeSize: size)
  }
}
