public import Primitives
import Storage

/// A record as it is given to whoever reads it for a purpose.
public struct OpenedRecord: Hashable, Sendable {
  public let subject: Identifier<Subject>
  public let collection: String
  public let id: Identifier<VaultRecord>
  public let version: Int64
  public let made: Instant
  public let changed: Instant
  /// The values that the purpose covers, by field; some of them masked.
  public let fields: RecordFields
  /// Fields that are there and are masked.
  public let masked: [String]
  /// Fields that are there and are not for this purpose.
  public let withheld: [String]
}

extension Vault {
  /// What is to be read of a subject.
  public struct Selection: Sendable {
    /// Nil for every collection.
    public var collection: String?
    /// Nil for every record.
    public var record: Identifier<VaultRecord>?
    /// Nil for every field that the purpose covers; one that it does not cover is refused when it is named.
    public var fields: [String]?

    public init(
      collection: String? = nil, record: Identifier<VaultRecord>? = nil, fields: [String]? = nil
    ) {
      (self.collection, self.record, self.fields) = (collection, record, fields)
    }
  }

  /// Reads what is held about a subject, for a purpose. That it was read is in the journal before it is given away.
  /// - Throws: ``VaultError``, ``StorageError``.
  public func read(
    _ subject: Identifier<Subject>, _ selection: Selection = Selection(), by caller: VaultCaller
  ) async throws -> [OpenedRecord] {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        try expect(selection, grounds, ground)
        let taken = try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          let taken = try take(subject, selection, ground, transaction)
          try note(selection, by: caller, of: subject, count: taken.records.count, transaction)
          return taken
        }
        return try taken.records.map { try open($0, from: taken, selection, grounds, caller, ground) }
      }
    }
  }

  /// What a transaction takes out, still sealed but for the key.
  struct Taken: Sendable {
    let records: [RecordStore.StoredRecord]
    let key: SecretBytes
    let isRestricted: Bool
    /// The maps under which the records were written.
    let maps: [Int64: DataMap]
  }

  private func take(
    _ subject: Identifier<Subject>, _ selection: Selection, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> Taken {
    let (key, _, state) = try openKey(of: subject, for: .restricted, ground, transaction)
    let records: [RecordStore.StoredRecord]
    switch (selection.collection, selection.record) {
    case (let collection?, let id?):
      guard let record = try RecordStore.record(id, of: subject, in: collection, transaction) else {
        throw VaultError.unknown(kind: "record", name: "\(id)")
      }
      records = [record]
    case (let collection?, nil): records = try RecordStore.records(of: subject, in: collection, transaction)
    case (nil, _): records = try RecordStore.records(of: subject, transaction)
    }
    return Taken(
      records: records, key: key, isRestricted: state == .restricted,
      maps: try maps(of: records, ground, transaction))
  }

  /// The maps under which records were written.
  func maps(
    of records: [RecordStore.StoredRecord], _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> [Int64: DataMap] {
    var maps = [ground.mapVersion: ground.map]
    for version in Set(records.map(\.place.mapVersion)) where maps[version] == nil {
      maps[version] = try olderMap(version, transaction)
    }
    return maps
  }

  private func expect(
    _ selection: Selection, _ grounds: PurposeGrounds, _ ground: Ground
  ) throws(VaultError) {
    guard let name = selection.collection else {
      guard selection.fields == nil, selection.record == nil else {
        throw .refused(reason: "name the collection of the record or the fields")
      }
      return
    }
    let collection = try ground.collection(name)
    guard let fields = selection.fields else { return }
    let declared = try fields.map { name throws(VaultError) in
      guard let field = collection[name] else {
        throw .undeclared(
          place: "fields", reason: "the data map declares no field '\(name.prefix(60))' in \(collection.name)")
      }
      return field
    }
    try grounds.expect(toCover: declared, in: collection)
  }

  private func note(
    _ selection: Selection, by caller: VaultCaller, of subject: Identifier<Subject>, count: Int,
    _ transaction: WriteTransaction
  ) throws {
    var facts: [String: JSON] = [
      "purpose": .string(caller.purpose), "records": .integer(Int64(count)),
      "collection": selection.collection.map { .string($0) } ?? .null,
    ]
    if let fields = selection.fields { facts["fields"] = .array(fields.prefix(50).map { .string($0) }) }
    if caller.seesMasked { facts["whole"] = true }
    try record("vault.subject-read", by: caller.author, facts, about: [subject], transaction)
  }

  func open(
    _ stored: RecordStore.StoredRecord, from taken: Taken, _ selection: Selection,
    _ grounds: PurposeGrounds, _ caller: VaultCaller, _ ground: Ground
  ) throws(VaultError) -> OpenedRecord {
    let place = stored.place
    guard let map = taken.maps[place.mapVersion] else { throw .damaged(what: "the data map of a record") }
    let plan = try ground.plan(
      for: grounds, of: place.collection, in: map, version: place.mapVersion, isRestricted: taken.isRestricted)
    let wanted = selection.fields.map { Set($0) }
    var withheld: [String] = []
    let opened = try SealedRecord.open(
      stored.sealed, at: place, of: platform, under: taken.key,
      named: { number in
        guard number < plan.names.count, wanted?.contains(plan.names[number]) ?? true else { return nil }
        if plan.given[number] == nil { withheld.append(plan.names[number]) }
        return plan.given[number]?.name
      })
    let fields = RecordFields(opened, by: plan, seesMasked: caller.seesMasked)
    return OpenedRecord(
      subject: place.subject, collection: place.collection, id: place.record, version: place.version,
      made: stored.made, changed: stored.changed, fields: fields, masked: fields.masked, withheld: withheld)
  }

  /// All values of a record, under the names that they were written with.
  func openValues(
    _ stored: RecordStore.StoredRecord, under key: SecretBytes, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> [SealedRecord.Value] {
    let map = try maps(of: [stored], ground, transaction)[stored.place.mapVersion]
    guard let written = map?[collection: stored.place.collection] else {
      throw VaultError.damaged(what: "the data map of a record")
    }
    return try SealedRecord.open(stored.sealed, at: stored.place, of: platform, under: key) { number in
      number < written.fields.count ? written.fields[number].name : nil
    }
  }

  /// The same, under the numbers that the map in force gives them; those it does not declare are left out.
  func presentValues(
    _ stored: RecordStore.StoredRecord, under key: SecretBytes, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> [SealedRecord.Value] {
    guard let collection = ground.map[collection: stored.place.collection] else { return [] }
    return try openValues(stored, under: key, ground, transaction).compactMap { value in
      collection[value.name].map { SealedRecord.Value(number: $0.number, name: value.name, text: value.text) }
    }.sorted { $0.number < $1.number }
  }
}
