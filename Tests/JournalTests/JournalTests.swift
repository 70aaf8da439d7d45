import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@Suite struct `A journal` {
  @Test(arguments: Backend.allCases) func `publishes and proves what was appended`(on backend: Backend) async throws {
    try await TestLedger.with(backend) { ledger in
      var ids: [Identifier<Entry>] = []
      for number in 0..<20 { ids.append(try await ledger.journal.append(TestLedger.draft(number))) }
      let unpublished = try await ledger.journal.leaf(of: ids[0])
      #expect(unpublished == nil)
      try await ledger.sequence()
      for (number, id) in ids.enumerated() {
        let leaf = try #require(try await ledger.journal.leaf(of: id))
        let entry = try Entry(parsing: leaf.bytes)
        #expect(entry.id == id)
        #expect(entry.facts["number"] == .integer(Int64(number)))
        let proof = try await ledger.journal.proof(of: leaf.index, under: ledger.keyring.policy)
        let verified = try proof.verify(entry: leaf.bytes, under: ledger.keyring.policy)
        #expect(verified.checkpoint.size == 21)
      }
      let first = try Entry(parsing: try await ledger.journal.leaf(at: 0).bytes)
      #expect(first.kind.name == "ledger.created")
      await #expect(throws: JournalError.self) { try await ledger.journal.leaf(at: 21) }
      await #expect(throws: JournalError.self) { try await ledger.journal.proof(of: 21, under: ledger.keyring.policy) }
    }
  }

  @Test(arguments: Backend.allCases) func `has an entry exactly when the caller's transaction is kept`(
    on backend: Backend
  ) async throws {
    struct Refusal: Error {}
    try await TestLedger.with(backend) { ledger in
      let journal = ledger.journal
      let kept = try await ledger.database.write { try journal.append(TestLedger.draft(1), in: $0) }
      await #expect(throws: Refusal.self) {
        try await ledger.database.write { transaction in
          try journal.append(TestLedger.draft(2), in: transaction)
          throw Refusal()
        }
      }
      try await ledger.sequence()
      let size = try await journal.publishedSize()
      #expect(size == 2)
      let leaf = try await journal.leaf(of: kept)
      #expect(leaf?.index == 1)
    }
  }

  /// Grown over the borders of bundles and of level-1 tiles, in random steps; compared with the reference.
  @Test(arguments: Backend.allCases) func `grown in random steps is the tree of its entries`(on backend: Backend)
    async throws
  {
    var random = SeededGenerator(for: "journal grown in random steps on \(backend)")
    try await TestLedger.with(backend) { ledger in
      var total = 1
      for step in 0..<12 {
        let count = Int.random(in: 1...(step == 5 ? 4_000 : 400), using: &random)
        let range = total..<total + count
        let journal = ledger.journal
        try await ledger.database.write { try journal.append(range.map { try TestLedger.draft($0) }, in: $0) }
        try await ledger.sequence(largestBatch: Int.random(in: 1...1_000, using: &random) + 300)
        total += count
      }
      let leaves = try await ledger.journal.leaves(from: 0, limit: total + 10)
      #expect(leaves.map(\.index) == (0..<UInt64(total)).map { $0 })
      let note = try await ledger.journal.publishedCheckpoint()
      let checkpoint = try Checkpoint(text: note.text)
      #expect(checkpoint.size == UInt64(total))
      #expect(checkpoint.root.bytes == ReferenceTree.root(of: leaves.map(\.bytes)))
      for _ in 0..<60 {
        let leaf = leaves[Int.random(in: 0..<total, using: &random)]
        let found = try await ledger.journal.leaf(of: Entry(parsing: leaf.bytes).id)
        #expect(found?.index == leaf.index)
        let proof = try await ledger.journal.proof(of: leaf.index, under: ledger.keyring.policy)
        _ = try proof.verify(entry: leaf.bytes, under: ledger.keyring.policy)
        let old = UInt64.random(in: 0...UInt64(total), using: &random)
        let consistency = try await ledger.journal.consistency(from: old, to: UInt64(total))
        let oldRoot = try #require(MerkleHash(bytes: ReferenceTree.root(of: leaves.map(\.bytes)[..<Int(old)])))
        try consistency.verify(oldRoot: oldRoot, newRoot: checkpoint.root)
      }
      _ = try await ledger.reopen()
      let policy = ledger.keyring.policy
      let report = try await LedgerAudit(of: ledger.journal.source(under: policy), under: policy).run()
      #expect(report.checkpoint.checkpoint == checkpoint)
    }
  }

  @Test(arguments: Backend.allCases) func `finds an entry that was long in coming`(on backend: Backend) async throws {
    let clock = SettableClock(Instant(seconds: 1_800_000_000))
    try await TestLedger.with(backend, surroundings: clock.surroundings) { ledger in
      let journal = ledger.journal
      func appendMany(_ count: Int) async throws {
        try await ledger.database.write { try journal.append((0..<count).map { try TestLedger.draft($0) }, in: $0) }
        try await ledger.sequence()
      }
      try await appendMany(300)
      clock.set(Instant(seconds: 1_800_000_100))
      try await appendMany(30 * 256)
      // An entry whose time lies far before that of those around it, as after a long transaction.
      clock.set(Instant(seconds: 1_800_000_000))
      let late = try await journal.append(TestLedger.draft(-1))
      clock.set(Instant(seconds: 1_800_000_200))
      try await appendMany(600)
      let leaf = try #require(try await journal.leaf(of: late))
      #expect(try Entry(parsing: leaf.bytes).id == late)
      let unknown = try await journal.leaf(of: Identifier<Entry>(at: Instant(seconds: 1_800_000_050), random: 7))
      #expect(unknown == nil)
    }
  }

  @Test(arguments: Backend.allCases) func `is published by one of several nodes, and by another when that ends`(
    on backend: Backend
  ) async throws {
    try await TestLedger.with(backend) { ledger in
      let first = try ledger.sequencer()
      let leading = Task { try await first.run() }
      let one = try await ledger.journal.append(TestLedger.draft(1))
      _ = try await ledger.journal.waitForPublication(of: one, limit: .seconds(60))
      let second = try ledger.sequencer()
      let didLead = try await second.runOnce()
      #expect(!didLead)
      leading.cancel()
      try? await leading.value
      let two = try await ledger.journal.append(TestLedger.draft(2))
      let leadsNow = try await second.runOnce()
      #expect(leadsNow)
      let leaf = try await ledger.journal.leaf(of: two)
      #expect(leaf?.index == 2)
      await second.stop()
    }
  }

  @Test(arguments: Backend.allCases) func `publishes while many append, skipping and doubling nothing`(
    on backend: Backend
  ) async throws {
    try await TestLedger.with(backend) { ledger in
      let sequencer = try ledger.sequencer(interval: .milliseconds(5), largestBatch: 100)
      let running = Task { try await sequencer.run() }
      let ids = try await withThrowingTaskGroup(of: [Identifier<Entry>].self) { group in
        for writer in 0..<16 {
          group.addTask {
            var ids: [Identifier<Entry>] = []
            for number in 0..<25 {
              // Some transactions fail: on PostgreSQL they leave gaps in the keys of what waits.
              let fails = number % 5 == 4
              do {
                let id = try await ledger.database.write { transaction in
                  let id = try ledger.journal.append(TestLedger.draft(writer * 100 + number), in: transaction)
                  if fails { throw CancellationError() }
                  return id
                }
                ids.append(id)
              } catch is CancellationError {}
            }
            return ids
          }
        }
        var ids: [Identifier<Entry>] = []
        for try await some in group { ids += some }
        return ids
      }
      #expect(ids.count == 16 * 20)
      for id in ids { _ = try await ledger.journal.waitForPublication(of: id, limit: .seconds(60)) }
      running.cancel()
      try? await running.value
      let leaves = try await ledger.journal.leaves(from: 0, limit: 1_000)
      #expect(leaves.count == ids.count + 1)
      #expect(Set(try leaves.dropFirst().map { try Entry(parsing: $0.bytes).id }) == Set(ids))
    }
  }

  @Test func `is made once`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      await #expect(throws: JournalError.alreadyCreated(origin: TestLedger.origin)) {
        try await Journal.create(in: ledger.database, signedBy: ledger.keyring)
      }
    }
  }
}

@Suite struct `A key rotation` {
  @Test func `lets old and new verifiers follow, and retires a key only when another has signed`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.sequence()
      var keyring = ledger.keyring
      let oldKey = try #require(keyring.verifierKeys.first)
      let newKey = try await ledger.journal.addKey(to: &keyring)
      await #expect(throws: JournalError.self) { try await ledger.journal.retireKey(oldKey.id, from: &keyring) }
      try await ledger.sequence()
      for key in [oldKey, newKey] {
        let verified = try LogPolicy(trusting: [key]).verify(await ledger.journal.publishedCheckpoint())
        #expect(verified.checkpoint.size == 2)
      }
      _ = try await ledger.journal.retireKey(oldKey.id, from: &keyring)
      try await ledger.sequence()
      let note = try await ledger.journal.publishedCheckpoint()
      _ = try LogPolicy(trusting: [newKey]).verify(note)
      #expect(throws: TransparencyLogError.self) { try LogPolicy(trusting: [oldKey]).verify(note) }
      await #expect(throws: JournalError.self) { try await ledger.journal.retireKey(newKey.id, from: &keyring) }
      // The journal itself says, under the old key, what the new one is.
      let entry = try Entry(parsing: try await ledger.journal.leaf(at: 1).bytes)
      #expect(entry.facts["key"] == .string("\(newKey)"))
    }
  }

  @Test func `of keys that are not this ledger's is not taken up by a running sequencer`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      let sequencer = try ledger.sequencer()
      _ = try await sequencer.runOnce()
      let foreign = try Keyring.create(path: ledger.directory.file("foreign"), name: "other.example/l", kind: .ed25519)
      let stranger = try Keyring.create(
        path: ledger.directory.file("stranger"), name: TestLedger.origin, kind: .ed25519)
      for keyring in [foreign, stranger] {
        try FileBytes.copy(keyring.path, to: ledger.keyring.path)
        try await ledger.journal.append(TestLedger.draft(1))
        _ = try await sequencer.runOnce()
        _ = try ledger.keyring.policy.verify(await ledger.journal.publishedCheckpoint())
      }
      await sequencer.stop()
      let size = try await ledger.journal.publishedSize()
      #expect(size == 3)
    }
  }

  @Test func `or anything else does not stop publication at the sequencer's own interval`() async throws {
    #expect(Sequencer.Configuration().interval <= .milliseconds(200))
    try await TestLedger.with(.sqlite) { ledger in
      let sequencer = Sequencer(
        journal: ledger.journal, keyring: ledger.keyring, mark: try HighWaterMark(path: ledger.markPath),
        logger: TestLedger.quiet)
      let running = Task { try await sequencer.run() }
      let id = try await ledger.journal.append(TestLedger.draft(1))
      // Generous, because other tests keep both cores busy; the interval itself is checked above.
      _ = try await ledger.journal.waitForPublication(of: id, limit: .seconds(60))
      running.cancel()
      try? await running.value
    }
  }
}
