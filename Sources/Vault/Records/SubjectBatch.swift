import Primitives

/// New subjects on their way into the vault. Each is checked and sealed as it comes, so that of very many only what is
/// stored has to be held.
public struct SubjectBatch: ~Copyable {
  struct PreparedSubject: Sendable {
    let key: KeyStore.SubjectKey
    let records: [PreparedRecord]
  }

  private let vault: Vault
  private let ground: Ground
  /// Of the platform's key, which is expanded once for all.
  private let outer: FieldCipher
  private let now: Instant
  private var prepared: [PreparedSubject] = []
  /// Which fields there are values of, by collection and number.
  private var used: [String: [Bool]] = [:]

  init(of vault: Vault, on ground: Ground) throws(VaultError) {
    (self.vault, self.ground, now) = (vault, ground, vault.surroundings.now())
    outer = try FieldCipher(ground.platformKey, .sealing)
  }

  /// Takes a subject.
  /// - Parameter place: what stands before `records[0]` where something is refused, such as `subjects[3].`.
  /// - Throws: ``VaultError`` with the place of what is refused.
  public mutating func add(_ records: [NewRecord], at place: @autoclosure () -> String) throws(VaultError) {
    guard prepared.count < Vault.mostSubjects else { throw Self.wrongCount }
    guard (1...Vault.mostRecords).contains(records.count) else {
      throw .unusableValue(
        place: "\(place())records", reason: "a subject is stored with one to \(Vault.mostRecords) records")
    }
    try expectSingle(records, at: place())
    let (key, stored) = try vault.keys.makeSubjectKey(
      for: Identifier(in: vault.surroundings), under: outer, of: ground.platformVersion)
    var sealed: [PreparedRecord] = []
    sealed.reserveCapacity(records.count)
    for (number, record) in records.enumerated() {
      let collection = try ground.collection(record.collection)
      let values = try vault.texts(record.fields, of: collection, at: "\(place())records[\(number)]")
      note(values, of: collection)
      sealed.append(
        try vault.prepare(
          values, at: vault.newPlace(in: collection, of: stored.subject, keyVersion: stored.version, ground),
          under: key, made: now, at: now, ground, collection))
    }
    prepared.append(PreparedSubject(key: stored, records: sealed))
  }

  private func expectSingle(_ records: [NewRecord], at place: @autoclosure () -> String) throws(VaultError) {
    guard records.count > 1 else { return }
    let counts = Dictionary(records.map { ($0.collection, 1) }, uniquingKeysWith: +)
    let twice = counts.first { $0.value > 1 && ground.map[collection: $0.key]?.isSingle == true }
    guard let twice else { return }
    throw .unusableValue(place: "\(place())records", reason: "a subject has one record of \(twice.key) at most")
  }

  private mutating func note(_ values: [SealedRecord.Value], of collection: RecordCollection) {
    var numbers = used.removeValue(forKey: collection.name) ?? Array(repeating: false, count: collection.fields.count)
    for value in values { numbers[value.number] = true }
    used[collection.name] = numbers
  }

  /// Gives the subjects away.
  /// - Throws: ``VaultError/purposeRefused(reason:)`` for fields that the purpose does not cover,
  ///   ``VaultError/unusableValue(place:reason:)`` where there is no subject.
  consuming func finish(for grounds: PurposeGrounds) throws(VaultError) -> [PreparedSubject] {
    for (name, used) in used {
      let collection = try ground.collection(name)
      try grounds.expect(toCover: collection.fields.lazy.filter { used[$0.number] }, in: collection)
    }
    guard !prepared.isEmpty else { throw Self.wrongCount }
    return prepared
  }

  private static var wrongCount: VaultError {
    .unusableValue(place: "subjects", reason: "one to \(Vault.mostSubjects) are stored at a time")
  }
}
