import Access
import Crypto
import Foundation
import GRDBSQLite
import Journal
import Primitives
import Storage
import TestKit
import Vault

/// Customers' data: the cipher, then a server over TLS with a durable database behind it, on SQLite and PostgreSQL, and what
/// takes long in a vault of a million subjects.
struct VaultBench {
  let directory: String
  let seconds: Double
  /// How many subjects the large vault has.
  let subjects: Int

  /// What is measured of a server; on PostgreSQL below `vault.postgresql`.
  private static let served = ["insert.bulk", "read", "find", "rotate", "erase"]

  func run(_ report: Report) async throws {
    if report.wants("vault.machine") { try machine(report) }
    if report.wants("vault.seal") || report.wants("vault.open") { try cipher(report) }
    if Self.served.contains(where: { report.wants("vault.\($0)") }) {
      try await measure(
        report, "vault", .sqlite(path: "\(directory)/customers.sqlite"), "SQLite WAL, synchronous=FULL")
    }
    if report.wants("vault.postgresql") {
      let cluster = try PostgreSQLCluster(in: directory)
      defer { cluster.remove() }
      if report.wants("vault.postgresql.raw") {
        report.add(
          "vault.postgresql.raw", try await cluster.rowRate(), "rows/s",
          durability:
            "pgbench alone, rows of 6 KB, 100 in a transaction, 4 connections, fsync and synchronous_commit on")
      }
      try await cluster.run("CREATE DATABASE vault")
      try await measure(
        report, "vault.postgresql", .postgreSQL(url: cluster.url(database: "vault")),
        "PostgreSQL, fsync and synchronous_commit on")
    }
  }

  // MARK: The machine's own limits

  private func machine(_ report: Report) throws {
    for length in [64, 6_000] {
      let rate = try Self.openssl(length)
      report.add(
        "vault.machine.aes-256-gcm.\(length)", rate / 1e6, "MB/s",
        durability: "openssl speed -evp aes-256-gcm, one core, blocks of \(length) bytes")
    }
    report.add(
      "vault.machine.sqlite", try Self.rawInserts("\(directory)/raw.sqlite"), "rows/s",
      durability: "SQLite alone, WAL, synchronous=FULL, rows of 6 KB, 100 in a transaction")
  }

  /// Bytes a second, as OpenSSL itself measures them.
  private static func openssl(_ length: Int) throws -> Double {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    // It waits for an alarm, which a child of a Swift thread never gets: such threads block signals.
    let unblocked = """
      import os, signal, sys
      signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
      os.execvp("openssl", ["openssl", "speed", "-seconds", "2", "-bytes", sys.argv[1], "-evp", "aes-256-gcm"])
      """
    process.arguments = ["-c", unblocked, "\(length)"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let last = text.split(separator: "\n").last, let word = last.split(separator: " ").last,
      let thousands = Double(word.dropLast())
    else { throw TestSetupError(description: "openssl speed: \(text)") }
    return thousands * 1_000
  }

  private static func rawInserts(_ path: String) throws -> Double {
    var database: OpaquePointer?
    sqlite3_open(path, &database)
    defer { sqlite3_close(database) }
    sqlite3_exec(
      database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000", nil, nil, nil)
    sqlite3_exec(database, "CREATE TABLE t (id BLOB PRIMARY KEY, sealed BLOB) WITHOUT ROWID", nil, nil, nil)
    var statement: OpaquePointer?
    sqlite3_prepare_v2(database, "INSERT INTO t VALUES (randomblob(16), zeroblob(6000))", -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    return rate(seconds: 2) {
      sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil)
      for _ in 0..<100 {
        sqlite3_step(statement)
        sqlite3_reset(statement)
      }
      sqlite3_exec(database, "COMMIT", nil, nil, nil)
      return 100
    }
  }

  private func cipher(_ report: Report) throws {
    let place = RecordPlace(
      subject: Identifier(in: .system), collection: "wide", record: Identifier(in: .system), version: 1, mapVersion: 1,
      keyVersion: 1)
    let key = SecretBytes(random: 32, in: .system)
    let values = (0..<120).map {
      SealedRecord.Value(number: $0, name: "field\($0)", text: String(repeating: "x", count: 47))
    }
    let sealing = try rate(seconds: 2) {
      _ = try SealedRecord.seal(values, at: place, of: "bench", under: key, .system)
      return values.count
    }
    report.add(
      "vault.seal", sealing, "fields/s", atLeast: 400_000,
      durability: "one core, records of 120 fields of 47 bytes, a subject's key each")
    let sealed = try SealedRecord.seal(values, at: place, of: "bench", under: key, .system)
    let opening = try rate(seconds: 2) {
      try SealedRecord.open(sealed, at: place, of: "bench", under: key) { values[$0].name }.count
    }
    report.add("vault.open", opening, "fields/s", atLeast: 400_000, durability: "one core, the same records")
  }

  // MARK: A server

  private func measure(
    _ report: Report, _ name: String, _ location: DatabaseLocation, _ durability: String
  ) async throws {
    let home = try TemporaryDirectory(at: "\(directory)/\(name)")
    defer { home.remove() }
    try await VaultLoad.with(location, in: home) { load in
      try await served(report, name, load, durability)
      guard report.wants("\(name).find") || report.wants("\(name).rotate") || report.wants("\(name).erase") else {
        return
      }
      try await large(report, name, load, durability)
    }
  }

  /// The limits are the default database's: on PostgreSQL its server has a part of the same two cores.
  private func served(_ report: Report, _ name: String, _ load: VaultLoad, _ durability: String) async throws {
    let isDefault = name == "vault"
    if report.wants("\(name).insert.bulk") {
      let bulk = try await load.insert(seconds: seconds)
      report.add(
        "\(name).insert.bulk", bulk.rate * Double(VaultLoad.bulk), "records/s",
        atLeast: isDefault ? 10_000 : nil,
        peer: report.value(of: isDefault ? "vault.machine.sqlite" : "\(name).raw").map {
          "the database alone, rows of 6 KB \(Int($0))/s"
        },
        durability:
          "records of 120 fields, 5.7 KB, \(VaultLoad.bulk) a request, 8 connections, TLS, the clients on the same two cores; \(durability)"
      )
    }
    guard report.wants("\(name).read") else { return }
    let read = try await load.read(seconds: seconds)
    report.add(
      "\(name).read", read.rate, "reads/s", atLeast: isDefault ? 5_000 : nil,
      durability:
        "a record of 5.7 KB by its subject, 16 connections, TLS, each read in the journal before it is answered; \(durability)"
    )
    report.add(
      "\(name).read.p99", read.late, "ms", atMost: isDefault ? 10 : nil,
      durability: String(format: "99th percentile; median %.2f ms", read.median))
  }

  private func large(_ report: Report, _ name: String, _ load: VaultLoad, _ durability: String) async throws {
    let filled = try await load.fill(subjects)
    report.add(
      "\(name).fill", Double(subjects) / filled, "subjects/s",
      durability:
        "\(subjects) subjects with an e-mail address and a name, 5,000 a transaction, in process; \(durability)")
    let found = try await load.find(among: subjects, seconds: seconds)
    report.add(
      "\(name).find", found.rate, "searches/s",
      durability: "by e-mail among \(subjects), 16 connections, TLS, each search in the journal; \(durability)")
    report.add(
      "\(name).find.p99", found.late, "ms",
      durability: String(format: "99th percentile; median %.2f ms", found.median))
    let erased = try await load.erase(20)
    report.add(
      "\(name).erase", erased, "ms",
      durability: "median of 20 of \(subjects), until it is durable and the log is overwritten; \(durability)")
    let rotated = try await load.rotate()
    report.add(
      "\(name).rotate", rotated.rate, "keys/s",
      durability: "\(rotated.count) keys rewrapped in \(Int(rotated.seconds)) s; \(durability)")
  }
}
