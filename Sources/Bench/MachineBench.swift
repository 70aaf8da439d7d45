import Crypto
import Foundation
import GRDBSQLite

/// What this machine can do at all: the peers that the other figures stand beside.
struct MachineBench {
  let directory: String

  func run(_ report: Report) throws {
    if report.wants("machine.fsync") || report.wants("journal.append") {
      report.add("machine.fsync", try flushes(), "4 KiB/s", durability: "fdatasync each")
      report.add(
        "machine.sqlite.durable", try transactions(rows: 1), "rows/s",
        durability: "WAL, synchronous=FULL, 1 row a transaction")
      report.add(
        "machine.sqlite.batch", try transactions(rows: 256), "rows/s",
        durability: "WAL, synchronous=FULL, 256 rows a transaction")
    }
    if report.wants("machine.sha256") || report.wants("ledger.verify") {
      report.add("machine.sha256", sha256(), "64-byte hashes/s", durability: "none")
    }
  }

  /// Appends of 4 KiB, each flushed.
  private func flushes() throws -> Double {
    let path = "\(directory)/fsync"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let page = [UInt8](repeating: 7, count: 4_096)
    return rate(seconds: 2) {
      _ = page.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      fdatasync(descriptor)
      return 1
    }
  }

  /// SQLite without anything around it, with rows the size of a journal entry.
  private func transactions(rows: Int) throws -> Double {
    var database: OpaquePointer?
    sqlite3_open("\(directory)/raw-\(rows).sqlite", &database)
    defer { sqlite3_close(database) }
    sqlite3_exec(
      database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000", nil, nil, nil)
    sqlite3_exec(database, "CREATE TABLE t (seq INTEGER PRIMARY KEY, id BLOB, entry BLOB)", nil, nil, nil)
    var statement: OpaquePointer?
    sqlite3_prepare_v2(database, "INSERT INTO t (id, entry) VALUES (zeroblob(16), zeroblob(180))", -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    return rate(seconds: 2) {
      sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil)
      for _ in 0..<rows {
        sqlite3_step(statement)
        sqlite3_reset(statement)
      }
      sqlite3_exec(database, "COMMIT", nil, nil, nil)
      return rows
    }
  }

  /// One core, the library that the ledger uses.
  private func sha256() -> Double {
    let input = [UInt8](repeating: 7, count: 64)
    return rate(seconds: 2) {
      for _ in 0..<1_000 { _ = SHA256.hash(data: input) }
      return 1_000
    }
  }
}

/// How often a second `work` does what it counts.
func rate(seconds: Double, _ work: () throws -> Int) rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  var count = 0
  while clock.now - start < .seconds(seconds) { count += try work() }
  return Double(count) / (clock.now - start).inSeconds
}

extension Duration {
  /// Seconds with their fraction.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
