public import Primitives
import Storage

extension Vault {
  /// A record that a search found.
  public struct Found: Hashable, Sendable {
    public let subject: Identifier<Subject>
    public let collection: String
    public let record: Identifier<VaultRecord>
    public let version: Int64
  }

  /// A search that would open more records than this is refused: another index is needed.
  public static let mostCandidates = 2_000

  /// Finds records by the values of an index's fields.
  /// - Throws: ``VaultError``, ``StorageError``.
  /// - Complexity: opens as many records as share the index's cut value.
  public func find(
    in name: String, where wanted: [String: JSON], by caller: VaultCaller
  ) async throws -> [Found] {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let collection = try ground.collection(name)
        let (index, normal) = try index(of: collection, for: wanted, ground)
        try grounds.expect(toCover: index.declared.fields.map { collection.fields[$0] }, in: collection)
        let value = BlindIndex.value(of: normal, bits: index.stored.bits, under: index.key)
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          try expectBuilt(index, transaction)
          let places = try IndexStore.places(
            of: value, in: index.stored.number, limit: Self.mostCandidates + 1, transaction)
          guard places.count <= Self.mostCandidates else {
            throw VaultError.refused(
              reason: "more than \(Self.mostCandidates) records share this index; search by more fields")
          }
          let found = try places.compactMap { subject, record in
            try match(subject, record, in: collection, index, normal, ground, transaction)
          }
          try self.record(
            "vault.searched", by: caller.author,
            [
              "collection": .string(name), "index": .string(index.declared.name), "purpose": .string(caller.purpose),
              "found": .integer(Int64(found.count)),
            ], about: Array(Set(found.map(\.subject)).prefix(100)), transaction)
          return found
        }
      }
    }
  }

  private func index(
    of collection: RecordCollection, for wanted: [String: JSON], _ ground: Ground
  ) throws(VaultError) -> (Ground.OpenIndex, [String]) {
    let names = Set(wanted.keys)
    let index = (ground.indexes[collection.name] ?? []).first { index in
      Set(index.declared.fields.map { collection.fields[$0].name }) == names
    }
    guard let index else {
      let known = collection.indexes.map(\.name).joined(separator: ", ")
      throw .undeclared(
        place: "where",
        reason: "no index of \(collection.name) is over just these fields; there are \(known.isEmpty ? "none" : known)")
    }
    let normal = try index.declared.fields.map { number throws(VaultError) -> String in
      let field = collection.fields[number]
      let text = try FieldValue.text(
        wanted[field.name] ?? .null, of: field.type, length: field.length, at: "where.\(field.name)")
      guard let normal = FieldValue.normal(text, of: field.type) else {
        throw .unusableValue(place: "where.\(field.name)", reason: "it cannot be searched for")
      }
      return normal
    }
    return (index, normal)
  }

  private func expectBuilt(_ index: Ground.OpenIndex, _ transaction: ReadTransaction) throws {
    let stored = try IndexStore.indexes(transaction).first { $0.number == index.stored.number }
    guard stored?.isBuilt == true else {
      throw VaultError.refused(
        reason:
          "the index \(index.declared.name) is being built since the data map changed; try again when the job is done")
    }
  }

  /// A record that an index names, if it really has the values.
  private func match(
    _ subject: Identifier<Subject>, _ record: Identifier<VaultRecord>, in collection: RecordCollection,
    _ index: Ground.OpenIndex, _ normal: [String], _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> Found? {
    // What is kept of somebody who asked to be forgotten is not found.
    guard try SubjectStore.state(subject, transaction) == .inUse,
      let stored = try RecordStore.record(record, of: subject, in: collection.name, transaction)
    else { return nil }
    let (key, _, _) = try openKey(of: subject, for: .inUse, ground, transaction)
    let values = try presentValues(stored, under: key, ground, transaction)
    let has = index.declared.fields.map { number in
      values.first { $0.number == number }.flatMap { FieldValue.normal($0.text, of: collection.fields[number].type) }
    }
    guard has == normal.map({ Optional($0) }) else { return nil }
    return Found(subject: subject, collection: collection.name, record: record, version: stored.place.version)
  }
}
