public import Journal
public import Primitives
import Storage

extension Vault {
  /// Forgets a subject: destroys the key, deletes what is there, and erases the name in the journal. What the law wants
  /// kept stays, sealed anew under another key and readable for that purpose alone, until its time is over.
  ///
  /// The file outside the database knows of it before the rows go, so that whenever the machine stops, the forgetting is
  /// either not begun or is brought to its end by ``resumeForgetting()``.
  /// - Parameter reason: a word for the journal, such as `request` or `retention`.
  /// - Throws: ``VaultError/held(reason:)`` under a legal hold; other ``VaultError``, ``StorageError``.
  public func forget(
    _ subject: Identifier<Subject>, reason: String, by author: Entry.Author
  ) async throws -> ErasureReceipt {
    guard SubjectEvent.isName(reason) else {
      throw VaultError.unusableValue(place: "reason", reason: "it is a word such as request or retention")
    }
    try await announce(subject)
    let restricted = try await withGround { ground in
      try await database.write { transaction -> ErasureReceipt? in
        try ground.expectUnmoved(transaction)
        guard let state = try SubjectStore.state(subject, transaction) else {
          throw VaultError.unknown(kind: "subject", name: "\(subject)")
        }
        guard state != .leaving else { return nil }
        try expectNoHold(on: subject, transaction)
        let kept = try restrict(subject, reason: reason, by: author, ground, transaction)
        if kept == nil { try SubjectStore.put(.leaving, of: subject, transaction) }
        return kept
      }
    }
    if let restricted {
      try await scrub()
      return restricted
    }
    return try await finishForgetting(subject, reason: reason, by: author)
  }

  /// What forgetting a subject would do now; nothing is changed.
  /// - Returns: how many records there are, and what of them would have to stay.
  /// - Throws: ``VaultError/held(reason:)`` under a legal hold, ``VaultError/unknown(kind:name:)``.
  public func previewForgetting(_ subject: Identifier<Subject>) async throws -> (records: Int, kept: [KeptField]) {
    try await withGround { ground in
      try await database.read { transaction in
        let (key, _, _) = try openKey(of: subject, for: .restricted, ground, transaction)
        try expectNoHold(on: subject, transaction)
        let kept = try kept(of: subject, under: key, ground, transaction).flatMap(\.kept)
        return (try RecordStore.records(of: subject, transaction).count, kept)
      }
    }
  }

  /// Puts a subject of whom something has to be kept on the list before anything is done, so that a backup from before
  /// does not bring the rest back.
  private func announce(_ subject: Identifier<Subject>) async throws {
    let hasKept = try await withGround { ground in
      try await database.read { transaction in
        guard let state = try SubjectStore.state(subject, transaction) else {
          throw VaultError.unknown(kind: "subject", name: "\(subject)")
        }
        try expectNoHold(on: subject, transaction)
        guard state == .inUse else { return false }
        let (key, _, _) = try openKey(of: subject, for: .inUse, ground, transaction)
        return try !kept(of: subject, under: key, ground, transaction).isEmpty
      }
    }
    guard hasKept else { return }
    let (list, now, pseudonym) = (erasures, surroundings.now(), erasures.restriction(of: subject))
    try await BlockingWork.run { try list.append([pseudonym], at: now) }
  }

  /// Brings every forgetting to its end that was begun.
  /// - Returns: how many there were.
  @discardableResult
  public func resumeForgetting() async throws -> Int {
    var count = 0
    while true {
      let leaving = try await database.read { try SubjectStore.subjects(in: .leaving, limit: 100, $0) }
      if leaving.isEmpty { return count }
      for subject in leaving {
        _ = try await finishForgetting(subject, reason: "request", by: .system)
        count += 1
      }
    }
  }

  private func finishForgetting(
    _ subject: Identifier<Subject>, reason: String, by author: Entry.Author
  ) async throws -> ErasureReceipt {
    let (now, pseudonym) = (surroundings.now(), erasures.pseudonym(of: subject))
    let list = erasures
    try await BlockingWork.run { try list.append([pseudonym], at: now) }
    let receipt = try await database.write { transaction in
      try shred(subject, pseudonym, reason: reason, by: author, at: now, transaction)
    }
    // The write-ahead log and the pages of the database still have the old bytes until then.
    try await scrub()
    return receipt
  }

  /// Destroys everything about a subject.
  func shred(
    _ subject: Identifier<Subject>, _ pseudonym: ErasureList.Pseudonym, reason: String, by author: Entry.Author,
    at now: Instant, _ transaction: WriteTransaction
  ) throws -> ErasureReceipt {
    let records = try RecordStore.records(of: subject, transaction).count
    var erased = 0
    for entry in try TraceStore.entries(of: subject, limit: .max, transaction) {
      if try journal.erasePayload(of: entry, in: transaction) { erased += 1 }
    }
    try TraceStore.deleteAll(of: subject, transaction)
    try SubjectStore.deleteAll(of: subject, transaction)
    // Only the pseudonym: whoever looks for the person finds nothing.
    let entry = try record(
      "vault.subject-forgotten", by: author,
      [
        "pseudonym": .string(pseudonym.text), "reason": .string(reason), "records": .integer(Int64(records)),
        "entries-erased": .integer(Int64(erased)),
      ], transaction)
    try SubjectStore.insertTombstone(pseudonym, at: now, entry: entry.bytes, transaction)
    return ErasureReceipt(pseudonym: pseudonym.text, at: now, entry: entry, records: records, kept: [])
  }

  /// Leaves what has to be kept and nothing else, under a new key.
  /// - Returns: nil where nothing has to be kept; then nothing was changed.
  private func restrict(
    _ subject: Identifier<Subject>, reason: String, by author: Entry.Author, _ ground: Ground,
    _ transaction: WriteTransaction
  ) throws -> ErasureReceipt? {
    let now = surroundings.now()
    let (key, version, _) = try openKey(of: subject, for: .restricted, ground, transaction)
    let records = try RecordStore.records(of: subject, transaction)
    let staying = try self.kept(of: subject, under: key, ground, transaction)
    let kept = staying.flatMap(\.kept)
    guard !kept.isEmpty else { return nil }
    if try !isCutDown(subject, records, to: staying, transaction) {
      let (newKey, storedKey) = try keys.makeSubjectKey(
        for: subject, version: version + 1, under: FieldCipher(ground.platformKey, .sealing),
        of: ground.platformVersion)
      for stored in records where !staying.contains(where: { $0.stored.place == stored.place }) {
        try delete(stored, transaction)
      }
      for (stored, fields) in staying {
        try reseal(stored, keeping: fields, from: key, under: newKey, version + 1, ground, transaction)
      }
      try KeyStore.put([storedKey], transaction)
      try SubjectStore.put(.restricted, of: subject, transaction)
    }
    let entry = try record(
      "vault.subject-restricted", by: author,
      [
        "reason": .string(reason), "records-deleted": .integer(Int64(records.count - staying.count)),
        "records-kept": .integer(Int64(staying.count)),
        "kept-because": .array(Set(kept.map(\.reason)).sorted().map { .string($0) }),
        "until": .string(
          (kept.map { $0.until ?? .distantFuture }.max().flatMap { $0 == .distantFuture ? nil : $0 })?.rfc3339 ?? ""),
      ], about: [subject], transaction)
    return ErasureReceipt(
      pseudonym: erasures.pseudonym(of: subject).text, at: now, entry: entry, records: records.count - staying.count,
      kept: kept)
  }

  /// Whether nothing more is there than has to be kept: who asks again is told so, and nothing is sealed anew.
  private func isCutDown(
    _ subject: Identifier<Subject>, _ records: [RecordStore.StoredRecord],
    to staying: [(stored: RecordStore.StoredRecord, kept: [KeptField])], _ transaction: ReadTransaction
  ) throws -> Bool {
    guard try SubjectStore.state(subject, transaction) == .restricted, records.count == staying.count else {
      return false
    }
    return try staying.allSatisfy { stored, kept in
      try SealedRecord.fieldNumbers(of: stored.sealed).count == kept.count
    }
  }

  /// The records of which something has to be kept, with what.
  private func kept(
    of subject: Identifier<Subject>, under key: SecretBytes, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> [(stored: RecordStore.StoredRecord, kept: [KeptField])] {
    let (now, events) = (surroundings.now(), try SubjectStore.events(of: subject, transaction))
    return try RecordStore.records(of: subject, transaction).compactMap { stored in
      guard let collection = ground.map[collection: stored.place.collection] else { return nil }
      let fields = try keptFields(
        of: stored, under: key, events: events, at: now, ground, collection, transaction)
      return fields.isEmpty ? nil : (stored, fields)
    }
  }

  private func reseal(
    _ stored: RecordStore.StoredRecord, keeping kept: [KeptField], from old: SecretBytes, under key: SecretBytes,
    _ keyVersion: Int64, _ ground: Ground, _ transaction: WriteTransaction
  ) throws {
    let names = Set(kept.map(\.field))
    let values = try presentValues(stored, under: old, ground, transaction).filter { names.contains($0.name) }
    let place = RecordPlace(
      subject: stored.place.subject, collection: stored.place.collection, record: stored.place.record,
      version: stored.place.version + 1, mapVersion: ground.mapVersion, keyVersion: keyVersion)
    // Neither found nor stood for by a token any more; gone as soon as the first field may go.
    let sealed = try SealedRecord.seal(values, at: place, of: platform, under: key, surroundings)
    let due = kept.compactMap(\.until).min()
    let record = RecordStore.StoredRecord(
      place: place, made: stored.made, changed: stored.changed, due: due, sealed: sealed)
    guard try RecordStore.replace(record, version: stored.place.version, transaction) else {
      throw VaultError.versionConflict(has: stored.place.version + 1, expected: stored.place.version)
    }
    try IndexStore.delete(place.record, of: place.subject, transaction)
    try TokenStore.delete(of: place.subject, place.record, transaction)
    try resealFiles(of: stored, keeping: names, from: old, under: key, keyVersion, transaction)
  }

  /// Puts on this machine's list who was forgotten on other nodes.
  /// - Returns: how many lines were added.
  @discardableResult
  public func takeUpErasures() async throws -> Int {
    let list = erasures
    let known = Set(try await BlockingWork.run { try list.erasures() }.map(\.pseudonym))
    var pseudonyms = try await database.read { transaction in
      try SubjectStore.tombstonePseudonyms(transaction).map { ErasureList.Pseudonym(bytes: $0) }
    }
    pseudonyms += try await database.read { transaction in
      try SubjectStore.subjects(in: .restricted, limit: .max, transaction).map { list.restriction(of: $0) }
    }
    let (missing, now) = (pseudonyms.filter { !known.contains($0) }, surroundings.now())
    guard !missing.isEmpty else { return 0 }
    try await BlockingWork.run { try list.append(missing, at: now) }
    return missing.count
  }

  /// How many the erasure list names, and how many of them the database still knows; but for those whose forgetting is
  /// under way.
  func returned() async throws -> (forgotten: Int, returned: Int) {
    let list = erasures
    let forgotten = Set(try await BlockingWork.run { try list.erasures() }.map(\.pseudonym))
    guard !forgotten.isEmpty else { return (0, 0) }
    var (cursor, count): ([UInt8], Int) = ([], 0)
    while true {
      let start = cursor
      let subjects = try await database.read { transaction in
        try SubjectStore.subjects(after: start, limit: 5_000, transaction).map {
          subject -> (Identifier<Subject>, Bool) in
          let state = try SubjectStore.state(subject, transaction)
          let isBack =
            forgotten.contains(list.pseudonym(of: subject)) && state != .leaving
            || forgotten.contains(list.restriction(of: subject)) && state == .inUse
          return (subject, isBack)
        }
      }
      guard let last = subjects.last?.0 else { return (forgotten.count, count) }
      count += subjects.count { $0.1 }
      cursor = last.bytes
    }
  }

  /// Forgets everybody whom the erasure list names and the database still knows: after a restored backup.
  /// - Parameter report: told how many subjects were looked at.
  /// - Returns: how many were forgotten again.
  public func replayErasures(report: @Sendable (Int) -> Void = { _ in }) async throws -> Int {
    let list = erasures
    let forgotten = Set(try await BlockingWork.run { try list.erasures() }.map(\.pseudonym))
    guard !forgotten.isEmpty else { return 0 }
    var (cursor, looked, count): ([UInt8], Int, Int) = ([], 0, 0)
    while true {
      let start = cursor
      let subjects = try await database.read { try SubjectStore.subjects(after: start, limit: 5_000, $0) }
      guard let last = subjects.last else { break }
      for subject in subjects {
        if forgotten.contains(list.pseudonym(of: subject)) {
          try await forgetAgain(subject, whole: true)
        } else if forgotten.contains(list.restriction(of: subject)), try await isInUse(subject) {
          try await forgetAgain(subject, whole: false)
        } else {
          continue
        }
        count += 1
      }
      looked += subjects.count
      report(looked)
      cursor = last.bytes
    }
    if count > 0 { try await scrub() }
    return count
  }

  /// Forgets somebody whom a backup brought back. A hold that the backup has does not stand against what was done already.
  /// - Parameter whole: false where something may have to be kept.
  private func forgetAgain(_ subject: Identifier<Subject>, whole: Bool) async throws {
    let (now, pseudonym) = (surroundings.now(), erasures.pseudonym(of: subject))
    if !whole {
      let isRestricted = try await withGround { ground in
        try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          return try restrict(subject, reason: "restored", by: .system, ground, transaction) != nil
        }
      }
      if isRestricted { return }
    }
    _ = try await database.write { transaction in
      try shred(subject, pseudonym, reason: "restored", by: .system, at: now, transaction)
    }
  }

  private func isInUse(_ subject: Identifier<Subject>) async throws -> Bool {
    try await database.read { try SubjectStore.state(subject, $0) == .inUse }
  }

  /// Overwrites what deleted rows left behind, where keys and values lay.
  func scrub() async throws {
    try await database.scrub([
      "vault_subject_key", "vault_platform_key", "vault_record", "vault_blind", "vault_token", "vault_file_piece",
      "journal_payload",
    ])
  }
}
