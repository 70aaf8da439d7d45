import Foundation
import TestKit

extension PostgreSQLCluster {
  private static let transactions = 4_000

  /// What this server does without Surety: pgbench commits rows of the size of a journal entry, one a transaction.
  /// - Returns: commits a second, on so many connections at once.
  func commitRate(connections: Int) async throws -> Double {
    try await run("DROP TABLE IF EXISTS raw")
    try await run("CREATE TABLE raw (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id BYTEA, entry BYTEA)")
    return try await rate(
      of: "INSERT INTO raw (id, entry) VALUES (decode(repeat('07', 16), 'hex'), decode(repeat('07', 180), 'hex'))",
      connections: connections, transactions: Self.transactions)
  }

  /// What this server takes in without Surety: rows of 6 KB, 100 in a transaction, stored as they are.
  /// - Returns: rows a second, on four connections.
  func rowRate() async throws -> Double {
    try await run("DROP TABLE IF EXISTS wide")
    try await run("CREATE TABLE wide (id UUID PRIMARY KEY, sealed BYTEA)")
    try await run("ALTER TABLE wide ALTER COLUMN sealed SET STORAGE EXTERNAL")
    let rows = 100
    return try await rate(
      of: """
        INSERT INTO wide SELECT gen_random_uuid(), decode(repeat('07', 6000), 'hex') FROM generate_series(1, \(rows))
        """, connections: 4, transactions: 400) * Double(rows)
  }

  /// - Returns: how often a second a statement is carried out and committed.
  private func rate(of statement: String, connections: Int, transactions: Int) async throws -> Double {
    let files = try TemporaryDirectory()
    defer { files.remove() }
    try FileBytes.write(Array("\(statement);\n".utf8), to: files.file("insert.sql"))
    let result = try await Command.run(
      "pgbench",
      [
        "--no-vacuum", "--protocol=prepared", "--client=\(connections)", "--jobs=\(min(2, connections))",
        // Not for a time: pgbench would wait for a signal that a child of a Swift thread never gets.
        "--transactions=\(transactions / connections)", "--file=\(files.file("insert.sql"))",
        "--host=\(directory)", "--username=surety",
        "postgres",
      ])
    guard result.status == 0, let rate = result.output.firstMatch(of: /tps = ([0-9.]+)/).flatMap({ Double($0.1) })
    else {
      throw TestSetupError(description: "pgbench: \(result.output)\(result.errors)")
    }
    return rate
  }
}
