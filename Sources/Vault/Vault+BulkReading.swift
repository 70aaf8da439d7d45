public import Journal
public import Primitives
import Storage

extension Vault {
  /// No answer has more records.
  public static let mostBulkRecords = 1_000

  /// Asks for leave to read in bulk. Somebody else has to give it.
  /// - Throws: ``VaultError``.
  public func askToUnlock(reason: String, by caller: VaultCaller) async throws -> BulkUnlock {
    guard (10...500).contains(reason.utf8.count) else {
      throw VaultError.refused(reason: "say why in 10 to 500 bytes, and name no customer")
    }
    return try await withGround { ground in
      _ = try ground.grounds(for: caller)
      let unlock = BulkUnlock(
        id: Identifier(in: surroundings), purpose: caller.purpose, reason: reason, askedBy: caller.author.name,
        asked: surroundings.now(), approvedBy: nil, ends: nil, records: 0)
      try await database.write { transaction in
        try UnlockStore.insert(unlock, transaction)
        try record(
          "vault.bulk-asked", by: caller.author,
          ["unlock": .string("\(unlock.id)"), "purpose": .string(caller.purpose)], transaction)
      }
      return unlock
    }
  }

  /// Gives leave to read in bulk, for some minutes.
  /// - Throws: ``VaultError/refused(reason:)`` for whoever asked, and when it was asked too long ago.
  public func approve(_ id: Identifier<BulkUnlock>, minutes: Int, by author: Entry.Author) async throws {
    let now = surroundings.now()
    guard (5...Int(BulkUnlock.longest.components.seconds / 60)).contains(minutes) else {
      throw VaultError.refused(reason: "it lasts 5 to \(BulkUnlock.longest.components.seconds / 60) minutes")
    }
    try await database.write { transaction in
      guard let unlock = try UnlockStore.unlock(id, transaction), unlock.approvedBy == nil,
        now.since(unlock.asked) < BulkUnlock.patience
      else { throw VaultError.unknown(kind: "unlock that waits for approval", name: "\(id)") }
      guard unlock.askedBy != author.name else {
        throw VaultError.refused(reason: "whoever asked cannot approve; another member has to")
      }
      let end = now.advanced(by: .seconds(Int64(minutes) * 60))
      try UnlockStore.approve(id, by: author.name, at: now, until: end, transaction)
      try record(
        "vault.bulk-approved", by: author,
        ["unlock": .string("\(id)"), "purpose": .string(unlock.purpose), "until": .string(end.rfc3339)], transaction)
    }
  }

  /// Takes leave away at once, given or only asked for.
  /// - Throws: ``VaultError/unknown(kind:name:)``.
  public func endUnlock(_ id: Identifier<BulkUnlock>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      guard let unlock = try UnlockStore.unlock(id, transaction), unlock.ends.map({ now < $0 }) ?? true else {
        throw VaultError.unknown(kind: "unlock", name: "\(id)")
      }
      try UnlockStore.putEnd(now, of: id, transaction)
      try record("vault.bulk-ended", by: author, ["unlock": .string("\(id)")], transaction)
    }
  }

  /// Leave that was asked for, the newest first; 100 at most.
  public func unlocks() async throws -> [BulkUnlock] { try await database.read { try UnlockStore.unlocks($0) } }

  /// Reads records of everybody, page by page.
  /// - Parameter cursor: nil for the first page, else what the page before gave.
  /// - Returns: the records, and the cursor of the next page; nil on the last.
  /// - Throws: ``VaultError/refused(reason:)`` without leave; other ``VaultError``.
  public func readBulk(
    under id: Identifier<BulkUnlock>, after cursor: String?, limit: Int, by caller: VaultCaller
  ) async throws -> (records: [OpenedRecord], next: String?) {
    guard (1...Self.mostBulkRecords).contains(limit) else {
      throw VaultError.refused(reason: "a page has 1 to \(Self.mostBulkRecords) records")
    }
    guard let start = cursor.map({ Base64.decodeURL($0) }) ?? [] else {
      throw VaultError.unusableValue(place: "after", reason: "it is what 'next' of the page before said")
    }
    return try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let now = surroundings.now()
        let taken = try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          guard let unlock = try UnlockStore.unlock(id, transaction), unlock.isOpen(at: now),
            unlock.askedBy == caller.author.name, unlock.purpose == caller.purpose
          else {
            throw VaultError.refused(
              reason: "reading in bulk needs leave that another member gave to you, for this purpose, and that is open")
          }
          let place = RecordCursor(bytes: start)
          let records = try RecordStore.records(
            after: (place.subject, place.collection, place.record), limit: limit, transaction)
          try UnlockStore.addRecords(records.count, to: id, transaction)
          try record(
            "vault.bulk-read", by: caller.author,
            [
              "unlock": .string("\(id)"), "purpose": .string(caller.purpose),
              "records": .integer(Int64(records.count)), "whole": .bool(caller.seesMasked),
            ], transaction)
          let maps = try maps(of: records, ground, transaction)
          return try records.compactMap { stored -> (RecordStore.StoredRecord, Taken)? in
            guard let state = try SubjectStore.state(stored.place.subject, transaction), state != .leaving else {
              return nil
            }
            let (key, _, _) = try openKey(of: stored.place.subject, for: .restricted, ground, transaction)
            return (stored, Taken(records: [], key: key, isRestricted: state == .restricted, maps: maps))
          }
        }
        let opened = try taken.map { stored, taken in
          try open(stored, from: taken, Selection(), grounds, caller, ground)
        }
        let next = taken.count < limit ? nil : taken.last.map { Base64.encodeURL(RecordCursor($0.0.place).bytes) }
        return (opened, next)
      }
    }
  }
}
