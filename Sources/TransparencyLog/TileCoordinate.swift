/// The place of a tile in a tiled log (C2SP tlog-tiles): up to 256 hashes, each the root of 256^level leaves.
public struct TileCoordinate: Hashable, Sendable {
  /// The hashes of a full tile.
  public static let fullWidth = 256
  /// tlog-tiles: levels are 0 to 63; above 7 a tree of 2^63 leaves has none.
  public static let levels = 0...63
  /// The largest index a path may name: as many as a tree of 2^63 leaves has at level 0.
  static let largestIndex: UInt64 = 1 << 55

  /// 0 for the hashes of leaves.
  public let level: Int
  /// The position in its level, from 0.
  public let index: UInt64
  /// The number of hashes, 1 to 256; less than 256 only at the right edge of the tree.
  public let width: Int

  /// A coordinate; nil when level, index or width is out of range.
  public init?(level: Int, index: UInt64, width: Int = TileCoordinate.fullWidth) {
    guard Self.levels.contains(level), index < Self.largestIndex, (1...Self.fullWidth).contains(width) else {
      return nil
    }
    self.init(uncheckedLevel: level, index: index, width: width)
  }

  /// For coordinates that come from arithmetic on a tree's size, not from input.
  package init(uncheckedLevel level: Int, index: UInt64, width: Int) {
    self.level = level
    self.index = index
    self.width = width
  }

  /// Whether the tile holds 256 hashes and so never changes.
  public var isFull: Bool { width == Self.fullWidth }

  /// The number of leaves a tree needs before it has this tile; nil when that is beyond 2^63.
  public var leavesNeeded: UInt64? {
    let hashes = index * 256 + UInt64(width)
    guard level <= 7, hashes.leadingZeroBitCount > 8 * level + 1 else { return nil }
    return hashes << UInt64(8 * level)
  }

  /// The number of hashes a tree of so many leaves has at a level.
  package static func hashes(atLevel level: Int, treeSize: UInt64) -> UInt64 {
    level > 7 ? 0 : treeSize >> UInt64(8 * level)
  }

  /// All tiles of a tree of so many leaves, level by level.
  package static func all(treeSize: UInt64, level: Int) -> [TileCoordinate] {
    let hashes = hashes(atLevel: level, treeSize: treeSize)
    return (0..<(hashes + 255) / 256).map { index in
      TileCoordinate(uncheckedLevel: level, index: index, width: Int(min(256, hashes - index * 256)))
    }
  }

  /// The tile that holds the index-th hash of a level in a tree of so many leaves.
  package static func holding(hash index: UInt64, level: Int, treeSize: UInt64) -> TileCoordinate {
    let tile = index / 256
    let available = hashes(atLevel: level, treeSize: treeSize) - tile * 256
    return TileCoordinate(uncheckedLevel: level, index: tile, width: Int(min(256, available)))
  }
}

extension TileCoordinate {
  /// The path below the log's prefix, such as `tile/0/x001/x234/067` or `tile/1/000.p/17`.
  public var path: String { "tile/\(level)/\(Self.pathSuffix(index: index, width: width))" }

  /// Reads a path such as ``path`` gives; anything that ``path`` would write differently is refused.
  public init(path: some StringProtocol) throws(TransparencyLogError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == "tile", let level = Int(parts[1]), String(level) == parts[1] else {
      throw .malformed(.tilePath, line: nil, reason: "expected tile/<level>/<index>")
    }
    let (index, width) = try Self.parse(suffix: parts[2...].map { String($0) })
    guard let coordinate = TileCoordinate(level: level, index: index, width: width) else {
      throw .malformed(.tilePath, line: nil, reason: "level, index or width is out of range")
    }
    self = coordinate
  }

  /// tlog-tiles: the index in groups of three digits, all but the last prefixed with x, then the partial width.
  package static func pathSuffix(index: UInt64, width: Int) -> String {
    var groups: [String] = []
    var rest = index
    repeat {
      let digits = String(rest % 1_000)
      groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
      rest /= 1_000
    } while rest > 0
    let name = groups.dropFirst().reversed().map { "x\($0)/" }.joined() + groups[0]
    return width == fullWidth ? name : "\(name).p/\(width)"
  }

  /// Reads what ``pathSuffix(index:width:)`` writes, split at the slashes.
  package static func parse(suffix parts: [String]) throws(TransparencyLogError) -> (index: UInt64, width: Int) {
    var groups = parts
    var width = fullWidth
    if groups.count >= 2, groups[groups.count - 2].hasSuffix(".p") {
      guard let partial = Int(groups.removeLast()), (1..<fullWidth).contains(partial), let last = groups.popLast()
      else { throw .malformed(.tilePath, line: nil, reason: "a partial width is a number from 1 to 255") }
      width = partial
      groups.append(String(last.dropLast(2)))
    }
    guard groups.count <= 6 else { throw .malformed(.tilePath, line: nil, reason: "the index is too large") }
    // Every group but the last begins with x; writing the index again shows whether the groups were well formed.
    let digits = groups.dropLast().map { String($0.dropFirst()) }.joined() + (groups.last ?? "")
    guard let index = UInt64(digits), index < largestIndex,
      pathSuffix(index: index, width: width) == parts.joined(separator: "/")
    else { throw .malformed(.tilePath, line: nil, reason: "expected groups of three digits such as x001/x234/067") }
    return (index, width)
  }
}
