import Primitives
import TransparencyLog

/// A self-contained piece of the ledger for someone who has nothing but this file: entries, the proofs that they stand
/// where they stand, the checkpoint with its cosignatures, and the keys it claims to be signed with. A tar archive; see
/// docs/ledger.md for its format.
public enum LedgerBundle {
  static let format = "surety/bundle@v1"
  static let segmentFormat = "surety/segment@v1"
  /// The entries of a full segment: a bundle is verified a segment at a time, in constant memory.
  static let segmentLength: UInt64 = 4_096
  /// How long a file of a bundle may be, in bytes. Only entries may be long; an entry has ``Entry/largest`` at most.
  static func largestFile(named name: String) -> Int {
    if name.hasSuffix(".entries") { return Int(segmentLength) * (Entry.largest + 2) }
    return name.hasPrefix("payloads/") ? Payload.largest : SignedNote.largest
  }

  /// The verifier in Python that every bundle carries.
  public static var secondVerifier: [UInt8] { PackageResources.verify_py }

  /// The entries that a bundle holds.
  public enum Selection: Sendable {
    /// All that are under the checkpoint.
    case all
    /// These, as far as they are under the checkpoint.
    case range(Range<UInt64>)
    /// Single ones.
    case indexes([UInt64])

    /// How many entries a bundle under a checkpoint of this size holds.
    public func count(size: UInt64) -> UInt64 { segments(size: size).reduce(0) { $0 + UInt64($1.count) } }

    /// The ranges to export, none longer than a segment, split where full segments meet.
    func segments(size: UInt64) -> [Range<UInt64>] {
      switch self {
      case .all: Self.split(0..<size)
      case .range(let range): Self.split(range.clamped(to: 0..<size))
      case .indexes(let indexes): Set(indexes).sorted().filter { $0 < size }.map { $0..<$0 + 1 }
      }
    }

    private static func split(_ range: Range<UInt64>) -> [Range<UInt64>] {
      var segments: [Range<UInt64>] = []
      var start = range.lowerBound
      while start < range.upperBound {
        let end = min(range.upperBound, (start / LedgerBundle.segmentLength + 1) * LedgerBundle.segmentLength)
        segments.append(start..<end)
        start = end
      }
      return segments
    }
  }

  /// Whether the bundle shows what the commitments hide.
  public enum Payloads: Sendable { case leftOut, included }

  /// A segment's proof file.
  static func proofText(_ proof: RangeProof) -> String {
    "\(segmentFormat)\nrange \(proof.start) \(proof.end)\n" + proof.path.map { $0.base64 + "\n" }.joined()
  }

  /// Reads what ``proofText(_:)`` writes.
  static func readProof(_ bytes: [UInt8], file: String, treeSize: UInt64) throws(JournalError) -> RangeProof {
    func malformed(_ reason: String) -> JournalError { .malformedBundle(file: file, reason: reason) }
    guard bytes.count <= 16 * 1_024, let text = String(validating: bytes, as: UTF8.self),
      let lines = text.terminatedLines
    else { throw malformed("it is too long or not text") }
    guard lines.count >= 2, lines[0] == segmentFormat else { throw malformed("expected \(segmentFormat)") }
    let words = lines[1].split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "range", let start = UInt64(decimal: words[1]),
      let end = UInt64(decimal: words[2]), start < end, end <= treeSize, end - start <= segmentLength
    else { throw malformed("line 2: expected range <first> <one past the last>") }
    guard lines.count - 2 <= RangeProof.longestPath else { throw malformed("it has too many hashes") }
    var path: [MerkleHash] = []
    for (offset, line) in lines.dropFirst(2).enumerated() {
      guard let hash = MerkleHash(base64: line) else {
        throw malformed("line \(offset + 3): expected base 64 of 32 bytes")
      }
      path.append(hash)
    }
    return RangeProof(start: start, end: end, treeSize: treeSize, path: path)
  }

  static func segmentName(_ start: UInt64) -> String {
    let digits = String(start)
    return "segments/" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }

  static let readme = """
    This is a bundle of a ledger kept by Surety. It can be verified without trusting whoever gave it to you:

      surety verify <this file> --policy <your policy file>

    or, with nothing but Python 3:

      tar -xf <this file> verify.py
      python3 verify.py <this file> <key of the log> [<keys of witnesses>...]

    Get the key of the log from somewhere else than this file: from an earlier audit, from the shop's published page, or
    from a witness. The file 'policy' in here says which keys the bundle claims to be signed with; that alone proves
    nothing about who made it.

    checkpoint   the signed head of the ledger, with the cosignatures of witnesses (C2SP tlog-checkpoint)
    policy       the keys it claims (C2SP tlog-policy)
    segments/    entries (each a 16-bit length and canonical JSON) and, beside them, the hashes that lead to the root
    payloads/    what opens the commitments in entries, if it was asked for and has not been erased
    verify.py    a second verifier, written apart from Surety

    """
}
