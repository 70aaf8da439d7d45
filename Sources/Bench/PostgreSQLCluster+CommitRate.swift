import Foundation
import TestKit

extension PostgreSQLCluster {
  private static let transactions = 4_000

  /// What this server does without Surety: pgbench commits rows of the size of a journal entry, one a transaction.
  /// - Returns: commits a second, on so many connections at once.
  func commitRate(connections: Int) async throws -> Double {
    try await run("DROP TABLE IF EXISTS raw")
    try await run("CREATE TABLE raw (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id BYTEA, entry BYTEA)")
    let files = try TemporaryDirectory()
    defer { files.remove() }
    let script =
      "INSERT INTO raw (id, entry) VALUES (decode(repeat('07', 16), 'hex'), decode(repeat('07', 180), 'hex'));\n"
    try FileBytes.write(Array(script.utf8), to: files.file("insert.sql"))
    let result = try await Command.run(
      "pgbench",
      [
        "--no-vacuum", "--protocol=prepared", "--client=\(connections)", "--jobs=\(min(2, connections))",
        // Not for a time: pgbench would wait for a signal that a child of a Swift thread never gets.
        "--transactions=\(Self.transactions / connections)", "--file=\(files.file("insert.sql"))",
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
