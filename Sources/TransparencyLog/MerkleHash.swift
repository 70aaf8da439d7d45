import Primitives

/// A SHA-256 hash of a leaf, a node or a whole tree (RFC 6962, section 2.1).
///
/// Four words rather than an array, so that a million of them need no allocation.
public struct MerkleHash: Hashable, Sendable {
  /// The length in bytes.
  public static let byteCount = 32

  // The bytes in memory order: the words are never read as numbers.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// Takes the first 32 bytes of a buffer that has at least so many.
  package init(loading bytes: UnsafeRawBufferPointer) {
    words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
  }

  /// Reads 32 bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self = Array(bytes).withUnsafeBytes { MerkleHash(loading: $0) }
  }

  /// Reads padded base 64 of 32 bytes; nil for anything else.
  public init?(base64 text: some StringProtocol) {
    guard let bytes = Base64.decode(text) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Padded base 64, as checkpoints and proofs write it.
  public var base64: String { Base64.encode(bytes) }

  /// Calls `body` with the 32 bytes.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Swift.withUnsafeBytes(of: words, body)
  }

  public static func == (left: MerkleHash, right: MerkleHash) -> Bool { left.words == right.words }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}

extension MerkleHash: CustomStringConvertible {
  public var description: String { base64 }
}
