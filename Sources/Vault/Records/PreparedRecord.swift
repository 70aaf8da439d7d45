import Primitives
import Storage

/// A record ready to be stored: checked, sealed, with its places in the indexes. All of it is done before a transaction
/// begins, so that none waits for the cipher.
struct PreparedRecord: Sendable {
  let stored: RecordStore.StoredRecord
  let blind: [IndexStore.Entry]
  /// Which of ``blind`` nobody else may have, with the index's name.
  let unique: [(entry: IndexStore.Entry, name: String)]
  /// What each token stands for; drawn again in the transaction where it is taken already.
  let tokens: [PreparedToken]

  struct PreparedToken: Sendable {
    let field: DeclaredField
    let value: String
    var token: String
  }
}

extension Vault {
  /// The texts of a record's fields, checked one by one.
  /// - Parameter place: where it stands in the request, for errors.
  /// - Throws: ``VaultError``; what was refused is counted by the caller.
  func texts(
    _ fields: [String: JSON], of collection: RecordCollection, at place: @autoclosure () -> String
  ) throws(VaultError) -> [SealedRecord.Value] {
    // By the fields' numbers, so that the values come out in order.
    var texts = [String?](repeating: nil, count: collection.fields.count)
    for (name, value) in fields {
      guard let number = collection.number(of: name) else {
        if VerificationCode.isNamed(name) {
          throw .forbidden(
            place: place(), reason: "a card verification code is never stored (PCI DSS 3.3.1)")
        }
        throw .undeclared(
          place: place(), reason: "the data map declares no field '\(name.prefix(60))' in \(collection.name)")
      }
      if case .null = value { continue }
      texts[number] = try FieldValue.text(
        value, of: collection.fields[number].type, length: collection.fields[number].length, at: "\(place()).\(name)")
    }
    if let missing = collection.required.first(where: { texts[$0] == nil }) {
      throw .unusableValue(place: place(), reason: "'\(collection.fields[missing].name)' is required")
    }
    var values: [SealedRecord.Value] = []
    values.reserveCapacity(fields.count)
    for (number, text) in texts.enumerated() {
      guard let text else { continue }
      values.append(SealedRecord.Value(number: number, name: collection.fields[number].name, text: text))
    }
    guard !values.isEmpty else { throw .unusableValue(place: place(), reason: "there is no value in it") }
    return values
  }

  /// Seals a record and computes its places in the indexes.
  func prepare(
    _ values: [SealedRecord.Value], at place: RecordPlace, under key: SecretBytes, made: Instant, at now: Instant,
    events: [String: Instant] = [:], _ ground: Ground, _ collection: RecordCollection
  ) throws(VaultError) -> PreparedRecord {
    let sealed = try SealedRecord.seal(values, at: place, of: platform, under: key, surroundings)
    var (blind, unique): ([IndexStore.Entry], [(entry: IndexStore.Entry, name: String)]) = ([], [])
    for index in ground.indexes[collection.name] ?? [] {
      guard let value = Self.blindValue(of: values, in: index, collection) else { continue }
      let entry = IndexStore.Entry(
        number: index.stored.number, value: value, subject: place.subject, record: place.record)
      blind.append(entry)
      if index.declared.isUnique { unique.append((entry, index.declared.name)) }
    }
    let tokens = values.compactMap { value -> PreparedRecord.PreparedToken? in
      guard let format = collection.fields[value.number].token else { return nil }
      let field = collection.fields[value.number]
      return PreparedRecord.PreparedToken(
        field: field, value: value.text, token: token(format, for: value.text, of: field, in: collection, ground))
    }
    let deadline = RetentionPlan(ground.map, collection, events: events).due(of: values, made: made, changed: now)
    return PreparedRecord(
      stored: RecordStore.StoredRecord(place: place, made: made, changed: now, due: deadline, sealed: sealed),
      blind: blind, unique: unique, tokens: tokens)
  }

  /// What stands in an index for a record; nil where one of the index's fields is missing.
  static func blindValue(
    of values: [SealedRecord.Value], in index: Ground.OpenIndex, _ collection: RecordCollection
  ) -> [UInt8]? {
    var normal: [String] = []
    for number in index.declared.fields {
      guard let value = values.first(where: { $0.number == number }),
        let text = FieldValue.normal(value.text, of: collection.fields[number].type)
      else { return nil }
      normal.append(text)
    }
    return BlindIndex.value(of: normal, bits: index.stored.bits, under: index.key)
  }

  private func token(
    _ format: TokenFormat, for value: String, of field: DeclaredField, in collection: RecordCollection, _ ground: Ground
  ) -> String {
    guard field.isTokenDeterministic, let key = ground.tokenKeys["\(collection.name)/\(field.name)"] else {
      return format.random(for: value, in: surroundings)
    }
    let normal = FieldValue.normal(value, of: field.type) ?? value
    return format.deterministic(for: value, normal: normal, under: key)
  }

  /// Stores prepared records, with their places and tokens.
  /// - Throws: ``VaultError/taken(field:)``, ``StorageError``.
  func insert(_ records: [PreparedRecord], at now: Instant, _ transaction: WriteTransaction) throws -> [RecordReceipt] {
    try RecordStore.insert(records.map(\.stored), transaction)
    try IndexStore.insert(records.flatMap(\.blind), transaction)
    for record in records { try expectUnique(record, transaction) }
    return try records.map { record in
      let place = record.stored.place
      return RecordReceipt(
        collection: place.collection, id: place.record, version: place.version,
        tokens: try insert(record.tokens, at: place, now, transaction))
    }
  }

  func expectUnique(_ record: PreparedRecord, _ transaction: ReadTransaction) throws {
    for (entry, name) in record.unique where try IndexStore.hasOther(entry, transaction) {
      throw VaultError.taken(field: "\(record.stored.place.collection).\(name)")
    }
  }

  /// - Returns: the tokens by field.
  func insert(
    _ tokens: [PreparedRecord.PreparedToken], at place: RecordPlace, _ now: Instant, as format: TokenFormat? = nil,
    _ transaction: WriteTransaction
  ) throws -> [String: String] {
    var given: [String: String] = [:]
    for var token in tokens {
      while !token.field.isTokenDeterministic, try TokenStore.exists(token.token, transaction) {
        guard let format = token.field.token ?? format else { break }
        token.token = format.random(for: token.value, in: surroundings)
      }
      let stored = TokenStore.StoredToken(
        token: token.token, subject: place.subject, collection: place.collection, record: place.record,
        field: token.field.name)
      try TokenStore.insert([stored], at: now, transaction)
      given[token.field.name] = token.token
    }
    return given
  }
}
