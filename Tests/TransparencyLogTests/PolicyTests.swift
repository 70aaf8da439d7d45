import Primitives
import TestKit
import Testing
import TransparencyLog

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

  /// signed-note: a line of an unknown key counts for nothing, whether the key is unknown or the line was changed.
  @Test func `passes over lines by keys that it does not name, and says which`() throws {
    let signed = try SignedLog()
    let policy = try signed.policy("group g 2 w0 w1 w2\nquorum g")
    let text = try signed.checkpoint(cosignedBy: 3).serialized
    #expect(try policy.verify(signed.checkpoint(cosignedBy: 3)).passedOver == [])

    let renamed = text.replacing("\u{2014} witness.example/w1 ", with: "\u{2014} witness.example/x1 ")
    let verified = try policy.verify(SignedNote(parsing: Array(renamed.utf8)))
    #expect(verified.witnesses.map(\.name) == ["w0", "w2"])
    #expect(verified.passedOver.map(\.name) == ["witness.example/x1"])
    #expect(verified.passedOver.map(\.keyID) == [signed.witnesses[1].verifierKey.id])

    let twice = renamed.replacing("\u{2014} witness.example/w2 ", with: "\u{2014} witness.example/x2 ")
    #expect(throws: TransparencyLogError.self) { try policy.verify(SignedNote(parsing: Array(twice.utf8))) }

    // A second, later cosignature of the same witness is of a known key: not counted twice, not passed over.
    var again = try signed.checkpoint(cosignedBy: 1)
    again.add(try signed.witnesses[0].sign(again.text, at: Instant(seconds: signed.now.seconds + 60)))
    #expect(throws: TransparencyLogError.self) { try policy.verify(again) }
    #expect(try signed.policy("quorum w0").verify(again).passedOver == [])
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
