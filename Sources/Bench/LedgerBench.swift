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
    if report.wants("ledger.verify") { try await verify(report) }
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
      try await measureCheck(ledger, at: target, report)
    }
    await database.close()
    try await measureOpening(home, ledger, size: size, report)
    if report.wants("serve.memory") { try await measureServer(home, ledger, size: size, report) }
  }

  private static let sample = 4_096

  /// A whole ledger in memory, verified as a stranger verifies it, and beside it what hashing alone takes.
  private func verify(_ report: Report) async throws {
    let held = try HeldLedger(bundleCount: 1_000_000 / 256)
    let clock = ContinuousClock()
    var start = clock.now
    var edge = TreeEdge()
    for bytes in held.bundles { _ = edge.append(try EntryBundle.leafHashes(in: bytes, count: 256)) }
    report.add(
      "ledger.verify.kernel", Double(edge.size) / (clock.now - start).inSeconds, "leaves/s",
      peer: report.value(of: "machine.sha256").map { "raw SHA-256 of 64 bytes \(Int($0))/s" },
      durability: "entries to root only, in memory, \(held.entryLength)-byte entries, one core")
    start = clock.now
    let audit = try await LedgerAudit(of: held, under: held.policy, concurrency: 1).run()
    report.add(
      "ledger.verify", Double(audit.checkpoint.checkpoint.size) / (clock.now - start).inSeconds, "leaves/s",
      atLeast: 1_000_000, peer: report.value(of: "ledger.verify.kernel").map { "hashing alone \(Int($0))/s" },
      durability: "signature, entries, \(audit.tileCount) tiles and root, in memory, one bundle at a time")
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

  /// What `surety ledger check` and an auditor on the same machine do: every entry and tile, read from the database.
  private func measureCheck(_ ledger: TestLedger, at size: Int, _ report: Report) async throws {
    let policy = ledger.keyring.policy
    let clock = ContinuousClock()
    let start = clock.now
    let audit = try await LedgerAudit(of: ledger.journal.source(under: policy), under: policy).run()
    let rate = Double(audit.checkpoint.checkpoint.size) / (clock.now - start).inSeconds
    report.add(
      "journal.grown.check.\(size)", rate, "leaves/s",
      durability: "signature, entries, \(audit.tileCount) tiles and root, read from the database")
  }

  /// Warm: what was just written is still in the system's cache.
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
        "\(try await journal.publishedSize()) entries, root recomputed, files cached; "
        + "\(String(format: "%.1f", grown)) MB more memory"
    )
    await database.close()
  }

  /// The real server on the grown ledger: memory when idle, and after a stranger has read for a while and the ledger has
  /// grown meanwhile.
  private func measureServer(_ home: TemporaryDirectory, _ ledger: TestLedger, size: Int, _ report: Report) async throws
  {
    let process = Process()
    process.executableURL = URL(filePath: BuildProducts.path(of: "surety"))
    process.arguments = ["serve", "--plain-http", "--data", home.path, "--listen", "127.0.0.1:18089"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    try await Task.sleep(for: .seconds(2))
    let status = "/proc/\(process.processIdentifier)/status"
    let idle = Double(ProcessMemory.residentBytes(status: status)) / 1_048_576
    report.add("serve.memory.idle", idle, "MB", atMost: 150, durability: "\(size) entries")
    let database = try await Database.open(.sqlite(path: home.file("surety.sqlite")))
    let journal = try await Journal.open(
      in: database, trusting: ledger.keyring.policy, mark: HighWaterMark(path: ledger.markPath))
    let appending = Task {
      var appended = 0
      while !Task.isCancelled {
        try await journal.append(TestLedger.draft(appended))
        appended += 1
        try? await Task.sleep(for: .milliseconds(5))
      }
      return appended
    }
    let requests = try await read(from: "http://127.0.0.1:18089/ledger/", size: size, for: .seconds(10))
    let used = Double(ProcessMemory.residentBytes(status: status)) / 1_048_576
    appending.cancel()
    let appended = try await appending.value
    let published = Int(try await journal.publishedSize()) - size
    await database.close()
    guard published > appended / 2 else {
      throw TestSetupError(description: "the server published \(published) of \(appended) entries")
    }
    report.add(
      "serve.memory.read", used, "MB", atMost: min(150, idle * 1.25),
      durability: "after \(requests) random bundles and proofs, while \(appended) entries were appended")
  }

  /// Random bundles and proofs, one after the other.
  /// - Returns: how many.
  private func read(from prefix: String, size: Int, for time: Duration) async throws -> Int {
    var random = SeededGenerator(seed: 8)
    let clock = ContinuousClock()
    let start = clock.now
    var requests = 0
    while clock.now - start < time {
      let index = UInt64.random(in: 0..<UInt64(size / 256), using: &random)
      for path in [EntryBundle.path(index: index), "entries/\(index * 256).tlog-proof"] {
        guard let url = URL(string: prefix + path), (try? Data(contentsOf: url)) != nil else {
          throw TestSetupError(description: "the server does not answer \(path)")
        }
        requests += 1
      }
    }
    return requests
  }
}
