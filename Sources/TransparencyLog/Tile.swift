/// The hashes of one tile, from left to right (C2SP tlog-tiles).
public struct Tile: Hashable, Sendable {
  /// Where in the tree it stands.
  public let coordinate: TileCoordinate
  /// As many hashes as the coordinate is wide.
  public let hashes: [MerkleHash]

  /// Reads the bytes of a tile.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` when their number does not fit the width.
  public init(coordinate: TileCoordinate, bytes: [UInt8]) throws(TransparencyLogError) {
    guard bytes.count == coordinate.width * MerkleHash.byteCount else {
      throw .malformed(
        .tile, line: nil,
        reason: "\(coordinate.path) has \(bytes.count) bytes instead of \(coordinate.width * MerkleHash.byteCount)")
    }
    self.coordinate = coordinate
    hashes = bytes.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count, by: MerkleHash.byteCount).map {
        MerkleHash(loading: UnsafeRawBufferPointer(rebasing: buffer[$0..<$0 + MerkleHash.byteCount]))
      }
    }
  }

  /// For hashes this process has computed.
  package init(level: Int, index: UInt64, hashes: [MerkleHash]) {
    coordinate = TileCoordinate(uncheckedLevel: level, index: index, width: hashes.count)
    self.hashes = hashes
  }

  /// The hashes, one after the other, as they are stored and served.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hashes.count * MerkleHash.byteCount)
    for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// The root of 2^height hashes, of which it is the index-th group in this tile; nil when the tile lacks them.
  package func root(height: Int, group: Int) -> MerkleHash? {
    let start = group << height
    let end = start + 1 << height
    guard end <= hashes.count else { return nil }
    return .root(of: hashes[start..<end])
  }
}
