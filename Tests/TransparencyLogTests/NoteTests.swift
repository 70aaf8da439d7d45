import Primitives
import TestKit
import Testing
import TransparencyLog

@Suite struct `A signed note` {
  static let now = Instant(seconds: 1_700_000_000)

  /// The example of Go's golang.org/x/mod/sumdb/note package, which C2SP signed-note was written from.
  @Test func `verifies the published example`() throws {
    let key = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    let note = try SignedNote(
      parsing: Array(
        """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """.utf8))
    #expect(try key.verify(note.signatures[0], of: note.text) == nil)
    #expect(throws: TransparencyLogError.invalidSignature(key: "\(key)")) {
      try key.verify(note.signatures[0], of: note.text + "x\n")
    }
    #expect("\(key)" == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
  }

  @Test func `signed by a key read from the published secret form verifies`() throws {
    let key = try SigningKey(
      secretText: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    #expect("\(key.verifierKey)" == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    #expect(try SigningKey(secretText: key.secretText).verifierKey == key.verifierKey)
    #expect(!"\(key)".contains("AYEK"))
    let signature = try key.sign("text\n", at: Self.now)
    #expect(try key.verifierKey.verify(signature, of: "text\n") == nil)
  }

  @Test func `carries the time of a cosignature`() throws {
    let key = try SigningKey(generatingFor: "witness.example/w1", kind: .cosignature)
    let signature = try key.sign("text\n", at: Self.now)
    #expect(try key.verifierKey.verify(signature, of: "text\n") == Self.now)
    #expect(signature.bytes.count == 72)
  }

  static let malformed: [(String, String)] = [
    ("", "no text"), ("text", "no newline"), ("text\n", "no signatures"), ("text\n\n", "no signature line"),
    ("text\n\n— name\n", "no base 64"), ("text\n\n- name AAAAAAA=\n", "a hyphen"),
    ("text\n\n— name AAAAAAA=", "no last newline"), ("text\n\n— na+me AAAAAAA=\n", "plus in the name"),
    ("text\n\n—  AAAAAAA=\n", "empty name"), ("text\n\n— name AAAAAAB=\n", "stray bits in the base 64"),
    ("text\n\n— name AAAA\n", "no signature after the key id"), ("text\n\n— name AAAAAAA= x\n", "a fourth word"),
    ("te\u{1}xt\n\n— name AAAAAAA=\n", "control character"), ("te\txt\n\n— name AAAAAAA=\n", "tab"),
    ("text\n\n— name AAAAAAA=\r\n", "a carriage return at the end"),
    ("text\r\n\r\n— name AAAAAAA=\r\n", "carriage returns"),
  ]
  @Test(arguments: malformed) func `that is malformed is refused`(text: String, why: String) {
    #expect(throws: TransparencyLogError.self, "\(why)") { try SignedNote(parsing: Array(text.utf8)) }
  }

  @Test func `that is not UTF-8, too long or has too many signatures is refused`() {
    let line = "— name AAAAAAA=\n"
    #expect(throws: TransparencyLogError.self) {
      try SignedNote(parsing: [0xff] + Array("\n\n\(line)".utf8))
    }
    #expect(throws: TransparencyLogError.self) {
      try SignedNote(parsing: Array((String(repeating: "x", count: SignedNote.largest) + "\n\n\(line)").utf8))
    }
    #expect(throws: TransparencyLogError.self) {
      try SignedNote(parsing: Array(("text\n\n" + String(repeating: line, count: 101)).utf8))
    }
  }

  /// U+212A KELVIN SIGN is canonically equivalent to K, so Swift's strings with either are equal.
  @Test func `is not taken for signed by a key whose name only looks the same`() throws {
    let key = try SigningKey(generatingFor: "log.example/K", kind: .ed25519)
    var note = try SignedNote(text: Checkpoint(origin: "log.example/K", size: 1, root: .leaf([1])).text)
    note.add(try key.sign(note.text, at: Self.now))
    _ = try LogPolicy(trusting: [key.verifierKey]).verify(note)
    let alike = Array(note.serialized.replacing("\u{2014} log.example/K", with: "\u{2014} log.example/\u{212A}").utf8)
    #expect(throws: TransparencyLogError.self) {
      try LogPolicy(trusting: [key.verifierKey]).verify(SignedNote(parsing: alike))
    }
    #expect(throws: TransparencyLogError.self) { try SigningKey(generatingFor: "log.example/\u{212A}", kind: .ed25519) }
  }

  @Test func `keeps what it read, with empty lines in the text and many signatures`() throws {
    let lines = (0..<40).map { "— name\($0) AAAAAAA=\n" }.joined()
    let text = "a\n\nb\n\n\(lines)"
    let note = try SignedNote(parsing: Array(text.utf8))
    #expect(note.text == "a\n\nb\n")
    #expect(note.signatures.count == 40)
    #expect(note.serialized == text)
  }
}

@Suite struct `A checkpoint` {
  static let root = MerkleHash.leaf([1]).base64

  @Test func `reads back what was written`() throws {
    let checkpoint = Checkpoint(origin: "shop.example/ledger", size: 17, root: .leaf([1]))
    #expect(checkpoint.text == "shop.example/ledger\n17\n\(Self.root)\n")
    #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
    let extended = try Checkpoint(text: checkpoint.text + "more\n")
    #expect(extended.extensions == ["more"])
    #expect(extended.text == checkpoint.text + "more\n")
  }

  @Test(arguments: [
    "log.example/\u{212A}\n1\n\(root)\n", "", "o\n1\n", "o\n1\n\(root)\r\n", "o\r\n1\r\n\(root)\r\n", "o\n1\n\(root)",
    "\n1\n\(root)\n", "o\n01\n\(root)\n",
    "o\n+1\n\(root)\n", "o\n-1\n\(root)\n",
    "o\n1 \n\(root)\n", "o\n1\nAAAA\n", "o\n1\n\(root)x\n", "o\n18446744073709551616\n\(root)\n", "o\n0\n\(root)\n",
    "o\n9223372036854775808\n\(root)\n", "o\n1\n\(root)\n\n", "o\n1\n\(root)\nx\n\ny\n",
  ])
  func `that is malformed is refused`(text: String) {
    #expect(throws: TransparencyLogError.self) { try Checkpoint(text: text) }
  }
}
