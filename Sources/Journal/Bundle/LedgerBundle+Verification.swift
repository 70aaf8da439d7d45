import Primitives
public import TransparencyLog

/// What a bundle proves.
public struct BundleReport: Sendable {
  /// The checkpoint that a policy accepted.
  public internal(set) var checkpoint: VerifiedCheckpoint
  /// The entries that are proven, as ranges in ascending order, joined where they meet.
  public internal(set) var proven: [Range<UInt64>] = []
  /// How many values were shown for commitments, all of them fitting.
  public internal(set) var openedCommitments = 0

  /// How many entries are proven.
  public var entryCount: UInt64 { proven.reduce(0) { $0 + UInt64($1.count) } }
  /// Whether the bundle holds every entry of the ledger up to its checkpoint.
  public var isComplete: Bool { proven == [0..<checkpoint.checkpoint.size] }
}

extension LedgerBundle {
  /// Whose keys a bundle is judged by.
  public enum Trust: Sendable {
    /// Keys that the verifier has from elsewhere.
    case policy(LogPolicy)
    /// The keys that the bundle itself names: shows that it is consistent, not who made it.
    case bundledKeys
  }

  /// Verifies a bundle from front to back in constant memory.
  /// - Parameters:
  ///   - read: gives the next bytes of the bundle, fewer only at its end.
  ///   - progress: told how many entries are verified.
  /// - Throws: ``JournalError/malformedBundle(file:reason:)`` when it cannot be read, ``TransparencyLogError`` when it
  ///   does not prove what it claims.
  public static func verify(
    trusting trust: Trust, reading read: @escaping (Int) throws -> [UInt8],
    progress: (UInt64) -> Void = { _ in }
  ) throws -> BundleReport {
    let archive = TarReader(largest: largestFile(named:), reading: read)
    func expect(_ name: String) throws -> [UInt8] {
      guard let file = try archive.next(), file.name == name else {
        throw JournalError.malformedBundle(file: name, reason: "it is missing, or not where it should be")
      }
      return file.bytes
    }
    let header = String(decoding: try expect("format"), as: UTF8.self).terminatedLines ?? []
    guard header.count == 2, header[0] == format else {
      throw JournalError.malformedBundle(file: "format", reason: "expected \(format)")
    }
    _ = try expect("README")
    let note = try SignedNote(parsing: expect("checkpoint"))
    let bundledPolicy = try LogPolicy(parsing: expect("policy"))
    let policy = if case .policy(let policy) = trust { policy } else { bundledPolicy }
    var verification = BundleVerification(report: BundleReport(checkpoint: try policy.verify(note)))
    guard header[1] == verification.report.checkpoint.checkpoint.origin else {
      throw JournalError.malformedBundle(file: "format", reason: "it names another ledger than the checkpoint")
    }
    while let file = try archive.next() {
      try verification.take(file.name, file.bytes)
      progress(verification.report.entryCount)
    }
    return try verification.finish()
  }
}

/// The state of a verification between two files.
private struct BundleVerification {
  var report: BundleReport
  private var proof: (name: String, proof: RangeProof)?
  /// The commitments of the segment that was read last, for the payloads that follow it.
  private var commitments: [String: [String: Commitment]] = [:]

  init(report: BundleReport) { self.report = report }

  mutating func take(_ name: String, _ bytes: [UInt8]) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("segments", 2) where name.hasSuffix(".proof"):
      guard proof == nil else { throw malformed(name, "the entries of the proof before it are missing") }
      let read = try LedgerBundle.readProof(
        bytes, file: name, treeSize: report.checkpoint.checkpoint.size)
      guard name == LedgerBundle.segmentName(read.start) + ".proof" else {
        throw malformed(name, "its range is another")
      }
      proof = (name, read)
    case ("segments", 2) where name.hasSuffix(".entries"): try takeEntries(name, bytes)
    case ("payloads", 2) where name.hasSuffix(".json"): try takePayload(name, bytes, id: parts[1].dropLast(5))
    case ("verify.py", 1): break
    default: throw malformed(name, "no such file belongs into a bundle")
    }
  }

  private mutating func takeEntries(_ name: String, _ bytes: [UInt8]) throws {
    guard let proof, name == LedgerBundle.segmentName(proof.proof.start) + ".entries" else {
      throw malformed(name, "its proof does not stand before it")
    }
    self.proof = nil
    let range = proof.proof.start..<proof.proof.end
    guard report.proven.last.map({ $0.upperBound <= range.lowerBound }) ?? true else {
      throw malformed(name, "its range overlaps the one before it")
    }
    let entries = try EntryBundle(bytes: bytes, count: range.count).entries
    try proof.proof.verify(leaves: entries.lazy.map { MerkleHash.leaf($0) }, root: report.checkpoint.checkpoint.root)
    if let last = report.proven.last, last.upperBound == range.lowerBound {
      report.proven[report.proven.count - 1] = last.lowerBound..<range.upperBound
    } else {
      report.proven.append(range)
    }
    let marker = Array("\"commitments\":".utf8)
    commitments = [:]
    for bytes in entries where bytes.contains(marker) {
      let entry = try Entry(parsing: bytes)
      commitments[entry.id.description] = entry.commitments
    }
  }

  private mutating func takePayload(_ name: String, _ bytes: [UInt8], id: Substring) throws {
    guard let known = commitments[String(id)] else { throw malformed(name, "its entry does not stand before it") }
    for (field, opening) in try Payload(parsing: bytes).openings {
      guard let commitment = known[field], opening.opens(commitment, named: field) else {
        throw TransparencyLogError.invalidProof(reason: "\(name) does not open the commitment \(field)")
      }
      report.openedCommitments += 1
    }
  }

  func finish() throws -> BundleReport {
    guard proof == nil else { throw malformed("archive", "the entries of the last proof are missing") }
    guard !report.proven.isEmpty else { throw malformed("archive", "it holds no entries") }
    return report
  }

  private func malformed(_ file: String, _ reason: String) -> JournalError {
    .malformedBundle(file: file, reason: reason)
  }
}
