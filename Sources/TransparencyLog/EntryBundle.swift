/// The entries of up to 256 leaves, as tlog-tiles serves them: each a big-endian 16-bit length and its bytes.
public struct EntryBundle: Hashable, Sendable {
  /// tlog-tiles: the length is 16 bits wide.
  public static let largestEntry = 65_535

  /// The entries in the order of their leaves.
  public let entries: [[UInt8]]

  /// A bundle of entries, none of them longer than ``largestEntry``.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` for one that is.
  public init(entries: [[UInt8]]) throws(TransparencyLogError) {
    guard entries.allSatisfy({ $0.count <= Self.largestEntry }) else {
      throw .malformed(.entryBundle, line: nil, reason: "an entry is longer than \(Self.largestEntry) bytes")
    }
    self.entries = entries
  }

  /// Reads a bundle of exactly so many entries.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the entry that does not fit.
  public init(bytes: [UInt8], count: Int) throws(TransparencyLogError) {
    var entries: [[UInt8]] = []
    entries.reserveCapacity(count)
    try Self.forEachEntry(in: bytes, count: count) { entries.append(Array(bytes[$0])) }
    self.entries = entries
  }

  /// The encoding.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
    for entry in entries { Self.append(entry, to: &bytes) }
    return bytes
  }

  /// Appends one entry's encoding.
  package static func append(_ entry: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: entry.count >> 8))
    bytes.append(UInt8(truncatingIfNeeded: entry.count))
    bytes.append(contentsOf: entry)
  }

  /// The leaf hashes of an encoded bundle of exactly so many entries, without copying the entries.
  package static func leafHashes(in bytes: [UInt8], count: Int) throws(TransparencyLogError) -> [MerkleHash] {
    var hashes: [MerkleHash] = []
    hashes.reserveCapacity(count)
    try forEachEntry(in: bytes, count: count) { range in
      hashes.append(bytes.withUnsafeBytes { .leaf(UnsafeRawBufferPointer(rebasing: $0[range])) })
    }
    return hashes
  }

  /// Calls `body` with the place of each entry.
  package static func forEachEntry(
    in bytes: [UInt8], count: Int, _ body: (Range<Int>) -> Void
  ) throws(TransparencyLogError) {
    var position = 0
    for number in 0..<count {
      guard position + 2 <= bytes.count else {
        throw .malformed(.entryBundle, line: nil, reason: "entry \(number) of \(count) is missing")
      }
      let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
      let start = position + 2
      guard start + length <= bytes.count else {
        throw .malformed(
          .entryBundle, line: nil,
          reason: "entry \(number) says it has \(length) bytes, \(bytes.count - start) are left")
      }
      body(start..<start + length)
      position = start + length
    }
    guard position == bytes.count else {
      throw .malformed(.entryBundle, line: nil, reason: "\(bytes.count - position) bytes follow the last entry")
    }
  }

  /// Reads what follows `tile/entries/` in a path.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` for what ``path(index:width:)`` would write differently.
  public static func parse(path suffix: Substring) throws(TransparencyLogError) -> (index: UInt64, width: Int) {
    try TileCoordinate.parse(suffix: suffix.split(separator: "/", omittingEmptySubsequences: false).map { String($0) })
  }

  /// The path below the log's prefix, such as `tile/entries/x001/234.p/7`.
  public static func path(index: UInt64, width: Int = TileCoordinate.fullWidth) -> String {
    "tile/entries/\(TileCoordinate.pathSuffix(index: index, width: width))"
  }
}
