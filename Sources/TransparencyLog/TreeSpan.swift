/// The leaves from `start` up to, not including, `end`, as the recursion of RFC 6962, section 2.1 meets them.
package struct TreeSpan: Hashable, Sendable {
  package let start: UInt64
  package let end: UInt64

  package init(_ start: UInt64, _ end: UInt64) {
    self.start = start
    self.end = end
  }

  package var count: UInt64 { end - start }

  /// The two halves of the recursion: the left one has the largest power of two of leaves below the count.
  /// Only for spans of at least two leaves.
  package var halves: (left: TreeSpan, right: TreeSpan) {
    let middle = start + 1 << (63 - (count - 1).leadingZeroBitCount)
    return (TreeSpan(start, middle), TreeSpan(middle, end))
  }

  /// The perfect subtrees that make up this span, from left to right. At most 64.
  package var subtrees: [NodeCoordinate] {
    var nodes: [NodeCoordinate] = []
    var position = start
    while position < end {
      let largestThatFits = 63 - (end - position).leadingZeroBitCount
      let level = Swift.min(largestThatFits, position == 0 ? 63 : position.trailingZeroBitCount)
      nodes.append(NodeCoordinate(level: level, index: position >> UInt64(level)))
      position += 1 << UInt64(level)
    }
    return nodes
  }
}

/// A perfect subtree of 2^level leaves, of which it is the index-th from the left.
package struct NodeCoordinate: Hashable, Sendable {
  package let level: Int
  package let index: UInt64
}
