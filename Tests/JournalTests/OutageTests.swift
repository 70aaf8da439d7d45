import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@Suite struct `An outage` {
  /// Appends until an error comes, and gives what was acknowledged before it.
  static func appendUntilRefused(_ ledger: TestLedger) async throws -> (ids: [Identifier<Entry>], error: any Error) {
    var draft = try TestLedger.draft(0)
    var random = SeededGenerator(for: "append until refused")
    var ids: [Identifier<Entry>] = []
    for _ in 0..<20_000 {
      // Random, because PostgreSQL would press anything else small.
      draft.facts["filler"] = .string(Hexadecimal.encode(random.bytes(6_000)))
      do {
        ids.append(try await ledger.journal.append(draft))
        if ids.count.isMultiple(of: 50) { try await ledger.sequence() }
      } catch {
        return (ids, error)
      }
    }
    throw TestSetupError(description: "the disk was never full")
  }

  /// Everything acknowledged is there, proven, and more can be appended.
  static func expectIntact(_ ledger: TestLedger, _ ids: [Identifier<Entry>]) async throws {
    let more = try await ledger.journal.append(TestLedger.draft(1))
    try await ledger.sequence()
    var missing = Set(ids + [more])
    for start in stride(from: 0, to: try await ledger.journal.publishedSize(), by: 256) {
      for leaf in try await ledger.journal.leaves(from: start, limit: 256) {
        missing.remove(try Entry(parsing: leaf.bytes).id)
      }
    }
    #expect(missing.isEmpty, "\(missing.count) acknowledged entries are gone")
    for id in ids.suffix(10) + [more] {
      let leaf = try #require(try await ledger.journal.leaf(of: id), "an acknowledged entry is gone")
      let proof = try await ledger.journal.proof(of: leaf.index, under: ledger.keyring.policy)
      _ = try proof.verify(entry: leaf.bytes, under: ledger.keyring.policy)
    }
    _ = try await ledger.reopen()
  }

  /// Needs no small disk: the database itself may not grow, which SQLite answers as it answers a full disk.
  @Test func `of room in the database is told to the caller on SQLite, and loses nothing`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.write { _ = try $0.execute("PRAGMA max_page_count = 500") }
      let (ids, error) = try await Self.appendUntilRefused(ledger)
      #expect(error as? StorageError == .diskFull)
      #expect(ids.count > 50)
      await #expect(throws: StorageError.diskFull) {
        try await ledger.database.write { transaction in
          for number in 0..<100 {
            var draft = try TestLedger.draft(number)
            draft.facts["filler"] = .string(String(repeating: "x", count: 12_000))
            try ledger.journal.append(draft, in: transaction)
          }
        }
      }
      _ = try await ledger.journal.publishedCheckpoint()
      try await ledger.database.write { _ = try $0.execute("PRAGMA max_page_count = 100000") }
      try await Self.expectIntact(ledger, ids)
    }
  }

  @Test(.enabled("this process may not mount a small file system") { await SmallDisk.isAvailable() })
  func `of room on the disk is told to the caller on SQLite, and loses nothing`() async throws {
    try await SmallDisk.with(megabytes: 6) { disk in
      let database = try await Database.open(.sqlite(path: "\(disk.path)/ledger.sqlite"))
      try await TemporaryDirectory.with { directory in
        let ledger = try await TestLedger(in: database, directory: directory)
        let (ids, error) = try await Self.appendUntilRefused(ledger)
        #expect(error as? StorageError == .diskFull)
        #expect(ids.count > 50)
        // Reading goes on, and so does refusing.
        _ = try await ledger.journal.publishedCheckpoint()
        try await disk.grow(toMegabytes: 64)
        try await Self.expectIntact(ledger, ids)
      }
      await database.close()
    }
  }

  @Test(.enabled("this process may not mount a small file system") { await SmallDisk.isAvailable() })
  func `of room on the disk is told to the caller on PostgreSQL, and loses nothing`() async throws {
    try await SmallDisk.with(megabytes: 110) { disk in
      let cluster = try PostgreSQLCluster(
        in: disk.path, options: "-c max_wal_size=48MB -c min_wal_size=32MB -c fsync=on")
      let database = try await Database.open(.postgreSQL(url: cluster.url()), limits: Database.Limits(connections: 2))
      try await TemporaryDirectory.with { directory in
        let ledger = try await TestLedger(in: database, directory: directory)
        let (ids, error) = try await Self.appendUntilRefused(ledger)
        #expect(error is StorageError, "\(error)")
        try await disk.grow(toMegabytes: 400)
        // A server whose log has no room ends itself; whoever operates it starts it again.
        if (try? await ledger.journal.publishedSize()) == nil { try cluster.start() }
        try await Self.expectIntact(ledger, ids)
      }
      await database.close()
      cluster.remove()
    }
  }

  @Test func `of the database server is told to the callers, who go on when it is back`() async throws {
    let cluster = try PostgreSQLCluster()
    defer { cluster.remove() }
    let database = try await Database.open(.postgreSQL(url: cluster.url()), limits: Database.Limits(connections: 4))
    try await TemporaryDirectory.with { directory in
      let ledger = try await TestLedger(in: database, directory: directory)
      let sequencer = try ledger.sequencer()
      let running = Task { try await sequencer.run() }
      let writers = (0..<8).map { writer in
        Task { () -> (ids: [Identifier<Entry>], failures: Int) in
          var (ids, failures): ([Identifier<Entry>], Int) = ([], 0)
          while !Task.isCancelled {
            do {
              ids.append(try await ledger.journal.append(TestLedger.draft(writer)))
            } catch is StorageError {
              failures += 1
              try? await Task.sleep(for: .milliseconds(20))
            } catch {
              break
            }
          }
          return (ids, failures)
        }
      }
      for outage in 0..<3 {
        try await Task.sleep(for: .milliseconds(300))
        if outage == 1 { try cluster.kill() } else { try cluster.stop() }
        try await Task.sleep(for: .milliseconds(100))
        try cluster.start()
      }
      try await Task.sleep(for: .milliseconds(300))
      var ids: [Identifier<Entry>] = []
      var failures = 0
      for writer in writers {
        writer.cancel()
        let outcome = await writer.value
        ids += outcome.ids
        failures += outcome.failures
      }
      #expect(failures > 0)
      #expect(ids.count > 10)
      // The sequencer found its way back by itself.
      for id in ids { _ = try await ledger.journal.waitForPublication(of: id, limit: .seconds(60)) }
      running.cancel()
      try? await running.value
      try await Self.expectIntact(ledger, ids.suffix(200))
    }
    await database.close()
  }

  @Test func `of the primary ends with its standby, which has everything acknowledged`() async throws {
    let primary = try PostgreSQLCluster()
    defer { primary.remove() }
    let standby = try PostgreSQLCluster(standbyOf: primary)
    defer { standby.remove() }
    try await primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
    try await primary.run("SELECT pg_reload_conf()")
    let url = "postgres:///postgres?host=\(standby.directory),\(primary.directory)&user=surety"
    let database = try await Database.open(.postgreSQL(url: url), limits: Database.Limits(connections: 4))
    try await TemporaryDirectory.with { directory in
      let ledger = try await TestLedger(in: database, directory: directory)
      var ids: [Identifier<Entry>] = []
      for number in 0..<300 { ids.append(try await ledger.journal.append(TestLedger.draft(number))) }
      try await ledger.sequence()
      try primary.kill()
      try standby.promote()
      // The connections at hand are dead; the first callers may be told so, then the other host is found.
      for attempt in 0..<20 {
        if (try? await ledger.journal.append(TestLedger.draft(attempt))) != nil { break }
        try await Task.sleep(for: .milliseconds(100))
      }
      try await Self.expectIntact(ledger, ids)
    }
    await database.close()
  }
}
