public import Journal
public import Primitives
import Storage

extension Vault {
  /// No request stores more subjects, or more records of one.
  public static let mostSubjects = 5_000
  public static let mostRecords = 1_000

  /// Stores new subjects with their records, all or none.
  /// - Returns: their receipts, in the same order.
  /// - Throws: ``VaultError`` with the place of what is refused; ``StorageError``.
  public func add(_ subjects: [[NewRecord]], by caller: VaultCaller) async throws -> [SubjectReceipt] {
    try await add(by: caller.author) { batch in
      for (number, records) in subjects.enumerated() {
        try batch.add(records, at: subjects.count == 1 ? "" : "subjects[\(number)].")
      }
      return caller
    }
  }

  /// Stores new subjects that are given one by one, all or none.
  /// - Parameter fill: puts them into the batch, and says who stores them and why; called again where the data map or the
  ///   platform's key changed meanwhile.
  /// - Returns: their receipts, in the same order.
  /// - Throws: ``VaultError`` with the place of what is refused; ``StorageError``; what `fill` throws.
  public func add(
    by author: Entry.Author, _ fill: @Sendable (inout SubjectBatch) throws -> VaultCaller
  ) async throws -> [SubjectReceipt] {
    try await counting(by: author) {
      try await withGround { ground in
        let (prepared, caller) = try filled(fill, ground)
        let now = surroundings.now()
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          try SubjectStore.insert(prepared.map(\.key.subject), at: now, transaction)
          try KeyStore.insert(prepared.map(\.key), at: now, transaction)
          let receipts = try insert(prepared.flatMap(\.records), at: now, transaction)
          try noteAdded(prepared, by: caller, ground, transaction)
          return Self.group(receipts, by: prepared)
        }
      }
    }
  }

  private func filled(
    _ fill: (inout SubjectBatch) throws -> VaultCaller, _ ground: Ground
  ) throws -> (prepared: [SubjectBatch.PreparedSubject], caller: VaultCaller) {
    var batch = try SubjectBatch(of: self, on: ground)
    let caller = try fill(&batch)
    return (try batch.finish(for: ground.grounds(for: caller)), caller)
  }

  func newPlace(
    in collection: RecordCollection, of subject: Identifier<Subject>, keyVersion: Int64, _ ground: Ground
  ) -> RecordPlace {
    RecordPlace(
      subject: subject, collection: collection.name, record: Identifier(in: surroundings), version: 1,
      mapVersion: ground.mapVersion, keyVersion: keyVersion)
  }

  /// One subject is named in what opens the entry; of many, the entry says how many.
  private func noteAdded(
    _ prepared: [SubjectBatch.PreparedSubject], by caller: VaultCaller, _ ground: Ground,
    _ transaction: WriteTransaction
  ) throws {
    let records = prepared.reduce(0) { $0 + $1.records.count }
    try record(
      "vault.subjects-added", by: caller.author,
      [
        "subjects": .integer(Int64(prepared.count)), "records": .integer(Int64(records)),
        "purpose": .string(caller.purpose), "map": .integer(ground.mapVersion),
      ], about: prepared.count == 1 ? prepared.map(\.key.subject) : [], transaction)
  }

  private static func group(_ receipts: [RecordReceipt], by prepared: [SubjectBatch.PreparedSubject])
    -> [SubjectReceipt]
  {
    var rest = receipts[...]
    return prepared.map { subject in
      defer { rest = rest.dropFirst(subject.records.count) }
      return SubjectReceipt(subject: subject.key.subject, records: Array(rest.prefix(subject.records.count)))
    }
  }

  /// Stores one more record of a subject.
  /// - Throws: ``VaultError``, ``StorageError``.
  public func add(
    _ new: NewRecord, to subject: Identifier<Subject>, by caller: VaultCaller
  ) async throws -> RecordReceipt {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let collection = try ground.collection(new.collection)
        let values = try texts(new.fields, of: collection, at: "fields")
        try grounds.expect(toCover: values.lazy.map { collection.fields[$0.number] }, in: collection)
        let now = surroundings.now()
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          let (key, version, _) = try openKey(of: subject, for: .inUse, ground, transaction)
          if collection.isSingle, try RecordStore.hasRecord(of: subject, in: collection.name, transaction) {
            throw VaultError.refused(
              reason: "the subject has its record of \(collection.name) already; change that one")
          }
          let prepared = try prepare(
            values, at: newPlace(in: collection, of: subject, keyVersion: version, ground), under: key, made: now,
            at: now, events: try SubjectStore.events(of: subject, transaction), ground, collection)
          let receipt = try insert([prepared], at: now, transaction)
          try note("vault.record-added", prepared, by: caller, ground, transaction)
          guard let first = receipt.first else { throw VaultError.damaged(what: "what was just stored") }
          return first
        }
      }
    }
  }

  /// A subject's key, for a subject that is there.
  /// - Parameter most: subjects in a later state are refused.
  func openKey(
    of subject: Identifier<Subject>, for most: SubjectState, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> (key: SecretBytes, version: Int64, state: SubjectState) {
    guard let (stored, state) = try KeyStore.keyAndState(of: subject, transaction), state != .leaving else {
      throw VaultError.unknown(kind: "subject", name: "\(subject)")
    }
    guard state.rawValue <= most.rawValue else {
      throw VaultError.held(reason: "the subject asked to be forgotten; what had to be kept is not changed any more")
    }
    let outer =
      try stored.platformVersion == ground.platformVersion
      ? ground.platformKey : keys.platformKey(stored.platformVersion, transaction)
    return (try keys.open(stored, under: outer), stored.version, state)
  }

  private func note(
    _ kind: StaticString, _ prepared: PreparedRecord, by caller: VaultCaller, _ ground: Ground,
    _ transaction: WriteTransaction
  ) throws {
    let place = prepared.stored.place
    try record(
      kind, by: caller.author,
      [
        "collection": .string(place.collection), "version": .integer(place.version),
        "purpose": .string(caller.purpose), "map": .integer(ground.mapVersion),
      ], about: [place.subject], transaction)
  }

  /// Changes fields of a record; a field that is set to null goes.
  /// - Parameter expected: the version that was read; nil to change whichever is there.
  /// - Throws: ``VaultError/versionConflict(has:expected:)``, other ``VaultError``, ``StorageError``.
  public func change(
    _ id: Identifier<VaultRecord>, in name: String, of subject: Identifier<Subject>, to changes: [String: JSON],
    version expected: Int64?, by caller: VaultCaller
  ) async throws -> RecordReceipt {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let collection = try ground.collection(name)
        try grounds.expect(toCover: changes.keys.lazy.compactMap { collection[$0] }, in: collection)
        let now = surroundings.now()
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          let (key, keyVersion, _) = try openKey(of: subject, for: .inUse, ground, transaction)
          guard let stored = try RecordStore.record(id, of: subject, in: name, transaction) else {
            throw VaultError.unknown(kind: "record", name: "\(id)")
          }
          let has = stored.place.version
          guard expected ?? has == has else { throw VaultError.versionConflict(has: has, expected: expected ?? has) }
          let values = try merged(stored, with: changes, under: key, collection, ground, transaction)
          let place = RecordPlace(
            subject: subject, collection: name, record: id, version: has + 1, mapVersion: ground.mapVersion,
            keyVersion: keyVersion)
          let prepared = try prepare(
            values, at: place, under: key, made: stored.made, at: now,
            events: try SubjectStore.events(of: subject, transaction), ground, collection)
          let receipt = try replace(prepared, version: has, at: now, transaction)
          try note("vault.record-changed", prepared, by: caller, ground, transaction)
          return receipt
        }
      }
    }
  }

  /// What a record holds with the changes; fields that the map does not declare any more are left out.
  private func merged(
    _ stored: RecordStore.StoredRecord, with changes: [String: JSON], under key: SecretBytes,
    _ collection: RecordCollection, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> [SealedRecord.Value] {
    var fields: [String: JSON] = [:]
    for value in try openValues(stored, under: key, ground, transaction) {
      guard let field = collection[value.name] else { continue }
      fields[value.name] = FieldValue.json(value.text, of: field.type)
    }
    return try texts(fields.merging(changes) { $1 }, of: collection, at: "fields")
  }

  /// Puts a record in its place's version before, with its indexes and tokens. A value that changes keeps its token; one
  /// that goes takes it along.
  func replace(
    _ prepared: PreparedRecord, version: Int64, at now: Instant, _ transaction: WriteTransaction
  ) throws -> RecordReceipt {
    let place = prepared.stored.place
    guard try RecordStore.replace(prepared.stored, version: version, transaction) else {
      throw VaultError.versionConflict(has: version + 1, expected: version)
    }
    try IndexStore.delete(place.record, of: place.subject, transaction)
    try IndexStore.insert(prepared.blind, transaction)
    try expectUnique(prepared, transaction)
    var tokens: [String: String] = [:]
    for known in try TokenStore.tokens(of: place.subject, place.record, transaction) {
      let wanted = prepared.tokens.first { $0.field.name == known.field }
      if let wanted, !wanted.field.isTokenDeterministic || wanted.token == known.token {
        tokens[known.field] = known.token
      } else {
        try TokenStore.delete(known, transaction)
      }
    }
    let missing = prepared.tokens.filter { tokens[$0.field.name] == nil }
    tokens.merge(try insert(missing, at: place, now, transaction)) { $1 }
    return RecordReceipt(collection: place.collection, id: place.record, version: place.version, tokens: tokens)
  }

  /// Takes a record away.
  /// - Throws: ``VaultError/held(reason:)`` while it has to be kept; other ``VaultError``.
  public func remove(
    _ id: Identifier<VaultRecord>, in name: String, of subject: Identifier<Subject>, version expected: Int64?,
    by caller: VaultCaller
  ) async throws {
    try await withGround { ground in
      _ = try ground.grounds(for: caller)
      let collection = try ground.collection(name)
      let now = surroundings.now()
      try await database.write { transaction in
        let (key, _, _) = try openKey(of: subject, for: .inUse, ground, transaction)
        guard let stored = try RecordStore.record(id, of: subject, in: name, transaction) else {
          throw VaultError.unknown(kind: "record", name: "\(id)")
        }
        let has = stored.place.version
        guard expected ?? has == has else { throw VaultError.versionConflict(has: has, expected: expected ?? has) }
        let kept = try keptFields(
          of: stored, under: key, events: try SubjectStore.events(of: subject, transaction), at: now, ground,
          collection,
          transaction)
        if let first = kept.first { throw VaultError.held(reason: first.text) }
        try expectNoHold(on: subject, transaction)
        try delete(stored, transaction)
        try record(
          "vault.record-removed", by: caller.author,
          ["collection": .string(name), "purpose": .string(caller.purpose)], about: [subject], transaction)
      }
    }
  }

  func delete(_ stored: RecordStore.StoredRecord, _ transaction: WriteTransaction) throws {
    let place = stored.place
    guard try RecordStore.delete(place, transaction) else {
      throw VaultError.versionConflict(has: place.version + 1, expected: place.version)
    }
    try IndexStore.delete(place.record, of: place.subject, transaction)
    try TokenStore.delete(of: place.subject, place.record, transaction)
    try FileStore.delete(of: place.subject, place.record, transaction)
  }
}
