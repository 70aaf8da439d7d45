import Foundation
import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

/// Reaches witnesses of the same process by the URLs they are registered under.
struct LocalTransport: WitnessTransport {
  let witnesses: [String: Witness]

  func post(_ body: [UInt8], to url: String) async throws -> WitnessAnswer {
    guard let witness = witnesses[url.replacing("/add-checkpoint", with: "")] else { throw CancellationError() }
    do {
      return WitnessAnswer(status: 200, contentType: nil, body: Array(try await witness.addCheckpoint(body).utf8))
    } catch let refusal as WitnessRefusal {
      let body = if case .conflict(let size) = refusal { "\(size)\n" } else { "" }
      return WitnessAnswer(status: refusal.status, contentType: nil, body: Array(body.utf8))
    }
  }

  func get(_ url: String) async throws -> WitnessAnswer {
    let parts = url.split(separator: "/").map { String($0) }
    guard let witness = witnesses["https://\(parts[1])"],
      let note = try await witness.latestCheckpoint(originHash: parts[2])
    else { return WitnessAnswer(status: 404, contentType: nil, body: []) }
    return WitnessAnswer(status: 200, contentType: nil, body: Array(note.utf8))
  }
}

@Suite struct `Witnesses` {
  /// A ledger watched by two witnesses of which both must cosign.
  static func with(
    _ backend: Backend, surroundings: Surroundings = .system,
    _ body: (TestLedger, LogPolicy, LocalTransport) async throws -> Void
  ) async throws {
    try await TestLedger.with(backend, surroundings: surroundings) { ledger in
      try await TestDatabase.with(backend) { database in
        try await TestDatabase.with(.sqlite) { other in
          var lines = ledger.keyring.verifierKeys.map { "log \($0)\n" }.joined()
          var witnesses: [String: Witness] = [:]
          for (number, database) in [database, other].enumerated() {
            try await database.migrate([Witness.migrations], at: Instant(seconds: 0))
            let key = try SigningKey(generatingFor: "w\(number).example", kind: .cosignature)
            let url = "https://w\(number).example"
            witnesses[url] = try Witness(database: database, key: key, watching: ledger.keyring.policy)
            lines += "witness w\(number) \(key.verifierKey) \(url)\n"
          }
          let policy = try LogPolicy(parsing: Array((lines + "group both all w0 w1\nquorum both\n").utf8))
          try await ledger.sequence()
          try await body(ledger, policy, LocalTransport(witnesses: witnesses))
        }
      }
    }
  }

  static func collector(
    _ ledger: TestLedger, _ policy: LogPolicy, _ transport: some WitnessTransport
  ) -> WitnessCollector {
    WitnessCollector(journal: ledger.journal, policy: { policy }, transport: transport, logger: TestLedger.quiet)
  }

  @Test(arguments: Backend.allCases) func `cosign what grows, and proofs carry their cosignatures`(on backend: Backend)
    async throws
  {
    try await Self.with(backend) { ledger, policy, transport in
      let collector = Self.collector(ledger, policy, transport)
      for size in [1, 4, 304] as [UInt64] {
        while try await ledger.journal.publishedSize() < size {
          for number in 0..<max(3, Int(size) - 4) { try await ledger.journal.append(TestLedger.draft(number)) }
          try await ledger.sequence()
        }
        let verified = try #require(try await collector.collect())
        #expect(verified.checkpoint.size == size)
        #expect(Set(verified.witnesses.map(\.name)) == ["w0", "w1"])
      }
      let again = try await collector.collect()
      #expect(again == nil)
      let leaf = try await ledger.journal.leaf(at: 200)
      let proof = try await ledger.journal.proof(of: 200, under: policy)
      #expect(try proof.verify(entry: leaf.bytes, under: policy).witnesses.count == 2)
      // What is not cosigned yet is proven under the log's own signature only, and the policy says that is too little.
      let fresh = try await ledger.journal.append(TestLedger.draft(1))
      try await ledger.sequence()
      let freshLeaf = try #require(try await ledger.journal.leaf(of: fresh))
      let freshProof = try await ledger.journal.proof(of: freshLeaf.index, under: policy)
      #expect(throws: TransparencyLogError.self) { try freshProof.verify(entry: freshLeaf.bytes, under: policy) }
      _ = try freshProof.verify(entry: freshLeaf.bytes, under: ledger.keyring.policy)
    }
  }

  @Test func `that forgot, or that know more than the log remembers, are asked again from their own size`() async throws
  {
    try await Self.with(.sqlite) { ledger, policy, transport in
      _ = try await Self.collector(ledger, policy, transport).collect()
      for number in 0..<10 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      try await ledger.database.write { _ = try $0.execute("DELETE FROM journal_witness") }
      let verified = try await Self.collector(ledger, policy, transport).collect()
      #expect(verified?.checkpoint.size == 11)
      try await ledger.database.write { _ = try $0.execute("UPDATE journal_witness SET size = 5") }
      for number in 0..<10 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      let next = try await Self.collector(ledger, policy, transport).collect()
      #expect(next?.checkpoint.size == 21)
    }
  }

  @Test func `of which too few answer give no quorum, and what was cosigned before is still served`() async throws {
    try await Self.with(.sqlite) { ledger, policy, transport in
      _ = try await Self.collector(ledger, policy, transport).collect()
      try await ledger.journal.append(TestLedger.draft(1))
      try await ledger.sequence()
      let halved = LocalTransport(witnesses: transport.witnesses.filter { $0.key == "https://w0.example" })
      let verified = try await Self.collector(ledger, policy, halved).collect()
      #expect(verified == nil)
      let served = try policy.verify(await ledger.journal.servedCheckpoint(under: policy))
      #expect(served.checkpoint.size == 1)
    }
  }

  @Test func `whose cosigned checkpoint was damaged leave the newest that verifies to be served`() async throws {
    let clock = SettableClock(Instant(seconds: 1_800_000_000))
    try await Self.with(.sqlite, surroundings: clock.surroundings) { ledger, policy, transport in
      for hour in 0..<3 {
        clock.set(Instant(seconds: 1_800_000_000 + Int64(hour) * 3_600))
        try await ledger.journal.append(TestLedger.draft(hour))
        try await ledger.sequence()
        let verified = try await Self.collector(ledger, policy, transport).collect()
        #expect(verified?.checkpoint.size == UInt64(hour + 2))
      }
      let rows = try await StoredPlace.cosigned.rows(in: ledger.database)
      #expect(rows.count == 3)
      for (row, size) in zip(rows.reversed(), [3, 2] as [UInt64]) {
        let text = String(decoding: row.bytes, as: UTF8.self)
        let renamed = text.replacing("\u{2014} w1.example ", with: "\u{2014} w9.example ")
        try await StoredPlace.cosigned.write(Array(renamed.utf8), at: row.key, in: ledger.database)
        let served = try policy.verify(await ledger.journal.servedCheckpoint(under: policy))
        #expect(served.checkpoint.size == size)
        let (leaf, proof) = (
          try await ledger.journal.leaf(at: 1), try await ledger.journal.proof(of: 1, under: policy)
        )
        #expect(try proof.verify(entry: leaf.bytes, under: policy).checkpoint.size == size)
      }
      // When none is left, what was published is served under the log's own signature, which says no more than it is.
      try await StoredPlace.cosigned.write(Array("damaged\n".utf8), at: rows[0].key, in: ledger.database)
      let last = try await ledger.journal.servedCheckpoint(under: policy)
      #expect(throws: TransparencyLogError.self) { try policy.verify(last) }
      #expect(try ledger.keyring.policy.verify(last).checkpoint.size == 4)
    }
  }

  @Test func `leave cosigned checkpoints of which any changed byte is noticed`() async throws {
    try await Self.with(.sqlite) { ledger, policy, transport in
      for number in 0..<5 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      _ = try await Self.collector(ledger, policy, transport).collect()
      let report = try await ledger.journal.checkCosigned(under: policy)
      #expect(report.count == 1 && report.belowQuorum == 0 && report.passedOver == 0)
      let row = try #require(try await StoredPlace.cosigned.rows(in: ledger.database).first)
      var told = 0
      for position in row.bytes.indices {
        var bad = row.bytes
        bad[position] ^= 0x01
        try await StoredPlace.cosigned.write(bad, at: row.key, in: ledger.database)
        do {
          // One character of each line holds bits of the key id and of the time: what is left of the line fits no key,
          // so it may be of another one. That is counted, not refused.
          let report = try await ledger.journal.checkCosigned(under: policy)
          #expect(report.belowQuorum == 1 && report.passedOver == 1, "byte \(position) was changed unnoticed")
          told += 1
        } catch JournalError.damaged {}
      }
      #expect(told <= 2)
      try await StoredPlace.cosigned.write(row.bytes, at: row.key, in: ledger.database)
      try await ledger.database.write { _ = try $0.execute("UPDATE journal_cosigned SET size = size - 1") }
      await #expect(throws: JournalError.self) { try await ledger.journal.checkCosigned(under: policy) }
    }
  }

  @Test func `that a policy no longer names, and retired keys, do not make what they signed look damaged`() async throws
  {
    try await Self.with(.sqlite) { ledger, policy, transport in
      _ = try await Self.collector(ledger, policy, transport).collect()
      // The log's key is rotated, and one witness is no longer asked.
      var keyring = ledger.keyring
      let oldKey = try #require(keyring.verifierKeys.first)
      _ = try await ledger.journal.addKey(to: &keyring)
      try await ledger.sequence()
      _ = try await ledger.journal.retireKey(oldKey.id, from: &keyring)
      #expect(try Keyring(path: keyring.path).retired == [oldKey])
      let lines = policy.text.split(separator: "\n").filter { !$0.contains("w1") && !$0.hasPrefix("quorum") }
      let smaller = try LogPolicy(parsing: Array((lines + ["quorum w0", ""]).joined(separator: "\n").utf8))
      let everyKey = smaller.replacingLogs(with: keyring.verifierKeys + keyring.retired)
      let report = try await ledger.journal.checkCosigned(under: everyKey)
      #expect(report.count == 1 && report.belowQuorum == 0 && report.passedOver == 1)
      let stranger = try SigningKey(generatingFor: "w9.example", kind: .cosignature).verifierKey
      let other = try LogPolicy(parsing: Array("witness w9 \(stranger)\nquorum w9\n".utf8))
      let below = try await ledger.journal.checkCosigned(
        under: other.replacingLogs(with: keyring.verifierKeys + keyring.retired))
      #expect(below.count == 1 && below.belowQuorum == 1 && below.passedOver == 2)
      // Without the retired key nobody could tell that the log has signed it.
      await #expect(throws: JournalError.self) {
        try await ledger.journal.checkCosigned(under: smaller.replacingLogs(with: keyring.verifierKeys))
      }
    }
  }

  @Test func `prove a roll-back that the machine itself has forgotten`() async throws {
    try await Self.with(.sqlite) { ledger, policy, transport in
      for number in 0..<10 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      _ = try await Self.collector(ledger, policy, transport).collect()
      // The whole machine is restored from a time before, mark and all; it grows again.
      try await TestLedger.with(.sqlite) { restored in
        let impostor = try await Self.sameKeys(ledger, in: restored)
        try await impostor.sequence()
        await #expect(throws: JournalError.rolledBack(stored: 1, published: 11)) {
          try await Self.collector(impostor, policy, transport).collect()
        }
        for number in 0..<20 { try await impostor.journal.append(TestLedger.draft(number)) }
        try await impostor.sequence()
        await #expect(throws: JournalError.self) {
          try await Self.collector(impostor, policy, transport).run()
        }
      }
    }
  }

  /// A ledger with the keys of another, as a machine restored from an old backup has.
  static func sameKeys(_ ledger: TestLedger, in other: TestLedger) async throws -> TestLedger {
    try FileBytes.copy(ledger.keyring.path, to: other.keyring.path)
    return try TestLedger(
      database: other.database, directory: other.directory, keyring: Keyring(path: other.keyring.path),
      journal: other.journal)
  }

  @Test(arguments: Backend.allCases) func `never cosign two checkpoints of one size`(on backend: Backend) async throws {
    try await TestDatabase.with(backend) { database in
      try await database.migrate([Witness.migrations], at: Instant(seconds: 0))
      let log = try SigningKey(generatingFor: "shop.example/ledger", kind: .ed25519)
      let witness = try Witness(
        database: database, key: SigningKey(generatingFor: "w.example", kind: .cosignature),
        watching: LogPolicy(trusting: [log.verifierKey]))
      // Many forks of one size at the same time: exactly one is cosigned.
      let accepted = await withTaskGroup(of: Bool.self) { group in
        for fork in 0..<24 {
          group.addTask {
            let checkpoint = Checkpoint(origin: "shop.example/ledger", size: 1, root: .leaf([UInt8(fork)]))
            guard var note = try? SignedNote(text: checkpoint.text),
              let signature = try? log.sign(note.text, at: Instant(seconds: 0))
            else { return false }
            note.add(signature)
            let request = WitnessRequest(oldSize: 0, path: [], checkpoint: note)
            return (try? await witness.addCheckpoint(Array(request.text.utf8))) != nil
          }
        }
        var accepted = 0
        for await isAccepted in group where isAccepted { accepted += 1 }
        return accepted
      }
      #expect(accepted == 1)
    }
  }

  /// Shows the witnesses more of the ledger, as another node would, before it passes a request on.
  struct OvertakingTransport: WitnessTransport {
    let ledger: TestLedger
    let policy: LogPolicy
    let local: LocalTransport

    func post(_ body: [UInt8], to url: String) async throws -> WitnessAnswer {
      try await ledger.journal.append(TestLedger.draft(1))
      try await ledger.sequence()
      _ = try await Witnesses.collector(ledger, policy, local).collect()
      return try await local.post(body, to: url)
    }

    func get(_ url: String) async throws -> WitnessAnswer { try await local.get(url) }
  }

  @Test func `that another node of the same ledger has shown more of it prove nothing against it`() async throws {
    try await Self.with(.sqlite) { ledger, policy, transport in
      let overtaken = OvertakingTransport(ledger: ledger, policy: policy, local: transport)
      let verified = try await Self.collector(ledger, policy, overtaken).collect()
      #expect(verified == nil)
      let next = try await Self.collector(ledger, policy, transport).collect()
      #expect(next != nil)
    }
  }
}
