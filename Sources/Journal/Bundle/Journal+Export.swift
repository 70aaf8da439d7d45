import Foundation
import Primitives
import Storage
public import TransparencyLog

extension Journal {
  /// Writes a bundle to a file, which appears under its name only when it is complete.
  /// - Parameters:
  ///   - policy: the log's keys and witnesses; decides which checkpoint is exported and is written into the bundle.
  ///   - progress: told how many entries are written, and of how many.
  /// - Returns: the checkpoint that the bundle proves its entries under.
  /// - Throws: ``JournalError`` or ``StorageError``.
  public func export(
    _ selection: LedgerBundle.Selection, payloads: LedgerBundle.Payloads, under policy: LogPolicy, to path: String,
    progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> Checkpoint {
    let note = try await servedCheckpoint(under: policy)
    let checkpoint = try Checkpoint(text: note.text)
    let segments = selection.segments(size: checkpoint.size)
    guard !segments.isEmpty else {
      throw JournalError.noSuchEntry("among those asked for; the ledger has \(checkpoint.size) under its checkpoint")
    }
    let file = try BundleFile(path: path)
    try await file.add("format", Array("\(LedgerBundle.format)\n\(origin)\n".utf8))
    try await file.add("README", Array(LedgerBundle.readme.utf8))
    try await file.add("checkpoint", note.bytes)
    try await file.add("policy", Array(policy.text.utf8))
    let total = segments.reduce(0) { $0 + UInt64($1.count) }
    var written: UInt64 = 0
    for segment in segments {
      let (entries, proof) = try await database.read { try Self.segment(segment, size: checkpoint.size, $0) }
      let name = LedgerBundle.segmentName(segment.lowerBound)
      try await file.add("\(name).proof", Array(LedgerBundle.proofText(proof).utf8))
      try await file.add("\(name).entries", try EntryBundle(entries: entries).bytes)
      if case .included = payloads {
        for bytes in entries { try await addPayload(of: bytes, to: file) }
      }
      written += UInt64(segment.count)
      progress(written, total)
    }
    try await file.add("verify.py", LedgerBundle.secondVerifier)
    try await file.finish()
    return checkpoint
  }

  private static func segment(
    _ segment: Range<UInt64>, size: UInt64, _ transaction: ReadTransaction
  ) throws -> ([[UInt8]], RangeProof) {
    var entries: [[UInt8]] = []
    for index in segment.lowerBound / 256...(segment.upperBound - 1) / 256 {
      let width = Int(min(256, segment.upperBound - index * 256))
      let skipped = Int(max(segment.lowerBound, index * 256) - index * 256)
      entries += try bundle(index, width: width, transaction).entries.dropFirst(skipped)
    }
    let path = try JournalStore.hashes(of: ProofPlan.range(segment, inTreeOf: size), transaction)
    let proof = RangeProof(start: segment.lowerBound, end: segment.upperBound, treeSize: size, path: path)
    return (entries, proof)
  }

  private func addPayload(of bytes: [UInt8], to file: BundleFile) async throws {
    let entry = try Entry(parsing: bytes)
    guard !entry.commitments.isEmpty, let payload = try await payload(of: entry.id) else { return }
    try await file.add("payloads/\(entry.id).json", payload.bytes)
  }
}

/// The archive while it is written, under a temporary name.
private actor BundleFile {
  private let path: String
  private let handle: FileHandle

  init(path: String) throws(JournalError) {
    self.path = path
    guard FileManager.default.createFile(atPath: path + ".part", contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path + ".part")
    else { throw .unusableFile(path: path, reason: "cannot be written") }
    self.handle = handle
  }

  func add(_ name: String, _ bytes: [UInt8]) async throws {
    try await write(TarArchive.header(name: name, size: bytes.count) + bytes + TarArchive.padding(size: bytes.count))
  }

  func finish() async throws {
    try await write(TarArchive.end)
    try await BlockingWork.run { [handle] in
      try handle.synchronize()
      try handle.close()
    }
    guard rename(path + ".part", path) == 0 else {
      throw JournalError.unusableFile(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    // Gone already when the bundle was finished.
    unlink(path + ".part")
  }

  private func write(_ bytes: [UInt8]) async throws {
    do {
      try await BlockingWork.run { [handle] in try handle.write(contentsOf: bytes) }
    } catch {
      throw JournalError.unusableFile(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }
}
