import Primitives
import TestKit
import Testing
import TransparencyLog

@testable import Console

/// An entry with a proof, and whether this program takes it: what the browser must say too.
struct ProofVector: Sendable {
  let name: String
  let entry: [UInt8]
  let proof: String
  let key: VerifierKey

  /// Whether it holds under the key, as the library judges.
  var holds: Bool {
    let file = try? ProofFile(parsing: Array(proof.utf8))
    return (try? file?.verify(entry: entry, under: LogPolicy(trusting: [key]))) != nil
  }

  var json: JSON {
    let index = proof.firstMatch(of: #/\nindex (\d+)\n/#).map { String($0.1) } ?? "0"
    return [
      "entry": .string(Base64.encode(entry)), "proof": .string(proof), "key": .string("\(key)"),
      "index": .string(index),
    ]
  }

  /// Every entry of small ledgers, and some of ledgers that need more than one tile.
  static func good() throws -> [ProofVector] {
    var vectors: [ProofVector] = []
    for size in Array(1...17) + [256, 257, 300] {
      let log = try SignedLog(witnessCount: 1, leaves: size)
      for index in size < 20 ? Array(0..<size) : [0, 100, 255, size - 1] {
        vectors.append(
          ProofVector(
            name: "entry \(index) of \(size)", entry: Array("\(index)".utf8),
            proof: try log.proofText(of: UInt64(index), cosignedBy: size % 2), key: log.log.verifierKey))
      }
    }
    return vectors
  }

  /// Proofs in which one thing is wrong.
  static func bad() throws -> [ProofVector] {
    let (log, other) = (try SignedLog(witnessCount: 0, leaves: 100), try SignedLog(witnessCount: 0, leaves: 100))
    let (entry, key) = (Array("41".utf8), log.log.verifierKey)
    let proof = try ProofFile(parsing: Array(log.proofText(of: 41, cosignedBy: 0).utf8))
    func vector(
      _ name: String, entry bytes: [UInt8]? = nil, index: UInt64 = 41, path: [MerkleHash]? = nil,
      note: SignedNote? = nil, key other: VerifierKey? = nil
    ) -> ProofVector {
      let file = ProofFile(index: index, path: path ?? proof.path, checkpoint: note ?? proof.checkpoint)
      return ProofVector(name: name, entry: bytes ?? entry, proof: file.text, key: other ?? key)
    }
    var swapped = proof.path
    swapped.swapAt(0, 1)
    let rewritten = Checkpoint(origin: key.name, size: 100, root: .leaf([1]))
    var rewrittenNote = try SignedNote(text: rewritten.text)
    rewrittenNote.add(try log.log.sign(rewritten.text, at: log.now))
    let line = try #require(proof.checkpoint.serialized.split(separator: " ").last?.dropLast())
    var signature = try #require(Base64.decode(line))
    signature[20] ^= 1
    let forged = proof.checkpoint.serialized.replacing(line, with: Base64.encode(signature))
    return [
      vector("another entry", entry: entry + [0]), vector("an empty entry", entry: []),
      vector("a neighbour's place", index: 40), vector("a place beyond the ledger", index: 100),
      vector("hashes in another order", path: swapped), vector("a hash too few", path: Array(proof.path.dropLast())),
      vector("a hash too many", path: proof.path + [.leaf([2])]), vector("no hashes", path: []),
      vector("another root, rightly signed", note: rewrittenNote),
      vector("the key of another ledger of that name", key: other.log.verifierKey),
      vector("a root that another key signed", note: try other.checkpoint(cosignedBy: 0)),
      vector("a changed signature", note: try SignedNote(parsing: Array(forged.utf8))),
    ]
  }
}

@Suite(.serialized, .enabled(if: Browser.isInstalled, "Chromium is missing: apt-get install chromium"))
struct `Verification in the browser` {
  /// Opens a page on which the console's own script may be loaded.
  private static func with(_ body: (BrowserTab) async throws -> Void) async throws {
    try await SignedInServer.with { server in
      try await Browser.with { browser in
        let tab = try await browser.tab()
        try await tab.open("\(server.url)/sign-in")
        try await body(tab)
      }
    }
  }

  /// What a function makes of each item; it is given the module as `m` and the item as `v`.
  private static func each(_ items: [JSON], _ function: String, in tab: BrowserTab) async throws -> [JSON] {
    let list = String(decoding: JSON.array(items).canonicalBytes, as: UTF8.self)
    let text = try await tab.evaluate(
      """
      import("/assets/verify.js").then(async (m) => {
        const answers = [];
        for (const v of \(list)) answers.push(await (\(function))(m, v));
        return JSON.stringify(answers);
      })
      """)
    guard case .array(let answers)? = JSON(parsing: Array(text.utf8)) else {
      Issue.record("no list: \(text)")
      return []
    }
    return answers
  }

  /// Verifies, with a key that a person gave.
  private static let verify = """
    async (m, v) => (await m.verifyEntry({ index: v.index, entry: m.fromBase64(v.entry), proofText: v.proof,
      pasted: v.key, named: v.key, memory: null, tile: null })).state
    """

  @Test func `says of every proof what the library says of it`() async throws {
    let (good, bad) = (try ProofVector.good(), try ProofVector.bad())
    #expect(good.allSatisfy(\.holds) && !bad.contains(where: \.holds))
    try await Self.with { tab in
      let vectors = good + bad
      let states = try await Self.each(vectors.map(\.json), Self.verify, in: tab)
      #expect(states.count == vectors.count)
      for (vector, state) in zip(vectors, states) {
        #expect(state == (vector.holds ? "pass" : "fail"), "\(vector.name)")
      }
    }
  }

  @Test func `computes hashes, reads base 64 and keys as the library does`() async throws {
    let entries: [[UInt8]] = [[], [0], Array("0123456789abcdef".utf8), Array(repeating: 7, count: 3_000)]
    let key = try SignedLog(witnessCount: 0, leaves: 1).log.verifierKey
    try await Self.with { tab in
      let hashes = try await Self.each(
        entries.map { .string(Base64.encode($0)) }, "async (m, v) => m.toBase64(await m.leafHash(m.fromBase64(v)))",
        in: tab)
      #expect(hashes == entries.map { .string(MerkleHash.leaf($0).base64) })
      // The leaf hash of nothing, as published with RFC 6962's test data.
      #expect(hashes.first == "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
      let node = try await Self.each(
        [.string(MerkleHash.leaf([]).base64)],
        "async (m, v) => m.toBase64(await m.nodeHash(m.fromBase64(v), m.fromBase64(v)))", in: tab)
      #expect(node == [.string(MerkleHash.node(.leaf([]), .leaf([])).base64)])
      let texts = ["", "AA==", "AB==", "AAA", "A A=", "AAAA\n", "_-_-"]
      let decoded = try await Self.each(
        texts.map { .string($0) }, "async (m, v) => { try { m.fromBase64(v); return true } catch { return false } }",
        in: tab)
      #expect(decoded == texts.map { .bool(Base64.decode($0) != nil) })
      let changed = ["\(key)", "\(key)".replacing("shop", with: "shup"), "\(key.name)", "", "\(key)A"]
      let read = try await Self.each(
        changed.map { .string($0) },
        "async (m, v) => { try { return (await m.parseKey(v)).text } catch { return null } }", in: tab)
      #expect(read == changed.map { (try? VerifierKey($0)).map { .string("\($0)") } ?? .null })
    }
  }

  /// A ledger that a browser saw before, and the one of now.
  private static func growth(from old: Int, to new: Int) throws -> (json: JSON, path: [MerkleHash]) {
    let leaves = (0..<new).map { MerkleHash.leaf(Array("\($0)".utf8)) }
    var tree = TiledTree()
    tree.append(leaves)
    let path = try tree.hashes(.consistency(from: UInt64(old), to: UInt64(new)))
    let oldRoot = MerkleHash.root(of: leaves.prefix(old))
    let proof = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), path: path)
    try proof.verify(oldRoot: oldRoot, newRoot: tree.edge.root)
    let tiles = tree.tiles.map { coordinate, tile in
      (
        "\(coordinate.level)/\(coordinate.index)/\(coordinate.width)",
        JSON.array(tile.hashes.map { .string($0.base64) })
      )
    }
    return (
      [
        "from": .string("\(old)"), "to": .string("\(new)"), "old": .string(oldRoot.base64),
        "now": .string(tree.edge.root.base64), "tiles": .object(Dictionary(tiles, uniquingKeysWith: { $1 })),
      ], path
    )
  }

  @Test func `finds out of tiles how a ledger grew, and that it grew and was not rewritten`() async throws {
    let pairs =
      (1...16).flatMap { new in (1...new).map { ($0, new) } }
      + [(255, 256), (256, 257), (1, 600), (256, 600), (300, 600), (511, 600), (513, 600)]
    let cases = try pairs.map { try Self.growth(from: $0.0, to: $0.1) }
    try await Self.with { tab in
      let answers = try await Self.each(
        cases.map(\.json),
        """
        async (m, v) => {
          const tile = async (...place) => v.tiles[place.join("/")].map(m.fromBase64);
          const path = await m.continuationPath(BigInt(v.from), BigInt(v.to), tile);
          const [older, newer] = [[v.from, v.old], [v.to, v.now]]
            .map(([size, root]) => ({ size: BigInt(size), root: m.fromBase64(root) }));
          const continued = await m.isContinued(older, newer, path);
          const isChanged = older.root.map((byte, place) => (place === 0 ? byte ^ 1 : byte));
          return [path.map(m.toBase64), continued, await m.isContinued({ ...older, root: isChanged }, newer, path)];
        }
        """, in: tab)
      #expect(answers.count == cases.count)
      for (pair, (known, answer)) in zip(pairs, zip(cases, answers)) {
        #expect(answer == [.array(known.path.map { .string($0.base64) }), true, false], "\(pair)")
      }
    }
  }

  /// Verifies with what a browser remembers, and gives the state and what is remembered from then on.
  private static let withMemory = """
    async (m, v) => {
      const answer = await m.verifyEntry({ index: v.index, entry: m.fromBase64(v.entry), proofText: v.proof,
        pasted: v.pasted, named: v.key, memory: v.memory, tile: null });
      return [answer.state, answer.remember?.isGiven ?? null, answer.warnings.length];
    }
    """

  @Test func `verifies only under a key that a person gave, and remembers which one that was`() async throws {
    let log = try SignedLog(witnessCount: 0, leaves: 9)
    let stranger = try SignedLog(witnessCount: 0, leaves: 9).log.verifierKey
    let proof = try log.proofText(of: 4, cosignedBy: 0)
    let (key, root) = ("\(log.log.verifierKey)", log.tree.edge.root.base64)
    func memory(_ key: String, isGiven: Bool, size: String = "9", root: String = root) -> JSON {
      ["key": .string(key), "isGiven": .bool(isGiven), "size": .string(size), "root": .string(root)]
    }
    let cases: [(pasted: String, named: String, memory: JSON, answer: JSON)] = [
      ("", key, .null, ["consistent", false, 0]), (key, key, .null, ["pass", true, 0]),
      ("", key, memory(key, isGiven: false), ["consistent", false, 0]),
      ("", key, memory(key, isGiven: true), ["pass", true, 0]),
      (key, key, memory(key, isGiven: false), ["pass", true, 0]),
      // What a browser remembered before it was noted who gave the key.
      ("", key, ["key": .string(key), "size": "9", "root": .string(root)], ["consistent", false, 0]),
      ("", "\(stranger)", .null, ["fail", .null, 0]), ("\(stranger)", key, .null, ["fail", .null, 1]),
      ("", "\(stranger)", memory(key, isGiven: true), ["pass", true, 1]),
      (key, key, memory("\(stranger)", isGiven: true), ["pass", true, 1]),
      ("", key, memory(key, isGiven: true, size: "10"), ["fail", .null, 0]),
      ("", key, memory(key, isGiven: true, root: MerkleHash.leaf([]).base64), ["fail", .null, 0]),
      ("no key", key, .null, ["fail", .null, 0]),
    ]
    try await Self.with { tab in
      let items = cases.map { item -> JSON in
        [
          "entry": .string(Base64.encode(Array("4".utf8))), "proof": .string(proof), "index": "4",
          "pasted": .string(item.pasted), "key": .string(item.named), "memory": item.memory,
        ]
      }
      let answers = try await Self.each(items, Self.withMemory, in: tab)
      #expect(answers == cases.map(\.answer))
    }
  }

  @Test func `takes no proof for another entry than the one that was asked for`() async throws {
    let log = try SignedLog(witnessCount: 0, leaves: 9)
    try await Self.with { tab in
      var item = ProofVector(
        name: "", entry: Array("4".utf8), proof: try log.proofText(of: 4, cosignedBy: 0), key: log.log.verifierKey
      ).json
      #expect(try await Self.each([item], Self.verify, in: tab) == ["pass"])
      guard case .object(var members) = item else { return }
      members["index"] = "5"
      item = .object(members)
      #expect(try await Self.each([item], Self.verify, in: tab) == ["fail"])
    }
  }

  @Test func `is not known, and never green, where the browser has no Ed25519`() async throws {
    let log = try SignedLog(witnessCount: 0, leaves: 9)
    let vector = ProofVector(
      name: "", entry: Array("4".utf8), proof: try log.proofText(of: 4, cosignedBy: 0), key: log.log.verifierKey)
    try await Self.with { tab in
      #expect(try await Self.each([vector.json], Self.verify, in: tab) == ["pass"])
      try await tab.evaluateForEffect(
        """
        crypto.subtle.importKey = async () => { throw new DOMException("unrecognized", "NotSupportedError") }
        """)
      #expect(try await Self.each([vector.json], Self.verify, in: tab) == ["unknown"])
    }
  }
}
