import Primitives

/// What an auditor needs beside an entry to check it without a network (C2SP tlog-proof, `.tlog-proof`): the leaf's
/// index, its inclusion path and a signed checkpoint.
public struct ProofFile: Hashable, Sendable {
  static let header = "c2sp.org/tlog-proof@v1"
  /// No proof file may be longer, in bytes.
  public static let largest = SignedNote.largest + 16 * 1_024

  /// The leaf's index.
  public let index: UInt64
  /// The inclusion path, nearest to the leaf first.
  public let path: [MerkleHash]
  /// Bytes that the application adds; not authenticated by the log.
  public let extra: [UInt8]?
  /// The checkpoint with all its signatures.
  public let checkpoint: SignedNote

  /// A proof file for a leaf.
  public init(index: UInt64, path: [MerkleHash], checkpoint: SignedNote, extra: [UInt8]? = nil) {
    self.index = index
    self.path = path
    self.checkpoint = checkpoint
    self.extra = extra
  }

  /// Reads a proof file. Nothing is verified yet.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the line.
  public init(parsing bytes: some Collection<UInt8>) throws(TransparencyLogError) {
    guard bytes.count <= Self.largest else {
      throw .malformed(.proofFile, line: nil, reason: "it is longer than \(Self.largest) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(.proofFile, line: nil, reason: "it is not valid UTF-8")
    }
    var lines = LineReader(text, format: .proofFile)
    guard try lines.next() == Self.header else {
      throw .malformed(.proofFile, line: 1, reason: "expected \(Self.header)")
    }
    var line = try lines.next()
    var extra: [UInt8]?
    if line.hasPrefix("extra ") {
      guard let bytes = Base64.decode(line.dropFirst(6)) else { throw lines.malformed("extra is not base 64") }
      extra = bytes
      line = try lines.next()
    }
    guard line.hasPrefix("index "), let index = UInt64(decimal: line.dropFirst(6)) else {
      throw lines.malformed("expected index <decimal number>")
    }
    self.init(
      index: index,
      path: try lines.hashesUntilEmptyLine(most: InclusionProof.longestPath),
      checkpoint: try SignedNote(parsing: Array(lines.rest.utf8)),
      extra: extra)
  }

  /// The file's text.
  public var text: String {
    let head = extra.map { "extra \(Base64.encode($0))\n" } ?? ""
    let hashes = path.map { $0.base64 + "\n" }.joined()
    return "\(Self.header)\n\(head)index \(index)\n\(hashes)\n\(checkpoint.serialized)"
  }

  /// Checks that an entry is in the log, under a policy.
  /// - Returns: the checkpoint under which it was proven.
  /// - Throws: ``TransparencyLogError`` saying which step failed.
  public func verify(entry: [UInt8], under policy: LogPolicy) throws(TransparencyLogError) -> VerifiedCheckpoint {
    let verified = try policy.verify(checkpoint)
    let proof = InclusionProof(index: index, treeSize: verified.checkpoint.size, path: path)
    try proof.verify(leaf: .leaf(entry), root: verified.checkpoint.root)
    return verified
  }
}

/// Reads a text line by line, counting.
struct LineReader {
  private(set) var rest: Substring
  private(set) var number = 0
  private let format: TransparencyLogError.Format

  init(_ text: String, format: TransparencyLogError.Format) {
    rest = text[...]
    self.format = format
  }

  /// The next line without its newline.
  mutating func next() throws(TransparencyLogError) -> Substring {
    number += 1
    guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
      throw malformed("the text ends here, without a newline")
    }
    let line = rest[..<end]
    rest = rest[rest.utf8.index(after: end)...]
    return line
  }

  /// Base 64 hashes, a line each, up to an empty line, which is taken too.
  mutating func hashesUntilEmptyLine(most: Int) throws(TransparencyLogError) -> [MerkleHash] {
    var hashes: [MerkleHash] = []
    while true {
      let line = try next()
      if line.isEmpty { return hashes }
      guard let hash = MerkleHash(base64: line) else { throw malformed("expected base 64 of 32 bytes") }
      guard hashes.count < most else { throw malformed("there are more than \(most) hashes") }
      hashes.append(hash)
    }
  }

  /// An error at the line that was read last.
  func malformed(_ reason: String) -> TransparencyLogError { .malformed(format, line: number, reason: reason) }
}
