import Foundation
import Primitives
import Synchronization
import TestKit
import Testing

extension `The vault of the built program` {
  /// The process is killed with SIGKILL while it works on customers' data. `SURETY_KILL_ROUNDS` says how often, by forties.
  @Suite struct `A vault that is killed` {
    static let rounds = max(
      2, (ProcessInfo.processInfo.environment["SURETY_KILL_ROUNDS"].flatMap { Int($0) } ?? 200) / 40)

    /// Kills a server after a while that differs from round to round.
    private static func killer(of process: Process, _ random: inout SeededGenerator) -> Task<Void, any Error> {
      let (pause, victim) = (Int(150 + random.next() % 900), process.processIdentifier)
      return Task {
        try await Task.sleep(for: .milliseconds(pause))
        kill(victim, SIGKILL)
      }
    }

    @Test func `while many are stored has everybody who was acknowledged`() async throws {
      var random = SeededGenerator(for: "kills while storing")
      try await VaultPlace.with { vault in
        var (acknowledged, next): ([(subject: String, number: Int)], Int) = ([], 0)
        for _ in 0..<Self.rounds {
          let (server, port) = try await vault.serve()
          // However slow the machine is, something is acknowledged before the end comes.
          var killer: Task<Void, any Error>?
          while let subjects = try await vault.add(next..<next + 50, at: port) {
            acknowledged += subjects.enumerated().map { ($1, next + $0) }
            next += 50
            if killer == nil { killer = Self.killer(of: server, &random) }
          }
          // The batch whose answer never came may be there or not, all of it or nothing: its numbers are not used again.
          next += 50
          try await #require(killer).value
          #expect(ChildProcess.waitForEnd(of: server) == SIGKILL)
        }
        let (server, port) = try await vault.serve()
        defer { server.stop() }
        #expect(acknowledged.count >= 50 * Self.rounds)
        for (subject, number) in acknowledged.shuffled(using: &random).prefix(60) {
          #expect(try await vault.email(of: subject, at: port) == "customer\(number)@example.com")
        }
        let status = try await vault.place.surety("vault", "status").output
        let stored = try #require(status.firstMatch(of: /(\d+) subjects, (\d+) records/))
        #expect(stored.1 == stored.2, "no subject without its record")
        let extra = try #require(Int(stored.1)) - acknowledged.count
        #expect(extra >= 0 && extra.isMultiple(of: 50) && extra / 50 <= Self.rounds, "batches are whole: \(extra)")
      }
    }

    @Test func `while keys are rewrapped goes on where it was, and every record opens`() async throws {
      var random = SeededGenerator(for: "kills while rotating")
      try await VaultPlace.with { vault in
        let (server, port) = try await vault.serve()
        var subjects: [String] = []
        for first in stride(from: 0, to: 12_000, by: 3_000) {
          subjects += try #require(try await vault.add(first..<first + 3_000, at: port))
        }
        server.stop()
        var (kills, isDone) = (0, false)
        while !isDone {
          let process = Process()
          process.executableURL = URL(filePath: BuildProducts.path(of: "surety"))
          process.arguments = ["vault", "rotate"]
          process.currentDirectoryURL = URL(filePath: vault.place.directory.path)
          process.standardError = FileHandle.nullDevice
          try ChildProcess.start(process)
          if kills < Self.rounds {
            let (pause, victim) = (Int(350 + random.next() % 250), process.processIdentifier)
            try await Task.sleep(for: .milliseconds(pause))
            kill(victim, SIGKILL)
          }
          let status = ChildProcess.waitForEnd(of: process)
          isDone = status == 0
          kills += status == SIGKILL ? 1 : 0
          #expect(status == 0 || status == SIGKILL)
        }
        let status = try await vault.place.surety("vault", "status").output
        #expect(status.contains("platform key 1") && status.contains("destroyed"), "\(status)")
        #expect(status.contains("12000 subjects' keys"), "all are under one key: \(status)")
        let (again, samePort) = try await vault.serve()
        defer { again.stop() }
        for number in (0..<12_000).shuffled(using: &random).prefix(40) {
          #expect(try await vault.email(of: subjects[number], at: samePort) == "customer\(number)@example.com")
        }
      }
    }

    @Test func `while somebody is forgotten forgets them whole, and nobody else`() async throws {
      var random = SeededGenerator(for: "kills while forgetting")
      try await VaultPlace.with { vault in
        let (first, port) = try await vault.serve()
        let subjects = try #require(try await vault.add(0..<400, at: port))
        first.stop()
        var (gone, unclear, left): (Set<String>, Set<String>, ArraySlice<String>) = ([], [], subjects[...])
        for _ in 0..<Self.rounds {
          let (server, port) = try await vault.serve()
          var killer: Task<Void, any Error>?
          let before = gone.count
          while let subject = left.popFirst() {
            guard let answer = try await vault.call(port, "/subjects/\(subject)/erasure", ["reason": "request"]) else {
              unclear.insert(subject)
              break
            }
            #expect(answer.status == 200)
            gone.insert(subject)
            if killer == nil, gone.count == before + 2 { killer = Self.killer(of: server, &random) }
          }
          try await #require(killer).value
          _ = ChildProcess.waitForEnd(of: server)
        }
        #expect(gone.count >= 2 * Self.rounds && !left.isEmpty)
        let (server, samePort) = try await vault.serve()
        defer { server.stop() }
        for subject in gone { #expect(try await vault.email(of: subject, at: samePort) == nil) }
        for (number, subject) in subjects.enumerated() where !gone.contains(subject) && !unclear.contains(subject) {
          if number.isMultiple(of: 9) {
            #expect(try await vault.email(of: subject, at: samePort) == "customer\(number)@example.com")
          }
        }
        // What was begun is brought to its end, and no line of the list stands for somebody who is there.
        let list = try FileBytes.read(vault.place.directory.file("surety-data/vault.erased"))
        let status = try await vault.place.surety("vault", "status").output
        let forgotten = try #require(status.firstMatch(of: /(\d+) forgotten/).flatMap { Int($0.1) })
        #expect(forgotten == list.count { $0 == UInt8(ascii: "\n") } && forgotten >= gone.count, "\(status)")
      }
    }

    @Test func `while it is restored is restored by the same command`() async throws {
      var random = SeededGenerator(for: "kills while restoring")
      try await VaultPlace.with { vault in
        let (server, port) = try await vault.serve()
        let subjects = try #require(try await vault.add(0..<3_000, at: port))
        try await vault.place.surety("backup", "make", "--to", "backups", "--keys-to", "keys")
        let erased = try #require(subjects.first)
        #expect(try await vault.call(port, "/subjects/\(erased)/erasure", ["reason": "request"])?.status == 200)
        _ = try #require(try await vault.add(3_000..<3_100, at: port))
        server.stop()
        var (kills, status) = (0, Int32(-1))
        while status != 0 {
          let process = Process()
          process.executableURL = URL(filePath: BuildProducts.path(of: "surety"))
          process.arguments = ["restore", "--from", "backups", "--keys-from", "keys", "--replace"]
          process.currentDirectoryURL = URL(filePath: vault.place.directory.path)
          process.standardError = FileHandle.nullDevice
          try ChildProcess.start(process)
          if kills < Self.rounds {
            try await Task.sleep(for: .milliseconds(Int(300 + random.next() % 700)))
            kill(process.processIdentifier, SIGKILL)
          }
          status = ChildProcess.waitForEnd(of: process)
          guard status == SIGKILL else { continue }
          kills += 1
          let isPending = FileManager.default.fileExists(
            atPath: vault.place.directory.file("surety-data/restore.pending"))
          if isPending {
            let refused = try await vault.place.surety("vault", "status", expecting: 2)
            #expect(refused.errors.contains("begin it again"))
          }
        }
        let (again, samePort) = try await vault.serve()
        defer { again.stop() }
        #expect(try await vault.email(of: erased, at: samePort) == nil)
        for number in (1..<3_000).shuffled(using: &random).prefix(30) {
          #expect(try await vault.email(of: subjects[number], at: samePort) == "customer\(number)@example.com")
        }
        #expect(try await vault.place.surety("vault", "status").output.contains("2999 subjects"))
        try await vault.place.surety("ledger", "check")
      }
    }
  }
}
