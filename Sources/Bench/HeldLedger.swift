import Journal
import Primitives
import TestKit
import TransparencyLog

/// A ledger in memory, so that verifying it waits for nothing: entries of a typical length, in full bundles, with all
/// tiles and a signed checkpoint.
struct HeldLedger: LedgerSource {
  let policy: LogPolicy
  let bundles: [[UInt8]]
  private let tree: TiledTree
  private let note: SignedNote

  /// - Parameter bundleCount: so many times 256 entries.
  init(bundleCount: Int) throws {
    var bundles: [[UInt8]] = []
    var leaves: [MerkleHash] = []
    for bundle in 0..<bundleCount {
      let entries = (0..<256).map { Self.entry(bundle * 256 + $0) }
      bundles.append(try EntryBundle(entries: entries).bytes)
      leaves += entries.map { .leaf($0) }
    }
    self.bundles = bundles
    var tree = TiledTree()
    tree.append(leaves)
    self.tree = tree
    let key = try SigningKey(generatingFor: TestLedger.origin, kind: .ed25519)
    policy = LogPolicy(trusting: [key.verifierKey])
    let checkpoint = Checkpoint(origin: TestLedger.origin, size: tree.edge.size, root: tree.edge.root)
    var note = try SignedNote(text: checkpoint.text)
    note.add(try key.sign(note.text, at: Instant(seconds: 0)))
    self.note = note
  }

  /// The length of an entry on average, in bytes.
  var entryLength: Int { bundles.reduce(0) { $0 + $1.count } / bundles.count / 256 - 2 }

  func checkpoint() async throws -> SignedNote { note }
  func tile(_ coordinate: TileCoordinate) async throws -> Tile? { tree.tiles[coordinate] }
  func entryBundle(_ index: UInt64, width: Int) async throws -> [UInt8]? { bundles[Int(index)] }

  private static func entry(_ number: Int) -> [UInt8] {
    Array(
      #"{"at":"2026-11-24T02:12:00.123456Z","author":"system","facts":{"number":\#(number)},"id":"0193d7a4-0000-7000-8000-000000000000","kind":"test.counted","v":1}"#
        .utf8)
  }
}
