import Primitives

/// A commitment to a tree: whose it is, how many leaves it has, its root (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// The log's name, a URL without scheme or trailing slash.
  public let origin: String
  /// The number of leaves.
  public let size: UInt64
  /// The root of the tree over them.
  public let root: MerkleHash
  /// Further lines; tlog-checkpoint advises against them.
  public let extensions: [String]

  /// The checkpoint of a tree.
  public init(origin: String, size: UInt64, root: MerkleHash) {
    self.origin = origin
    self.size = size
    self.root = root
    extensions = []
  }

  /// Reads the text of a note.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the line.
  public init(text: String) throws(TransparencyLogError) {
    guard let lines = text.terminatedLines else {
      throw .malformed(.checkpoint, line: nil, reason: "it does not end with a newline")
    }
    guard lines.count >= 3 else {
      throw .malformed(.checkpoint, line: nil, reason: "it has fewer than the three lines origin, size and root")
    }
    guard !lines[0].isEmpty, lines[0].utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw .malformed(.checkpoint, line: 1, reason: "the origin is empty or not printable ASCII")
    }
    guard let size = UInt64(decimal: lines[1]), size < 1 << 63 else {
      throw .malformed(.checkpoint, line: 2, reason: "the size is not a decimal number without leading zeros")
    }
    guard let root = MerkleHash(base64: lines[2]) else {
      throw .malformed(.checkpoint, line: 3, reason: "the root is not base 64 of 32 bytes")
    }
    if let empty = lines.dropFirst(3).firstIndex(where: \.isEmpty) {
      throw .malformed(.checkpoint, line: empty + 1, reason: "an extension line is empty")
    }
    guard size > 0 || root == .emptyTree else {
      throw .malformed(.checkpoint, line: 3, reason: "a tree without leaves has another root")
    }
    origin = String(lines[0])
    self.size = size
    self.root = root
    extensions = lines.dropFirst(3).map { String($0) }
  }

  /// The text to sign.
  public var text: String {
    ([origin, String(size), root.base64] + extensions).map { $0 + "\n" }.joined()
  }
}

extension UInt64 {
  /// Reads a decimal number without sign and without leading zeros; nil for anything else.
  public init?(decimal text: some StringProtocol) {
    guard let value = UInt64(text), String(value) == text else { return nil }
    self = value
  }
}
