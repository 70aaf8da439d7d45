import Foundation
import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@testable import Console

@Suite struct `The explorer of the ledger` {
  /// A ledger with so many entries in all.
  static func with(entries: Int, _ body: (SignedInServer) async throws -> Void) async throws {
    try await SignedInServer.with { server in
      let known = Int(try await server.ledger.journal.publishedSize())
      try await server.ledger.database.write { transaction in
        try server.ledger.journal.append((known..<entries).map { try TestLedger.draft($0) }, in: transaction)
      }
      try await server.ledger.sequence()
      try await body(server)
    }
  }

  static func shown(_ answer: SignedInServer.Answer) -> [Int] {
    answer.part(from: "<tbody>", to: "</tbody>").matches(of: #/href="/explorer/(\d+)">/#).compactMap { Int($0.1) }
  }

  @Test func `shows the head and the newest entries, page by page`() async throws {
    try await Self.with(entries: 1_130) { server in
      let note = try await server.ledger.journal.publishedCheckpoint()
      let checkpoint = try Checkpoint(text: note.text)
      let first = try await server.get("/explorer")
      #expect(first.status == .ok)
      for text in [
        TestLedger.origin, "1,130", checkpoint.root.base64, "this ledger&#39;s own signature",
        "The policy asks for no witness.", "1,129 to 1,080 of 1,130 entries", "number 1129",
      ] {
        #expect(first.text.contains(text), "\(text)")
      }
      #expect(Self.shown(first) == (1_080..<1_130).reversed())
      #expect(!first.text.contains(#"rel="prev""#) && first.text.contains("/explorer?before=1080"))
      let second = try await server.get("/explorer?before=1080")
      #expect(Self.shown(second) == (1_030..<1_080).reversed())
      #expect(second.text.contains(#"href="/explorer" rel="prev""#))
      let third = try await server.get("/explorer?before=1030")
      #expect(third.text.contains(#"href="/explorer?before=1080" rel="prev""#))
      let last = try await server.get("/explorer?before=30")
      #expect(Self.shown(last) == (0..<30).reversed() && !last.text.contains(#"rel="next""#))
      #expect(last.text.contains("ledger.created"))
      #expect(Self.shown(try await server.get("/explorer?before=99999")) == Self.shown(first))
      #expect(try await server.get("/explorer?before=x").status == .badRequest)
    }
  }

  @Test func `shows the entries of a kind, however far apart they are`() async throws {
    try await SignedInServer.with { server in
      let journal = server.ledger.journal
      // One at the beginning, then many others, then some near the end.
      let early = try await journal.append(
        Entry.Draft(kind: try Entry.Kind("check.failing"), author: .system, facts: ["check": "old"]))
      try await server.ledger.database.write { transaction in
        try journal.append((0..<1_500).map { try TestLedger.draft($0) }, in: transaction)
      }
      for _ in 0..<60 {
        _ = try await journal.append(
          Entry.Draft(kind: try Entry.Kind("check.failing"), author: .system, facts: ["check": "new"]))
      }
      try await server.ledger.sequence()
      let first = try await server.get("/explorer?kind=check.failing")
      #expect(Self.shown(first).count == 50 && first.text.contains(#"<option value="check.failing" selected>"#))
      // Page by page to the one at the beginning, past pages on which there is none.
      var (found, page, pages) = (Self.shown(first), first, 1)
      while let next = page.text.firstMatch(of: #/href="(\/explorer\?before=\d+&amp;kind=check\.failing)"/#), pages < 9
      {
        page = try await server.get(String(next.1).replacing("&amp;", with: "&"))
        found += Self.shown(page)
        pages += 1
      }
      let leaf = try #require(try await journal.leaf(of: early))
      #expect(found.count == 61 && found.last == Int(leaf.index) && pages <= 4)
      #expect(found == found.sorted(by: >))
      let none = try await server.get("/explorer?kind=exception.ended&before=40")
      #expect(none.text.contains("Nothing of that kind here") && none.text.contains("Show all kinds"))
      #expect(Self.shown(try await server.get("/explorer?kind=no.such-kind")).count == 50)
    }
  }

  @Test func `offers every kind of entry that this program makes`() throws {
    let made = try SourceTree.files(below: ["Sources"], endings: [".swift"]).flatMap { path in
      try SourceTree.text(of: path)
        .matches(of: #/(?:Kind\(literal: |record\(\s*|secret, |try note\()"([a-z-]+\.[a-z.-]+)"/#).map { String($0.1) }
    }
    #expect(Set(made) == Set(ExplorerModel.kinds))
  }

  @Test func `finds an entry by index or identity`() async throws {
    try await Self.with(entries: 1_100) { server in
      #expect(try await server.get("/explorer?q=1%2C050").location == "/explorer/1050")
      let id = try Entry(parsing: await server.ledger.journal.leaf(at: 7).bytes).id
      let found = try await server.get("/explorer?q=+\(id)+")
      #expect(found.status == .seeOther && found.location == "/explorer/7")
      for (search, text) in [
        ("99999", "There is no entry 99999; the newest is 1099."), ("1100", "There is no entry 1100"),
        ("%3Cscript%3E", "An entry is found by its index"), ("-1", "An entry is found by its index"),
        ("0199f3a1-44b1-794b-8636-84a366b14869", "No entry with this identity is published."),
      ] {
        let missing = try await server.get("/explorer?q=\(search)")
        #expect(missing.status == .notFound && missing.text.contains(text), "\(search)")
        #expect(!missing.text.contains("<script>") && Self.shown(missing).count == 50)
      }
    }
  }

  @Test func `shows an entry with all that proves it`() async throws {
    try await SignedInServer.with { server in
      let id = try await server.ledger.journal.append(
        Entry.Draft(
          kind: try Entry.Kind("test.personal"), author: try Entry.Author("member:ada"),
          facts: ["word": "<script>"], personal: ["person": "Zoe"]))
      try await server.ledger.sequence()
      let leaf = try #require(try await server.ledger.journal.leaf(of: id))
      let page = try await server.get("/explorer/\(leaf.index)")
      let commitment = try #require(JSON(parsing: leaf.bytes)?["commitments"]?["person"]?.text)
      for text in [
        MerkleHash.leaf(leaf.bytes).base64, commitment, "\(id)", "test.personal", "<dd>ada</dd>",
        "&quot;word&quot;: &quot;&lt;script&gt;&quot;", #"data-proof="/ledger/entries/\#(leaf.index).tlog-proof""#,
        "\(leaf.bytes.count) bytes", "/explorer/\(leaf.index - 1)",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
      #expect(!page.text.contains("Zoe") && !page.text.contains("/explorer/\(leaf.index + 1)"))
      for path in ["\(leaf.index + 1)", "01", "x", "-1", "99999999999999999999999"] {
        #expect(try await server.get("/explorer/\(path)").status == .notFound, "\(path)")
      }
    }
  }

  @Test func `leads from an entry to what it is about`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(.bad(), at: "https://shop.example")
      try await server.look(tls)
      let ada = try Entry.Author("member:ada")
      try await server.register.requestLook("fake.tls", at: "https://shop.example", by: ada)
      try await server.register.grant(
        .control("cookies"), reason: "Later.", until: server.clock.now.advanced(by: .seconds(86_400)), by: ada)
      let look = try #require(try await server.register.book().book.looks["fake.tls"]?["https://shop.example"])
      let exception = try #require(try await server.register.exceptions().first)
      for (kind, line, href) in [
        ("check.observed", "fake.tls at https://shop.example: notSatisfied", "/observations/\(look.observation)"),
        ("check.requested", "fake.tls at https://shop.example", "/checks/fake.tls?target=https%3A%2F%2Fshop.example"),
        ("exception.granted", "control:cookies until 18 Mar 2030", "/exceptions/\(exception.id)"),
        ("profile.changed", "digest ", "/settings"),
        ("standing.changed", "duty:D01: unproven → notMet", "/duties/D01"),
      ] {
        let entry = try #require(try await server.entries(kind).first)
        let index = try #require(try await server.ledger.journal.leaf(of: entry.id)?.index)
        #expect(try await server.get("/explorer").text.contains(line), "\(line)")
        let page = try await server.get("/explorer/\(index)")
        #expect(page.text.contains(#"href="\#(href)""#), "\(kind)")
      }
    }
  }

  @Test func `says what waits for the witnesses`() throws {
    let log = try SigningKey(generatingFor: TestLedger.origin, kind: .ed25519)
    let witness = try SigningKey(generatingFor: "witness.example", kind: .cosignature)
    let policy = try LogPolicy(
      parsing: Array(
        "log \(log.verifierKey)\nwitness w \(witness.verifierKey)\nquorum w\n".utf8))
    let now = Instant(seconds: 1_900_000_000)
    var note = try SignedNote(text: Checkpoint(origin: TestLedger.origin, size: 3, root: .leaf([1])).text)
    note.add(try log.sign(note.text, at: now))
    let alone = LedgerHead(checkpoint: try policy.verifyWithoutQuorum(note), published: 5)
    let text = HeadText(alone, policy: policy, newest: now, at: now)
    #expect(text.pending == "2 entries are not yet under a checkpoint that is served.")
    #expect(text.witnesses == "Cosigned by 0 of 1 witness, which is not what the policy asks for.")
    note.add(try witness.sign(note.text, at: now))
    let seen = LedgerHead(checkpoint: try policy.verify(note), published: 3)
    let cosigned = HeadText(seen, policy: policy, newest: nil, at: now)
    #expect(cosigned.pending == nil && cosigned.at?.datetime == now.rfc3339)
    #expect(cosigned.witnesses == "Cosigned by 1 of 1 witness, which is what the policy asks for.")
    #expect(cosigned.signatures.map(\.words) == ["this ledger's own signature", "witness"])
    #expect(cosigned.signatures.map { $0.attested?.datetime } == [nil, now.rfc3339])
    #expect(
      VerifyText.panel(of: 3, under: alone) == nil
        && VerifyText.panel(of: 2, under: alone)?.key == log.verifierKey.description)
  }
}
