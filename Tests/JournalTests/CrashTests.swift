import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

/// The process is killed with SIGKILL again and again while many writers append. `SURETY_KILL_ROUNDS` says how often.
@Suite struct `A killed process` {
  static let rounds = ProcessInfo.processInfo.environment["SURETY_KILL_ROUNDS"].flatMap { Int($0) } ?? 200

  /// What a process left in its file of notes.
  struct Notes {
    var acknowledged: Set<Identifier<Entry>> = []
    var checkpoints: [SignedNote] = []

    init(_ path: String) throws {
      // A line that the kill cut off does not end; its writer never went on. Half of a checkpoint may well be Base64.
      let bytes = try FileBytes.read(path)
      let whole = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
      for line in String(decoding: whole, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.first == "acknowledged", words.count == 2, let id = Identifier<Entry>(words[1]) {
          acknowledged.insert(id)
        }
        if words.first == "checkpoint", words.count == 2, let bytes = Base64.decode(words[1]) {
          checkpoints.append(try SignedNote(parsing: bytes))
        }
      }
    }
  }

  @Test func `loses nothing acknowledged on SQLite`() async throws {
    try await TemporaryDirectory.with { directory in
      try await Self.torture(.sqlite(path: directory.file("ledger.sqlite")), directory) { _ in false }
    }
  }

  /// Every 25th round the database server is killed as well.
  @Test func `loses nothing acknowledged on PostgreSQL`() async throws {
    let cluster = try PostgreSQLCluster()
    defer { cluster.remove() }
    try await TemporaryDirectory.with { directory in
      try await Self.torture(.postgreSQL(url: cluster.url()), directory) { round in
        guard round % 25 == 24 else { return false }
        try cluster.kill()
        return true
      } recover: {
        try cluster.start()
      }
    }
  }

  static func torture(
    _ location: DatabaseLocation, _ directory: TemporaryDirectory, killServer: (Int) throws -> Bool,
    recover: () throws -> Void = {}
  ) async throws {
    var random = SeededGenerator(for: "a killed process on \(location)")
    var database = try await Database.open(location, limits: Database.Limits(connections: 2))
    let ledger = try await TestLedger(in: database, directory: directory)
    try await ledger.sequence()
    await database.close()
    var acknowledged: Set<Identifier<Entry>> = []
    var published = try Checkpoint(text: SignedNote(parsing: FileBytes.read(ledger.markPath)).text)
    var killedServers = 0
    for round in 0..<rounds {
      let notesPath = directory.file("notes-\(round)")
      let process = Process()
      process.executableURL = URL(filePath: BuildProducts.path(of: "crash-writer"))
      process.arguments = [location.argument, directory.path, notesPath, "\(Int.random(in: 1...32, using: &random))"]
      process.standardError = FileHandle.nullDevice
      try ChildProcess.start(process)
      try await waitForOpening(notesPath, process)
      try await Task.sleep(for: .microseconds(Int.random(in: 0...40_000, using: &random)))
      let serverIsGone = try killServer(round)
      kill(process.processIdentifier, SIGKILL)
      ChildProcess.waitForEnd(of: process)
      if serverIsGone {
        try recover()
        killedServers += 1
      }

      // Another process opens what is left: the ledger adds up, nothing shown to anybody has gone back.
      database = try await Database.open(location, limits: Database.Limits(connections: 2))
      let mark = try HighWaterMark(path: ledger.markPath)
      let journal = try await Journal.open(in: database, trusting: ledger.keyring.policy, mark: mark)
      let sequencer = Sequencer(journal: journal, keyring: ledger.keyring, mark: mark, logger: TestLedger.quiet)
      _ = try await sequencer.runOnce()
      await sequencer.stop()
      let note = try await journal.publishedCheckpoint()
      let now = try Checkpoint(text: note.text)
      let notes = try Notes(notesPath)
      let shown = [published] + (try notes.checkpoints.map { try Checkpoint(text: $0.text) }) + [now]
      #expect(
        zip(shown, shown.dropFirst()).allSatisfy { $0.size <= $1.size }, "a checkpoint went back in round \(round)")
      for seen in shown {
        try await journal.consistency(from: seen.size, to: now.size).verify(oldRoot: seen.root, newRoot: now.root)
      }
      for id in notes.acknowledged.shuffled(using: &random).prefix(10) {
        let leaf = try #require(try await journal.leaf(of: id), "\(id) was acknowledged in round \(round) and is gone")
        let proof = try await journal.proof(of: leaf.index, under: ledger.keyring.policy)
        _ = try proof.verify(entry: leaf.bytes, under: ledger.keyring.policy)
      }
      acknowledged.formUnion(notes.acknowledged)
      published = now
      await database.close()
      try FileManager.default.removeItem(atPath: notesPath)
    }
    try await expectAll(acknowledged, in: location, ledger)
    print(
      "\(rounds) rounds, \(killedServers) with the server: \(acknowledged.count) acknowledged, \(published.size) published"
    )
  }

  /// Every entry that was ever acknowledged is in a tree that was computed from its entries up.
  static func expectAll(_ acknowledged: Set<Identifier<Entry>>, in location: DatabaseLocation, _ ledger: TestLedger)
    async throws
  {
    let database = try await Database.open(location, limits: Database.Limits(connections: 2))
    let policy = ledger.keyring.policy
    let journal = try await Journal.open(in: database, trusting: policy, mark: HighWaterMark(path: ledger.markPath))
    let report = try await LedgerAudit(of: journal.source(under: policy), under: policy).run()
    var missing = acknowledged
    var next: UInt64 = 0
    while next < report.checkpoint.checkpoint.size {
      for leaf in try await journal.leaves(from: next, limit: 2_560) {
        missing.remove(try Entry(parsing: leaf.bytes).id)
      }
      next += 2_560
    }
    #expect(missing.isEmpty, "\(missing.count) acknowledged entries are not in the ledger")
    #expect(!acknowledged.isEmpty)
    await database.close()
  }

  static func waitForOpening(_ path: String, _ process: Process) async throws {
    for _ in 0..<2_000 {
      if FileManager.default.fileExists(atPath: path), try !FileBytes.read(path).isEmpty { return }
      try #require(process.isRunning, "the writer ended by itself")
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("the writer did not open the ledger within ten seconds")
  }
}
