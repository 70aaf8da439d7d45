import TransparencyLog

/// The stored tree as the sequencer keeps it in mind: a few hundred hashes and entries, however large the ledger is.
struct SequencedTree: Sendable {
  var edge: TreeEdge
  /// The root of the tree.
  var root: MerkleHash
  /// The entries of the last, partial bundle.
  var tail: [JournalStore.Record]
  /// The highest identifier in any full bundle.
  var reach: [UInt8]
}

/// What one round of the sequencer writes. Pure: computed from the stored tree and the entries that go into it next.
struct Integration: Sendable {
  let before: (size: UInt64, root: MerkleHash)
  let after: SequencedTree
  let tiles: [Tile]
  let bundles: [(id: UInt64, entries: [UInt8])]
  let spans: [(id: UInt64, low: [UInt8], high: [UInt8], reach: [UInt8])]
  /// The new rows of the tail and the leaf of the first of them.
  let newTail: ArraySlice<JournalStore.Record>
  let newTailStart: UInt64
  /// The keys of the pending rows that are taken up, as unbroken runs: between two keys of a run there is no other row,
  /// so a row that another transaction commits meanwhile is never removed with them.
  let taken: [ClosedRange<Int64>]

  /// - Complexity: O(number of entries) hashes.
  init(of pending: [(seq: Int64, record: JournalStore.Record)], into tree: SequencedTree) {
    var after = tree
    before = (tree.edge.size, tree.root)
    tiles = after.edge.append(pending.map { MerkleHash.leaf($0.record.entry) })
    after.root = after.edge.root
    taken = Self.runs(of: pending.map(\.seq))

    let firstBundle = tree.edge.size / 256
    let records = tree.tail + pending.map(\.record)
    var bundles: [(id: UInt64, entries: [UInt8])] = []
    var spans: [(id: UInt64, low: [UInt8], high: [UInt8], reach: [UInt8])] = []
    for start in stride(from: 0, through: records.count - 256, by: 256) {
      let members = records[start..<start + 256]
      let id = firstBundle + UInt64(start / 256)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(members.reduce(0) { $0 + $1.entry.count + 2 })
      for member in members { EntryBundle.append(member.entry, to: &bytes) }
      bundles.append((id, bytes))
      let ids = members.map(\.id)
      let low = ids.min { $0.lexicographicallyPrecedes($1) } ?? []
      let high = ids.max { $0.lexicographicallyPrecedes($1) } ?? []
      if after.reach.lexicographicallyPrecedes(high) { after.reach = high }
      spans.append((id, low, high, after.reach))
    }
    (self.bundles, self.spans) = (bundles, spans)

    after.tail = Array(records.dropFirst(bundles.count * 256))
    newTail = bundles.isEmpty ? records[tree.tail.count...] : after.tail[...]
    newTailStart = after.edge.size - UInt64(newTail.count)
    self.after = after
  }

  static func runs(of keys: [Int64]) -> [ClosedRange<Int64>] {
    var runs: [ClosedRange<Int64>] = []
    for key in keys {
      if let last = runs.last, last.upperBound + 1 == key {
        runs[runs.count - 1] = last.lowerBound...key
      } else {
        runs.append(key...key)
      }
    }
    return runs
  }
}
