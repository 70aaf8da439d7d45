import Foundation
import Journal
import Primitives
import Storage
import TestKit
import TransparencyLog

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What verifying, appending, proving and opening cost as the ledger grows.
struct LedgerBench {
  let directory: String
  let largest: Int

  func run(_ report: Report) async throws {
    if report.wants("ledger.verify") { try verify(report) }
    guard report.wants("journal.grown") || report.wants("serve.memory") else { return }
    // The layout of an installation, so that the real server can be started on it afterwards.
    let home = try TemporaryDirectory(at: "\(directory)/installation")
    let database = try await Database.open(.sqlite(path: home.file("surety.sqlite")))
    let ledger = try await TestLedger(in: database, directory: home)
    var size = 1
    for target in [10_000, 1_000_000, 10_000_000].filter({ $0 <= largest }) + (largest > 10_000_000 ? [largest] : []) {
      try await grow(ledger, from: size, to: target)
      size = target
      try await measureAppend(ledger, at: target, report)
      size += Self.sample
      try await measureProof(ledger, at: target, report)
    }
    await database.close()
    try await measureOpening(home, ledger, size: size, report)
    if report.wants("serve.memory") { try await measureServer(home, size: size, report) }
  }

  private static let sample = 4_096

  /// One core: entries as they are stored, up to the root.
  private func verify(_ report: Report) throws {
    let count = 1_000_000
    var bundles: [[UInt8]] = []
    for bundle in 0..<count / 256 {
      let entries = try (0..<256).map { number in
        Array(try Self.sampleEntry(bundle * 256 + number))
      }
      bundles.append(try EntryBundle(entries: entries).bytes)
    }
    let clock = ContinuousClock()
    let start = clock.now
    var edge = TreeEdge()
    for bytes in bundles { _ = edge.append(try EntryBundle.leafHashes(in: bytes, count: 256)) }
    let rate = Double(edge.size) / (clock.now - start).inSeconds
    let raw = report.value(of: "machine.sha256").map { "raw SHA-256 of 64 bytes \(Int($0))/s" }
    let bytes = bundles.reduce(0) { $0 + $1.count } / bundles.count / 256
    report.add(
      "ledger.verify", rate, "leaves/s", atLeast: 1_000_000, peer: raw,
      durability: "in memory, \(bytes)-byte entries, one core")
  }

  /// As long as a typical entry.
  private static func sampleEntry(_ number: Int) throws -> [UInt8] {
    Array(
      #"{"at":"2026-11-24T02:12:00.123456Z","author":"system","facts":{"number":\#(number)},"id":"0193d7a4-0000-7000-8000-000000000000","kind":"test.counted","v":1}"#
        .utf8)
  }

  private func grow(_ ledger: TestLedger, from size: Int, to target: Int) async throws {
    let sequencer = try ledger.sequencer()
    var next = size
    while next < target {
      let chunk = next..<min(target, next + 16_384)
      try await ledger.database.write { transaction in
        try ledger.journal.append(chunk.map { try TestLedger.draft($0) }, in: transaction)
      }
      _ = try await sequencer.runOnce()
      next = chunk.upperBound
      if next % 1_048_576 < 16_384 { FileHandle.standardError.write(Data("  grown to \(next) entries\n".utf8)) }
    }
    await sequencer.stop()
  }

  /// Appending and publishing a few thousand entries on top of so many.
  private func measureAppend(_ ledger: TestLedger, at size: Int, _ report: Report) async throws {
    let clock = ContinuousClock()
    let start = clock.now
    try await ledger.database.write { transaction in
      try ledger.journal.append((0..<Self.sample).map { try TestLedger.draft($0) }, in: transaction)
    }
    let sequencer = try ledger.sequencer()
    _ = try await sequencer.runOnce()
    await sequencer.stop()
    let cost = (clock.now - start).inSeconds * 1e6 / Double(Self.sample)
    report.add(
      "journal.grown.append.\(size)", cost, "µs/entry", durability: "\(Self.sample) in a transaction, published, fsync")
  }

  private func measureProof(_ ledger: TestLedger, at size: Int, _ report: Report) async throws {
    let policy = ledger.keyring.policy
    var random = SeededGenerator(seed: 7)
    let indexes = (0..<500).map { _ in UInt64.random(in: 0..<UInt64(size), using: &random) }
    let clock = ContinuousClock()
    let start = clock.now
    for index in indexes { _ = try await ledger.journal.proof(of: index, under: policy) }
    let cost = (clock.now - start).inSeconds * 1e6 / Double(indexes.count)
    let tiles = try indexes.map { try ProofPlan.inclusion(of: $0, inTreeOf: UInt64(size)).tiles.count }.max() ?? 0
    report.add("journal.grown.proof.\(size)", cost, "µs", durability: "read from the database, \(tiles) tiles at most")
  }

  private func measureOpening(_ home: TemporaryDirectory, _ ledger: TestLedger, size: Int, _ report: Report)
    async throws
  {
    let before = ProcessMemory.residentBytes
    let clock = ContinuousClock()
    let start = clock.now
    let database = try await Database.open(.sqlite(path: home.file("surety.sqlite")))
    let journal = try await Journal.open(
      in: database, trusting: ledger.keyring.policy, mark: HighWaterMark(path: ledger.markPath))
    let milliseconds = (clock.now - start).inSeconds * 1e3
    let grown = Double(ProcessMemory.residentBytes - before) / 1_048_576
    report.add(
      "journal.grown.open", milliseconds, "ms", atMost: 2_000,
      durability:
        "\(try await journal.publishedSize()) entries, root recomputed; \(String(format: "%.1f", grown)) MB more memory"
    )
    await database.close()
  }

  /// The real server on the grown ledger: memory when idle, and after a stranger has read for a while.
  private func measureServer(_ home: TemporaryDirectory, size: Int, _ report: Report) async throws {
    let process = Process()
    process.executableURL = URL(filePath: BuildProducts.path(of: "surety"))
    process.arguments = ["serve", "--data", home.path, "--listen", "127.0.0.1:18089"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    try await Task.sleep(for: .seconds(2))
    let status = "/proc/\(process.processIdentifier)/status"
    report.add(
      "serve.memory.idle", Double(ProcessMemory.residentBytes(status: status)) / 1_048_576, "MB", atMost: 150,
      durability: "\(size) entries")
    var random = SeededGenerator(seed: 8)
    let clock = ContinuousClock()
    let start = clock.now
    var requests = 0
    while clock.now - start < .seconds(10) {
      let index = UInt64.random(in: 0..<UInt64(size / 256), using: &random)
      for path in [EntryBundle.path(index: index), "entries/\(index * 256).tlog-proof"] {
        guard let url = URL(string: "http://127.0.0.1:18089/ledger/\(path)"), (try? Data(contentsOf: url)) != nil else {
          throw TestSetupError(description: "the server does not answer \(path)")
        }
        requests += 1
      }
    }
    report.add(
      "serve.memory.read", Double(ProcessMemory.residentBytes(status: status)) / 1_048_576, "MB", atMost: 150,
      durability: "after \(requests) random bundles and proofs")
  }
}
