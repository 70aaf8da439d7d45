public import Journal
public import Primitives
import Storage

extension Vault {
  /// A data map that was in force at some time.
  public struct AdoptedMap: Sendable {
    public let version: Int64
    public let map: DataMap
    /// As the journal names them.
    public let author: String
    public let adopted: Instant
  }

  /// The map in force; nil when there is none yet.
  public func map() async throws -> AdoptedMap? {
    try await database.read { try MapStore.newest($0) }.map(Self.adopted)
  }

  /// Every map that was adopted, the newest first; 200 of them at most.
  public func maps() async throws -> [AdoptedMap] {
    try await database.read { try MapStore.all($0) }.map(Self.adopted)
  }

  private static func adopted(_ stored: MapStore.StoredMap) throws -> AdoptedMap {
    AdoptedMap(
      version: stored.version, map: try DataMap(yaml: Array(stored.yaml.utf8), file: "data map \(stored.version)"),
      author: stored.author, adopted: stored.adopted)
  }

  func olderMap(_ version: Int64, _ transaction: ReadTransaction) throws -> DataMap {
    guard let stored = try MapStore.map(version, transaction) else {
      throw VaultError.damaged(what: "the data map \(version)")
    }
    return try DataMap(yaml: Array(stored.yaml.utf8), file: "data map \(version)")
  }

  /// What adopting a map would change.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  public func difference(to map: DataMap) async throws -> MapDifference {
    try map.expectPlannable()
    return MapDifference(from: try await self.map()?.map, to: map)
  }

  /// Puts a map in force. What it declares can be stored from then on; what it declares no more is given to nobody, and
  /// goes with the next retention run. New indexes are built in the background.
  /// - Returns: its version; the one in force where the map says nothing else.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  public func adopt(_ map: DataMap, by author: Entry.Author) async throws -> Int64 {
    try map.expectPlannable()
    guard !map.collections.isEmpty else {
      throw VaultError.unusableMap(
        file: "the data map", line: 1,
        reason: "no dataset of it is the vault's: put 'surety_meta: {vault: true}' at the one that is to be kept here")
    }
    let now = surroundings.now()
    let jobID = Identifier<VaultJob>(in: surroundings)
    let version = try await database.write { transaction in
      let before = try MapStore.newest(transaction)
      if let before, before.yaml == map.text { return before.version }
      let version = (before?.version ?? 0) + 1
      let old = try before.map { try DataMap(yaml: Array($0.yaml.utf8), file: "the data map in force") }
      try MapStore.insert(
        MapStore.StoredMap(version: version, yaml: map.text, author: author.name, adopted: now), transaction)
      let isEmpty = try RecordStore.count(transaction) == 0
      let known = try IndexStore.indexes(transaction)
      var isComplete = true
      for collection in map.collections {
        for index in collection.indexes {
          let bits = map.plannedBits(of: index, in: collection)
          let isKnown = known.contains {
            $0.collection == collection.name && $0.name == index.name && $0.bits == bits
          }
          if isKnown { continue }
          isComplete = isComplete && isEmpty
          try IndexStore.insert(
            collection: collection.name, name: index.name, bits: bits, isUnique: index.isUnique,
            built: isEmpty ? now : nil, transaction)
        }
      }
      if !isEmpty {
        try JobStore.insert(
          VaultJob(id: jobID, kind: .indexes, author: author.name, target: version, begun: now), transaction)
      }
      try record(
        "vault.map-adopted", by: author, MapDifference(from: old, to: map).facts(version: version), transaction)
      return version
    }
    forgetGround()
    return version
  }
}

extension DataMap {
  /// Sees that every index hides enough, by the planner's bounds.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  func expectPlannable() throws(VaultError) {
    for collection in collections {
      for index in collection.indexes where !index.isUnique {
        for number in index.fields {
          let existing = bitsBefore(index, on: number, in: collection)
          guard IndexPlan.bounds(records: collection.expectedRecords, existing: existing) != nil else {
            throw .unusableMap(
              file: "the data map", line: 1,
              reason:
                "one more index on \(collection.name).\(collection.fields[number].name) would tell too much: with "
                + "\(collection.expectedRecords) expected records fewer than two would share it. Leave an index out, or "
                + "correct expected_records")
          }
        }
      }
    }
  }
}
