import Crypto
import TestKit
import Testing
import TransparencyLog

@Suite struct `A Merkle tree` {
  static func entries(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("entry \($0)".utf8) } }

  @Test func `of no leaves has the hash of nothing as its root`() {
    #expect(TreeEdge().root == .emptyTree)
    #expect(MerkleHash.emptyTree.bytes == Array(SHA256.hash(data: [UInt8]())))
  }

  /// The first roots of the test vectors that Certificate Transparency implementations share.
  @Test func `has the roots of the published vectors`() throws {
    let inputs: [[UInt8]] = [
      [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
      [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
      [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ]
    let roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    var edge = TreeEdge()
    for (input, root) in zip(inputs, roots) {
      _ = edge.append([.leaf(input)])
      #expect(edge.root.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == root)
    }
  }

  @Test(arguments: 0...70) func `of any small size proves every leaf and every beginning`(size: Int) throws {
    let entries = Self.entries(size)
    var tree = TiledTree()
    tree.append(entries.map { .leaf($0) })
    var reference = ReferenceTree(entries)
    #expect(tree.edge.root.bytes == reference.root())
    for index in 0..<size {
      let path = try tree.hashes(.inclusion(of: UInt64(index), inTreeOf: UInt64(size)))
      #expect(path.map(\.bytes) == reference.path(to: index))
      let proof = InclusionProof(index: UInt64(index), treeSize: UInt64(size), path: path)
      try proof.verify(leaf: .leaf(entries[index]), root: tree.edge.root)
    }
    for old in 0...size {
      let path = try tree.hashes(.consistency(from: UInt64(old), to: UInt64(size)))
      #expect(path.map(\.bytes) == reference.consistency(from: old))
      let oldRoot = try #require(MerkleHash(bytes: ReferenceTree.root(of: entries[..<old])))
      try ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), path: path)
        .verify(oldRoot: oldRoot, newRoot: tree.edge.root)
    }
  }

  @Test(arguments: [1, 2, 3, 7, 13, 24]) func `proves every range of leaves`(size: Int) throws {
    let entries = Self.entries(size)
    var tree = TiledTree()
    tree.append(entries.map { .leaf($0) })
    for start in 0..<size {
      for end in start + 1...size {
        let path = try tree.hashes(.range(UInt64(start)..<UInt64(end), inTreeOf: UInt64(size)))
        let proof = RangeProof(start: UInt64(start), end: UInt64(end), treeSize: UInt64(size), path: path)
        let leaves = entries[start..<end].map { MerkleHash.leaf($0) }
        try proof.verify(leaves: leaves, root: tree.edge.root)
        #expect(throws: TransparencyLogError.self) {
          try proof.verify(leaves: leaves.dropLast(), root: tree.edge.root)
        }
        #expect(throws: TransparencyLogError.self) {
          try proof.verify(leaves: leaves + leaves, root: tree.edge.root)
        }
        if leaves.count > 1 {
          #expect(throws: TransparencyLogError.self) {
            try proof.verify(leaves: leaves.reversed(), root: tree.edge.root)
          }
        }
      }
    }
  }

  /// Random sizes up to 2^20, grown in random steps, restored from their edge in between.
  @Test(arguments: 0..<6) func `grown in any steps equals the reference`(round: Int) throws {
    var random = SeededGenerator(for: "grown in any steps, round \(round)")
    let size = Int.random(in: 1...(1 << [8, 11, 14, 16, 18, 20][round]), using: &random)
    let entries = (0..<size).map { _ in random.bytes(8) }
    var tree = TiledTree()
    var appended = 0
    var milestones: [(Int, MerkleHash)] = []
    while appended < size {
      let step = min(size - appended, Int.random(in: 1...max(1, size / 3), using: &random))
      tree.append(entries[appended..<appended + step].map { .leaf($0) })
      appended += step
      milestones.append((appended, tree.edge.root))
      let restored = try TreeEdge(size: UInt64(appended), tiles: tree.tiles)
      #expect(restored == tree.edge)
    }
    var reference = ReferenceTree(entries)
    #expect(tree.edge.root.bytes == reference.root())
    for (old, root) in milestones.prefix(20) {
      let path = try tree.hashes(.consistency(from: UInt64(old), to: UInt64(size)))
      #expect(path.map(\.bytes) == reference.consistency(from: old))
      try ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), path: path)
        .verify(oldRoot: root, newRoot: tree.edge.root)
    }
    for _ in 0..<40 {
      let index = Int.random(in: 0..<size, using: &random)
      let plan = try ProofPlan.inclusion(of: UInt64(index), inTreeOf: UInt64(size))
      #expect(plan.tiles.count <= 2 * 3, "a proof at \(size) leaves needs \(plan.tiles.count) tiles")
      let path = try tree.hashes(plan)
      #expect(path.map(\.bytes) == reference.path(to: index))
      try InclusionProof(index: UInt64(index), treeSize: UInt64(size), path: path)
        .verify(leaf: .leaf(entries[index]), root: tree.edge.root)
    }
  }

  @Test func `gives no proof that survives a change`() throws {
    var random = SeededGenerator(for: "no proof survives a change")
    let size = 1_000
    let entries = Self.entries(size)
    var tree = TiledTree()
    tree.append(entries.map { .leaf($0) })
    for _ in 0..<200 {
      let index = UInt64.random(in: 0..<UInt64(size), using: &random)
      let path = try tree.hashes(.inclusion(of: index, inTreeOf: UInt64(size)))
      let leaf = MerkleHash.leaf(entries[Int(index)])
      var changed = path
      let victim = Int.random(in: 0..<path.count, using: &random)
      changed[victim] = try #require(MerkleHash(bytes: random.bytes(32)))
      for proof in [
        InclusionProof(index: index, treeSize: UInt64(size), path: changed),
        InclusionProof(index: index ^ 1, treeSize: UInt64(size), path: path),
        InclusionProof(index: index, treeSize: UInt64(size), path: path.dropLast()),
        InclusionProof(index: index, treeSize: UInt64(size), path: path + [leaf]),
        InclusionProof(index: UInt64(size), treeSize: UInt64(size), path: path),
      ] {
        #expect(throws: TransparencyLogError.self) { try proof.verify(leaf: leaf, root: tree.edge.root) }
      }
    }
  }

  /// A path with one hash changed, with one taken away and with one added, at any place.
  static func changes(of path: [MerkleHash], _ random: inout SeededGenerator) throws -> [[MerkleHash]] {
    let stray = try #require(MerkleHash(bytes: random.bytes(32)))
    var longer = path
    longer.insert(stray, at: Int.random(in: 0...path.count, using: &random))
    guard !path.isEmpty else { return [longer] }
    var (changed, shorter) = (path, path)
    changed[Int.random(in: 0..<path.count, using: &random)] = stray
    shorter.remove(at: Int.random(in: 0..<path.count, using: &random))
    return [changed, shorter, longer, path + path.suffix(1), Array(path.dropLast()), Array(path.dropFirst())]
  }

  @Test func `gives no consistency proof that survives a change`() throws {
    var random = SeededGenerator(for: "no consistency proof survives a change")
    let size = 1_000
    var (tree, roots) = (TiledTree(), [MerkleHash.emptyTree])
    for entry in Self.entries(size) {
      tree.append([.leaf(entry)])
      roots.append(tree.edge.root)
    }
    // Powers of two and the ends, whose paths have forms of their own, and others.
    let sizes = [0, 1, 2, 256, 512, 999, 1_000] + (0..<200).map { _ in Int.random(in: 0...size, using: &random) }
    for old in sizes {
      let path = try tree.hashes(.consistency(from: UInt64(old), to: UInt64(size)))
      func verify(_ path: [MerkleHash], from oldRoot: MerkleHash, to newRoot: MerkleHash) throws {
        try ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(size), path: path)
          .verify(oldRoot: oldRoot, newRoot: newRoot)
      }
      try verify(path, from: roots[old], to: roots[size])
      for broken in try Self.changes(of: path, &random) {
        #expect(throws: TransparencyLogError.self, "from \(old)") {
          try verify(broken, from: roots[old], to: roots[size])
        }
      }
      let stray = try #require(MerkleHash(bytes: random.bytes(32)))
      #expect(throws: TransparencyLogError.self) { try verify(path, from: stray, to: roots[size]) }
      // Every tree continues the empty one, so to it any new root will do.
      if old > 0 {
        #expect(throws: TransparencyLogError.self) { try verify(path, from: roots[old], to: stray) }
      }
    }
  }

  @Test func `gives no range proof that survives a change`() throws {
    var random = SeededGenerator(for: "no range proof survives a change")
    let size = 1_000
    let leaves = Self.entries(size).map { MerkleHash.leaf($0) }
    var tree = TiledTree()
    tree.append(leaves)
    let ends = (0..<150).map { _ in Int.random(in: 1...size, using: &random) }
    for range in [0..<size, 0..<512, 512..<size] + ends.map({ Int.random(in: 0..<$0, using: &random)..<$0 }) {
      let (start, end) = (UInt64(range.lowerBound), UInt64(range.upperBound))
      let path = try tree.hashes(.range(start..<end, inTreeOf: UInt64(size)))
      func verify(_ path: [MerkleHash], _ leaves: [MerkleHash]) throws {
        try RangeProof(start: start, end: end, treeSize: UInt64(size), path: path)
          .verify(leaves: leaves, root: tree.edge.root)
      }
      try verify(path, Array(leaves[range]))
      for broken in try Self.changes(of: path, &random) {
        #expect(throws: TransparencyLogError.self, "\(range)") { try verify(broken, Array(leaves[range])) }
      }
      for broken in try Self.changes(of: Array(leaves[range]), &random) {
        #expect(throws: TransparencyLogError.self, "\(range)") { try verify(path, broken) }
      }
    }
  }
}

@Suite struct `A tile path` {
  @Test(
    arguments: [
      ("tile/0/x001/x234/067", 0, 1_234_067, 256), ("tile/0/000", 0, 0, 256), ("tile/0/273.p/112", 0, 273, 112),
      ("tile/63/x001/000.p/1", 63, 1_000, 1),
    ] as [(String, Int, UInt64, Int)])
  func `is written and read as the specification shows`(path: String, level: Int, index: UInt64, width: Int) throws {
    let coordinate = try #require(TileCoordinate(level: level, index: index, width: width))
    #expect(coordinate.path == path)
    #expect(try TileCoordinate(path: path) == coordinate)
  }

  /// The example of tlog-tiles: a tree of 70,000 leaves.
  @Test func `exists for exactly the tiles of a tree of 70,000 leaves`() {
    let edge = TreeEdge.tiles(ofTreeOf: 70_000)
    #expect(edge.map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
  }

  @Test(arguments: [
    "", "tile", "tile/0", "tile/0/", "tile/0/1", "tile/0/0000", "tile/0/001/002", "tile/0/x001", "tile/64/000",
    "tile/00/000", "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
    "tile/0/x000/001",
    "tile/0/x999/x999/x999/x999/x999/999", "tile/0/../000", "tile/0/00a", "tiles/0/000", "tile/0/٠٠٠",
    "tile/0/x001/x2/067",
  ])
  func `that is not canonical is refused`(path: String) {
    #expect(throws: TransparencyLogError.self) { try TileCoordinate(path: path) }
  }
}

@Suite struct `An entry bundle` {
  @Test func `reads back what was written`() throws {
    let entries: [[UInt8]] = [[], [1], Array(repeating: 7, count: 65_535)]
    let bundle = try EntryBundle(entries: entries)
    #expect(try EntryBundle(bytes: bundle.bytes, count: 3).entries == entries)
  }

  @Test func `refuses a longer entry, a missing one, and bytes after the last`() throws {
    #expect(throws: TransparencyLogError.self) { try EntryBundle(entries: [Array(repeating: 0, count: 65_536)]) }
    let bytes = try EntryBundle(entries: [[1, 2], [3]]).bytes
    for (broken, count) in [(bytes, 1), (bytes, 3), (bytes.dropLast(), 2), (bytes + [0], 2)] {
      #expect(throws: TransparencyLogError.self) { try EntryBundle(bytes: Array(broken), count: count) }
    }
  }
}
