import Primitives
import TestKit
import Testing
import TransparencyLog

/// A log with two witnesses, and a checkpoint that all of them signed.
struct SignedLog {
  let log: SigningKey
  let witnesses: [SigningKey]
  var tree = TiledTree()
  let now = Instant(seconds: 1_800_000_000)

  init(witnessCount: Int = 3, leaves: Int = 100) throws {
    log = try SigningKey(generatingFor: "shop.example/ledger", kind: .ed25519)
    witnesses = try (0..<witnessCount).map {
      try SigningKey(generatingFor: "witness.example/w\($0)", kind: .cosignature)
    }
    tree.append((0..<leaves).map { .leaf(Array("\($0)".utf8)) })
  }

  func checkpoint(cosignedBy count: Int) throws -> SignedNote {
    let checkpoint = Checkpoint(origin: log.verifierKey.name, size: tree.edge.size, root: tree.edge.root)
    var note = try SignedNote(text: checkpoint.text)
    note.add(try log.sign(note.text, at: now))
    for witness in witnesses.prefix(count) { note.add(try witness.sign(note.text, at: now)) }
    return note
  }

  func policy(_ rule: String) throws -> LogPolicy {
    let lines =
      ["log \(log.verifierKey) https://shop.example/ledger"]
      + witnesses.enumerated().map { "witness w\($0) \($1.verifierKey) https://w\($0).example/" } + [rule]
    return try LogPolicy(parsing: Array(lines.map { $0 + "\n" }.joined().utf8))
  }
}

@Suite struct `A log policy` {
  @Test(arguments: [
    ("quorum none", 0), ("quorum w0", 1), ("group g all w0 w1 w2\nquorum g", 3), ("group g any w0 w1\nquorum g", 1),
    ("group g 2 w0 w1 w2\nquorum g", 2), ("group a any w0 w1\ngroup b all a w2\nquorum b", 3),
  ])
  func `is satisfied by its quorum and by no less`(rule: String, needed: Int) throws {
    let signed = try SignedLog()
    let policy = try signed.policy(rule)
    let verified = try policy.verify(signed.checkpoint(cosignedBy: needed))
    #expect(verified.checkpoint.size == 100)
    #expect(verified.witnesses.count == needed)
    #expect(verified.witnesses.allSatisfy { $0.time == signed.now })
    if needed > 0 {
      #expect(throws: TransparencyLogError.self) { try policy.verify(signed.checkpoint(cosignedBy: needed - 1)) }
    }
    #expect(try LogPolicy(parsing: Array(policy.text.utf8)) == policy)
  }

  @Test func `does not believe a log it does not know, or an unsigned checkpoint`() throws {
    let (signed, other) = (try SignedLog(), try SignedLog())
    #expect(throws: TransparencyLogError.self) {
      try other.policy("quorum none").verify(signed.checkpoint(cosignedBy: 0))
    }
    let unsigned = try SignedNote(text: signed.checkpoint(cosignedBy: 0).text)
    #expect(throws: TransparencyLogError.self) { try signed.policy("quorum none").verify(unsigned) }
  }

  @Test(arguments: [
    "", "quorum", "quorum nobody", "quorum none\nquorum none", "log x\nquorum none", "group g 1 w9\nquorum none",
    "group g 0 w0\nquorum g", "group g 4 w0 w1 w2\nquorum g", "group g any w0 w0\nquorum g",
    "group w0 any w1\nquorum none",
    "group none any w1\nquorum none", "what is this\nquorum none", "group g 01 w0\nquorum g", "group g any g\nquorum g",
  ])
  func `that is malformed is refused`(rule: String) throws {
    #expect(throws: TransparencyLogError.self) { try SignedLog().policy(rule) }
  }

  @Test func `refuses a key that is listed twice under two names, because it would count twice`() throws {
    let signed = try SignedLog(witnessCount: 1)
    #expect(throws: TransparencyLogError.self) {
      try signed.policy("witness again \(signed.witnesses[0].verifierKey)\nquorum none")
    }
  }
}

@Suite struct `A changed byte` {
  /// Every byte of the checkpoint and of each signature, each changed in several ways.
  @Test func `anywhere in a checkpoint is noticed`() throws {
    let signed = try SignedLog()
    let policy = try signed.policy("group g all w0 w1 w2\nquorum g")
    let good = try signed.checkpoint(cosignedBy: 3).bytes
    for position in good.indices {
      for mask: UInt8 in [0x01, 0x20, 0x80] {
        var bad = good
        bad[position] ^= mask
        #expect(throws: TransparencyLogError.self, "byte \(position) with \(mask)") {
          try policy.verify(SignedNote(parsing: bad))
        }
      }
    }
  }

  @Test func `anywhere in a proof file or its entry is noticed`() throws {
    let signed = try SignedLog()
    let policy = try signed.policy("group g all w0 w1 w2\nquorum g")
    let path = try signed.tree.hashes(.inclusion(of: 42, inTreeOf: 100))
    let entry = Array("42".utf8)
    let good = ProofFile(index: 42, path: path, checkpoint: try signed.checkpoint(cosignedBy: 3))
    #expect(try good.verify(entry: entry, under: policy).checkpoint.size == 100)
    let bytes = Array(good.text.utf8)
    #expect(try ProofFile(parsing: bytes) == good)
    for position in bytes.indices {
      var bad = bytes
      bad[position] ^= 0x04
      #expect(throws: TransparencyLogError.self, "byte \(position)") {
        try ProofFile(parsing: bad).verify(entry: entry, under: policy)
      }
    }
    #expect(throws: TransparencyLogError.self) { try good.verify(entry: Array("43".utf8), under: policy) }
  }
}

@Suite struct `A proof file` {
  @Test(arguments: [
    "", "c2sp.org/tlog-proof@v2\nindex 1\n\n", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex\n\n",
    "c2sp.org/tlog-proof@v1\nindex 01\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nnot base 64\n\n",
    "c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nextra AA==\n\n",
    "c2sp.org/tlog-proof@v1\nindex 1\n\n",
  ])
  func `that is malformed is refused`(text: String) {
    #expect(throws: TransparencyLogError.self) { try ProofFile(parsing: Array(text.utf8)) }
  }

  @Test func `keeps its extra bytes and refuses a path that is too long`() throws {
    let note = try SignedLog().checkpoint(cosignedBy: 0)
    let file = ProofFile(index: 3, path: [.emptyTree], checkpoint: note, extra: [1, 2, 3])
    #expect(try ProofFile(parsing: Array(file.text.utf8)) == file)
    let long = ProofFile(index: 3, path: Array(repeating: .emptyTree, count: 64), checkpoint: note)
    #expect(throws: TransparencyLogError.self) { try ProofFile(parsing: Array(long.text.utf8)) }
  }
}
