import Journal
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@Suite struct `An entry` {
  static func entry(_ draft: Entry.Draft) async throws -> Entry {
    try await TestLedger.with(.sqlite) { ledger in
      let id = try await ledger.journal.append(draft)
      try await ledger.sequence()
      return try Entry(parsing: try #require(try await ledger.journal.leaf(of: id)).bytes)
    }
  }

  @Test func `is canonical JSON that reads back`() async throws {
    let draft = Entry.Draft(
      kind: try Entry.Kind("order.shipped"), author: try Entry.Author("member:0193"),
      facts: ["note": "quoted \"text\"\n", "count": 3, "list": [1, true, .null, ["deep": "x"]]],
      personal: ["email": "ann@shop.example"])
    let entry = try await Self.entry(draft)
    #expect(entry.facts == draft.facts)
    #expect(entry.kind == draft.kind)
    #expect(entry.author == draft.author)
    #expect(JSON(canonical: entry.bytes) != nil)
    #expect(!String(decoding: entry.bytes, as: UTF8.self).contains("ann@"))
    #expect(try Entry(parsing: entry.bytes) == entry)
  }

  @Test func `is refused when a byte of its form is changed`() async throws {
    let good = try await Self.entry(TestLedger.draft(1)).bytes
    for position in good.indices {
      var bad = good
      bad[position] ^= 0x80
      #expect(throws: JournalError.self) { try Entry(parsing: bad) }
    }
    for broken in [good + [0x20], [0x20] + good, Array(good.dropLast()), Array("{}".utf8), []] {
      #expect(throws: JournalError.self) { try Entry(parsing: broken) }
    }
  }

  @Test(arguments: [
    "", "one", "a.", ".a", "A.b", "a.B", "a..b", "a b.c", "a.1", String(repeating: "a", count: 99) + ".b",
  ])
  func `has a kind of words and dots`(name: String) { #expect(throws: JournalError.self) { try Entry.Kind(name) } }

  @Test(arguments: ["", "ann@shop.example", "Ann Smith", "a/b", "é", String(repeating: "a", count: 101)])
  func `has an author who is a pseudonym`(name: String) {
    #expect(throws: JournalError.self) { try Entry.Author(name) }
  }

  @Test func `is refused when it is too long or holds a number that rounds`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      var draft = try TestLedger.draft(1)
      draft.facts["text"] = .string(String(repeating: "x", count: Entry.largest))
      await #expect(throws: JournalError.self) { try await ledger.journal.append(draft) }
      draft.facts = ["number": .integer(.max)]
      await #expect(throws: JournalError.self) { try await ledger.journal.append(draft) }
      try await ledger.sequence()
      let size = try await ledger.journal.publishedSize()
      #expect(size == 1)
    }
  }
}

@Suite struct `Personal values` {
  @Test(arguments: Backend.allCases) func `are committed to, shown, and forgotten while the entry still verifies`(
    on backend: Backend
  ) async throws {
    try await TestLedger.with(backend) { ledger in
      var draft = try TestLedger.draft(1)
      draft.personal = ["email": "ann@shop.example", "name": "Ann"]
      let id = try await ledger.journal.append(draft)
      try await ledger.sequence()
      let leaf = try #require(try await ledger.journal.leaf(of: id))
      let entry = try Entry(parsing: leaf.bytes)
      let payload = try #require(try await ledger.journal.payload(of: id))
      for (name, opening) in payload.openings {
        let commitment = try #require(entry.commitments[name])
        #expect(opening.value == draft.personal[name])
        #expect(opening.opens(commitment, named: name))
        #expect(!opening.opens(commitment, named: "other"))
      }
      // The same value twice gives two commitments that nobody can tell to be of one person.
      let again = try await ledger.journal.append(draft)
      let isErased = try await ledger.database.write { try ledger.journal.erasePayload(of: id, in: $0) }
      #expect(isErased)
      try await ledger.sequence()
      let second = try Entry(parsing: try #require(try await ledger.journal.leaf(of: again)).bytes)
      #expect(second.commitments["email"] != entry.commitments["email"])
      let erased = try await ledger.journal.payload(of: id)
      #expect(erased == nil)
      let proof = try await ledger.journal.proof(of: leaf.index, under: ledger.keyring.policy)
      _ = try proof.verify(entry: leaf.bytes, under: ledger.keyring.policy)
    }
  }

  @Test func `do not stay in the database file once they are erased`() async throws {
    try await TestDatabase.withLocation(.sqlite) { location in
      guard case .sqlite(let path) = location else { return }
      let database = try await Database.open(location)
      try await TemporaryDirectory.with { directory in
        let ledger = try await TestLedger(in: database, directory: directory)
        var draft = try TestLedger.draft(1)
        draft.personal = ["email": "unmistakable@shop.example"]
        let id = try await ledger.journal.append(draft)
        try await database.write { try ledger.journal.erasePayload(of: id, in: $0) }
        try await ledger.sequence()
      }
      // Closing moves the write-ahead log into the file.
      await database.close()
      let bytes = try FileBytes.read(path)
      #expect(bytes.count > 4_096)
      #expect(!bytes.contains(Array("unmistakable".utf8)))
    }
  }
}
