import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@testable import Journal

@Suite struct `A bundle` {
  static func with(_ backend: Backend, entries: Int, _ body: (TestLedger, TemporaryDirectory) async throws -> Void)
    async throws
  {
    try await TestLedger.with(backend) { ledger in
      try await ledger.database.write { transaction in
        try ledger.journal.append(
          (0..<entries).map { number in
            var draft = try TestLedger.draft(number)
            if number % 7 == 3 { draft.personal = ["email": "customer\(number)@shop.example"] }
            return draft
          }, in: transaction)
      }
      try await ledger.sequence()
      try await TemporaryDirectory.with { try await body(ledger, $0) }
    }
  }

  static func verify(_ bytes: [UInt8], _ trust: LedgerBundle.Trust) throws -> BundleReport {
    var rest = bytes[...]
    return try LedgerBundle.verify(trusting: trust) { count in
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
  }

  @Test(arguments: Backend.allCases) func `of the whole ledger, of a range and of single entries verifies`(
    on backend: Backend
  ) async throws {
    try await Self.with(backend, entries: 9_000) { ledger, directory in
      let policy = ledger.keyring.policy
      let selections: [(LedgerBundle.Selection, [Range<UInt64>])] = [
        (.all, [0..<9_001]), (.range(100..<5_000), [100..<5_000]), (.range(8_990..<99_999), [8_990..<9_001]),
        (.indexes([4_096, 3, 4, 9_000, 77_777]), [3..<5, 4_096..<4_097, 9_000..<9_001]),
      ]
      for (selection, ranges) in selections {
        let path = directory.file("bundle.tar")
        _ = try await ledger.journal.export(selection, payloads: .leftOut, under: policy, to: path)
        let bytes = try FileBytes.read(path)
        let report = try Self.verify(bytes, .policy(policy))
        #expect(report.proven == ranges)
        #expect(report.openedCommitments == 0)
        #expect(report.isComplete == (ranges == [0..<9_001]))
        let key = try #require(ledger.keyring.verifierKeys.first)
        let second = try await PythonVerifier.run(directory, [path, "\(key)"])
        #expect(second.status == 0, "\(second.errors)")
      }
    }
  }

  @Test func `shows payloads when asked, and only those that fit`() async throws {
    try await Self.with(.sqlite, entries: 20) { ledger, directory in
      let policy = ledger.keyring.policy
      let path = directory.file("bundle.tar")
      _ = try await ledger.journal.export(.all, payloads: .included, under: policy, to: path)
      let bytes = try FileBytes.read(path)
      #expect(try Self.verify(bytes, .policy(policy)).openedCommitments == 3)
      let key = try #require(ledger.keyring.verifierKeys.first)
      let second = try await PythonVerifier.run(directory, [path, "\(key)"])
      #expect(second.output.contains("3 payloads fit"))
      let shown = try #require(bytes.firstRange(of: Array("customer10@".utf8)))
      var changed = bytes
      changed[shown.lowerBound] ^= 1
      #expect(throws: TransparencyLogError.self) { try Self.verify(changed, .policy(policy)) }
      try FileBytes.write(changed, to: path)
      let refused = try await PythonVerifier.run(directory, [path, "\(key)"])
      #expect(refused.status == 1)
    }
  }

  @Test func `is not believed because of the keys that it carries itself`() async throws {
    try await Self.with(.sqlite, entries: 3) { ledger, directory in
      let path = directory.file("bundle.tar")
      _ = try await ledger.journal.export(.all, payloads: .leftOut, under: ledger.keyring.policy, to: path)
      let bytes = try FileBytes.read(path)
      let stranger = try SigningKey(generatingFor: TestLedger.origin, kind: .ed25519).verifierKey
      #expect(throws: TransparencyLogError.self) { try Self.verify(bytes, .policy(LogPolicy(trusting: [stranger]))) }
      _ = try Self.verify(bytes, .bundledKeys)
      let second = try await PythonVerifier.run(directory, [path, "\(stranger)"])
      #expect(second.status == 1)
    }
  }

  /// Every byte but those of the two files that prove nothing: the README and the second verifier.
  @Test func `with any single byte changed is refused`() async throws {
    try await Self.with(.sqlite, entries: 12) { ledger, directory in
      let policy = ledger.keyring.policy
      let path = directory.file("bundle.tar")
      _ = try await ledger.journal.export(.range(2..<9), payloads: .included, under: policy, to: path)
      let good = try FileBytes.read(path)
      _ = try Self.verify(good, .policy(policy))
      let exempt = try Self.contents(of: ["README", "verify.py"], in: good)
      for position in good.indices where !exempt.contains(where: { $0.contains(position) }) {
        var bad = good
        bad[position] ^= 0x01
        #expect(throws: (any Error).self, "byte \(position)") { try Self.verify(bad, .policy(policy)) }
      }
      for cut in [0, 1, 511, 512, 1_024, good.count / 2, good.count - 1_024, good.count - 1] {
        #expect(throws: (any Error).self) { try Self.verify(Array(good.prefix(cut)), .policy(policy)) }
      }
      #expect(throws: (any Error).self) { try Self.verify(good + [0], .policy(policy)) }
    }
  }

  /// The places of some files' contents in an archive.
  static func contents(of names: [String], in archive: [UInt8]) throws -> [Range<Int>] {
    var places: [Range<Int>] = []
    var position = 0
    while position < archive.count, archive[position] != 0 {
      let name = String(decoding: archive[position..<position + 100].prefix { $0 != 0 }, as: UTF8.self)
      let size = try #require(Int(String(decoding: archive[position + 124..<position + 135], as: UTF8.self), radix: 8))
      if names.contains(name) { places.append(position + 512..<position + 512 + size) }
      position += 512 + (size + 511) / 512 * 512
    }
    return places
  }
}

@Suite struct `A bundle under a quorum` {
  /// The archive with another checkpoint file in it, written as the product writes archives.
  static func replacingCheckpoint(in archive: [UInt8], _ change: (String) -> String) throws -> [UInt8] {
    let place = try #require(`A bundle`.contents(of: ["checkpoint"], in: archive).first)
    let changed = Array(change(String(decoding: archive[place], as: UTF8.self)).utf8)
    let end = place.upperBound + TarArchive.padding(size: place.count).count
    return archive[..<(place.lowerBound - TarArchive.blockSize)]
      + TarArchive.header(name: "checkpoint", size: changed.count) + changed + TarArchive.padding(size: changed.count)
      + archive[end...]
  }

  @Test func `verifies with its cosignatures, and with one of them gone no more`() async throws {
    try await Witnesses.with(.sqlite) { ledger, policy, transport in
      for number in 0..<20 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      _ = try #require(try await Witnesses.collector(ledger, policy, transport).collect())
      try await TemporaryDirectory.with { directory in
        let path = directory.file("bundle.tar")
        let exported = try await ledger.journal.export(.all, payloads: .leftOut, under: policy, to: path)
        #expect(exported.size == 21)
        let keys = ledger.keyring.verifierKeys.map { "\($0)" } + policy.witnesses.map { "\($0.key)" }
        let good = try FileBytes.read(path)
        let report = try `A bundle`.verify(good, .policy(policy))
        #expect(report.isComplete)
        #expect(Set(report.checkpoint.witnesses.map(\.name)) == ["w0", "w1"])
        let second = try await PythonVerifier.run(directory, [path] + keys)
        #expect(second.status == 0, "\(second.errors)")
        #expect(try Self.replacingCheckpoint(in: good) { $0 } == good)

        for witness in ["w0.example", "w1.example"] {
          let without = try Self.replacingCheckpoint(in: good) { note in
            note.split(separator: "\n", omittingEmptySubsequences: false)
              .filter { !$0.hasPrefix("\u{2014} \(witness) ") }.joined(separator: "\n")
          }
          let renamed = try Self.replacingCheckpoint(in: good) {
            $0.replacing("\u{2014} \(witness) ", with: "\u{2014} other.example ")
          }
          for bad in [without, renamed] {
            #expect(bad != good)
            #expect(throws: TransparencyLogError.self) { try `A bundle`.verify(bad, .policy(policy)) }
            // Under the log's key alone it still holds: it is the quorum that is missing.
            _ = try `A bundle`.verify(bad, .policy(ledger.keyring.policy))
            try FileBytes.write(bad, to: path)
            let refused = try await PythonVerifier.run(directory, [path] + keys)
            #expect(refused.status == 1, "\(refused.errors)")
          }
        }
      }
    }
  }
}

@Suite struct `The second verifier` {
  @Test func `agrees about proof files`() async throws {
    try await `A bundle`.with(.sqlite, entries: 300) { ledger, directory in
      let key = try #require(ledger.keyring.verifierKeys.first)
      for index in [0, 1, 255, 256, 299, 300] as [UInt64] {
        let leaf = try await ledger.journal.leaf(at: index)
        let proof = try await ledger.journal.proof(of: index, under: ledger.keyring.policy)
        let (proofPath, entryPath) = (directory.file("p.tlog-proof"), directory.file("entry"))
        try FileBytes.write(Array(proof.text.utf8), to: proofPath)
        try FileBytes.write(leaf.bytes, to: entryPath)
        let good = try await PythonVerifier.run(directory, [proofPath, entryPath, "\(key)"])
        #expect(good.status == 0, "\(good.errors)")
        try FileBytes.write(leaf.bytes + [0], to: entryPath)
        let bad = try await PythonVerifier.run(directory, [proofPath, entryPath, "\(key)"])
        #expect(bad.status == 1)
      }
    }
  }
}

/// Runs the verifier that is shipped in bundles.
enum PythonVerifier {
  static func run(_ directory: TemporaryDirectory, _ arguments: [String]) async throws -> Command.Result {
    let path = directory.file("verify.py")
    try FileBytes.write(LedgerBundle.secondVerifier, to: path)
    return try await Command.run("python3", [path] + arguments)
  }
}
