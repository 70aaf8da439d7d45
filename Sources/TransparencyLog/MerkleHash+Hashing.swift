import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension MerkleHash {
  /// The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
  public static let emptyTree = MerkleHash(digest: SHA256.hash(data: EmptyCollection<UInt8>()))

  /// The hash of a leaf: SHA-256(0x00 ‖ entry) (RFC 6962, section 2.1).
  public static func leaf(_ entry: [UInt8]) -> MerkleHash { entry.withUnsafeBytes { leaf($0) } }

  /// The hash of a leaf: SHA-256(0x00 ‖ entry) (RFC 6962, section 2.1).
  package static func leaf(_ entry: UnsafeRawBufferPointer) -> MerkleHash {
    // One update over a small copy is faster than two updates: the digest's own buffer is filled once.
    guard entry.count < 1_024 else {
      var digest = SHA256()
      Swift.withUnsafeBytes(of: UInt8(0)) { digest.update(bufferPointer: $0) }
      digest.update(bufferPointer: entry)
      return MerkleHash(digest: digest.finalize())
    }
    return withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 8) { buffer in
      buffer[0] = 0
      UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: entry)
      return MerkleHash(hashing: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1).
  public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
    withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
      buffer[0] = 1
      left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0) }
      right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[33...]).copyMemory(from: $0) }
      return MerkleHash(hashing: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The root over hashes of leaves, or of perfect subtrees of one size of which only the last may be smaller.
  /// - Complexity: O(n) hashes, O(log n) memory.
  public static func root(of hashes: some Sequence<MerkleHash>) -> MerkleHash {
    var range = PerfectSubtrees()
    for hash in hashes { range.append(hash) }
    return range.root
  }

  private init(hashing bytes: UnsafeRawBufferPointer) {
    var digest = SHA256()
    digest.update(bufferPointer: bytes)
    self.init(digest: digest.finalize())
  }

  private init(digest: SHA256.Digest) { self = digest.withUnsafeBytes { MerkleHash(loading: $0) } }
}

/// The perfect subtrees that cover a list of hashes from the left, largest first: the right edge of a growing tree.
package struct PerfectSubtrees: Sendable {
  private var count: UInt64 = 0
  private var subtrees: [MerkleHash] = []

  package init() {}

  /// Appends a hash. O(1) amortised.
  package mutating func append(_ hash: MerkleHash) {
    var hash = hash
    // Each trailing one bit of the count is a subtree of the size that `hash` has grown to.
    for _ in 0..<count.trailingOneBitCount {
      guard let left = subtrees.popLast() else { break }
      hash = .node(left, hash)
    }
    subtrees.append(hash)
    count += 1
  }

  /// The root over all that was appended.
  package var root: MerkleHash {
    guard var root = subtrees.last else { return .emptyTree }
    for left in subtrees.dropLast().reversed() { root = .node(left, root) }
    return root
  }
}

extension UInt64 {
  fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
