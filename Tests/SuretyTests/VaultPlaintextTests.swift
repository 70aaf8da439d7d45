import Foundation
import Primitives
import TestKit
import Testing

extension `The vault of the built program` {
  @Suite struct `What lies on the disk of a vault` {
    /// Every file below a directory.
    private static func files(below directory: String) throws -> [String] {
      let names = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
      return names.map { "\(directory)/\($0)" }.filter { path in
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
      }
    }

    private static func expectNone(of secrets: [String], below directory: String, _ what: String) throws {
      var bytes = 0
      for path in try files(below: directory) {
        let content = Data(try FileBytes.read(path))
        bytes += content.count
        let found = secrets.filter { content.range(of: Data($0.utf8)) != nil }
        #expect(found.isEmpty, "\(what): \(path) has \(found.count) of them, such as \(found.first ?? "")")
      }
      #expect(bytes > 1_000_000)
    }

    /// The database, its log, the server's log, a backup, an export of the ledger: with the server running, stopped, and
    /// after errors of which each could have said too much.
    @Test func `has none of thousands of values in it, whatever went wrong`() async throws {
      try await VaultPlace.with { vault in
        let (server, port) = try await vault.serve()
        let subjects = try #require(try await vault.add(0..<2_000, at: port))
        let first = try #require(subjects.first)
        // Each of these is refused, or finds nothing.
        let wrong: [(String, JSON)] = [
          ("/subjects/bulk", VaultPlace.customers(0..<1)),
          ("/search", ["purpose": "nonsense", "collection": "profile", "where": ["email": "secretive77@example.com"]]),
          (
            "/search",
            ["purpose": "essential.service", "collection": "profile", "where": ["email": "secretive77@example.com"]]
          ),
          (
            "/subjects",
            [
              "purpose": "essential.service",
              "records": [["collection": "profile", "fields": ["nickname": "secretive77"]]],
            ]
          ),
          (
            "/subjects",
            [
              "purpose": "essential.service",
              "records": [["collection": "profile", "fields": ["email": "secretive77"]]],
            ]
          ),
          ("/tokens/values", ["purpose": "essential.service", "tokens": ["secretive77"]]),
          ("/subjects/\(first)/erasure", ["reason": "secretive77 called"]),
        ]
        for (path, body) in wrong {
          let answer = try #require(try await vault.call(port, path, body))
          #expect(answer.status != 201, "\(path): \(answer)")
        }
        for number in stride(from: 0, to: 2_000, by: 50) {
          #expect(try await vault.email(of: subjects[number], at: port) == "customer\(number)@example.com")
        }
        let limits = try FileBytes.read("/proc/\(server.processIdentifier)/limits")
        let core = String(decoding: limits, as: UTF8.self).split(separator: "\n").first {
          $0.hasPrefix("Max core file size")
        }
        #expect(core?.split(separator: " ").dropFirst(4).prefix(2).joined(separator: " ") == "0 0", "\(core ?? "")")
        try await vault.place.surety("backup", "make", "--to", "backups", "--keys-to", "keys")
        try await vault.place.surety("ledger", "export", "ledger.tar")
        let secrets =
          (0..<2_000).flatMap { ["customer\($0)@", "First\($0)"] }.filter { $0.utf8.count > 6 } + ["secretive77"]
        try Self.expectNone(of: secrets, below: vault.place.directory.path, "while it runs")
        server.stop()
        try Self.expectNone(of: secrets, below: vault.place.directory.path, "when it has ended")
      }
    }
  }
}
