/// The right edge of a tiled tree: the partial tile of each level. It is all that appending needs, at most 8 times
/// 255 hashes however large the tree is.
public struct TreeEdge: Hashable, Sendable {
  /// The number of leaves.
  public private(set) var size: UInt64 = 0
  /// Element `l` holds the hashes of the partial tile at level `l`; never 256 of them.
  private var partials: [[MerkleHash]] = []

  /// The edge of the empty tree.
  public init() {}

  /// The tiles a reader must have to restore the edge of a tree of so many leaves.
  public static func tiles(ofTreeOf size: UInt64) -> [TileCoordinate] {
    (0...7).compactMap { level in
      let hashes = TileCoordinate.hashes(atLevel: level, treeSize: size)
      return TileCoordinate(level: level, index: hashes / 256, width: Int(hashes % 256))
    }
  }

  /// Restores the edge from the tiles that ``tiles(ofTreeOf:)`` names.
  /// - Throws: ``TransparencyLogError/outOfRange(reason:)`` when one of them is missing.
  public init(size: UInt64, tiles: [TileCoordinate: Tile]) throws(TransparencyLogError) {
    self.size = size
    for coordinate in Self.tiles(ofTreeOf: size) {
      guard let tile = tiles[coordinate] else { throw .outOfRange(reason: "the tile \(coordinate.path) is missing") }
      while partials.count < coordinate.level { partials.append([]) }
      partials.append(tile.hashes)
    }
  }

  /// The root of the tree. O(log n) levels of at most 255 hashes each.
  public var root: MerkleHash { root(below: partials.count) ?? .emptyTree }

  /// The root over what the levels below `level` hold beside full tiles; nil when they hold nothing.
  package func root(below level: Int) -> MerkleHash? {
    var root: MerkleHash?
    for hashes in partials.prefix(level) {
      if let lower = root {
        // What the lower levels hold is the last, smaller item of this one.
        root = .root(of: hashes + [lower])
      } else if !hashes.isEmpty {
        root = .root(of: hashes)
      }
    }
    return root
  }

  /// The partial tile of each level that has one.
  public var partialTiles: [Tile] {
    partials.enumerated().compactMap { level, hashes in
      let index = TileCoordinate.hashes(atLevel: level, treeSize: size) / 256
      return hashes.isEmpty ? nil : Tile(level: level, index: index, hashes: hashes)
    }
  }

  /// Appends leaves and gives every tile that is new or wider than before, full tiles first at each level.
  /// - Complexity: O(number of leaves) hashes, whatever the size of the tree.
  public mutating func append(_ leaves: some Collection<MerkleHash>) -> [Tile] {
    guard !leaves.isEmpty else { return [] }
    var changed: [Tile] = []
    var arriving = Array(leaves)
    var level = 0
    while !arriving.isEmpty {
      if partials.count == level { partials.append([]) }
      var index = TileCoordinate.hashes(atLevel: level, treeSize: size) / 256
      var tile = partials[level]
      var completed: [MerkleHash] = []
      var rest = arriving[...]
      while tile.count + rest.count >= TileCoordinate.fullWidth {
        let missing = TileCoordinate.fullWidth - tile.count
        tile.append(contentsOf: rest.prefix(missing))
        rest = rest.dropFirst(missing)
        changed.append(Tile(level: level, index: index, hashes: tile))
        completed.append(.root(of: tile))
        index += 1
        tile = []
      }
      tile.append(contentsOf: rest)
      partials[level] = tile
      if !tile.isEmpty { changed.append(Tile(level: level, index: index, hashes: tile)) }
      arriving = completed
      level += 1
    }
    size += UInt64(leaves.count)
    return changed
  }
}
