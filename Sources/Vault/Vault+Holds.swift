public import Journal
public import Primitives
import Storage

extension Vault {
  /// Keeps everything about a subject from being deleted until the hold is ended. The reason stays in the vault; the
  /// journal has a commitment to it.
  /// - Throws: ``VaultError/unknown(kind:name:)``, ``VaultError/refused(reason:)``.
  public func hold(_ subject: Identifier<Subject>, reason: String, by author: Entry.Author) async throws -> LegalHold {
    guard (5...500).contains(reason.utf8.count) else {
      throw VaultError.refused(reason: "say why in 5 to 500 bytes, and name nobody")
    }
    let hold = LegalHold(
      id: Identifier(in: surroundings), subject: subject, reason: reason, author: author.name, made: surroundings.now(),
      ended: nil)
    try await database.write { transaction in
      guard let state = try SubjectStore.state(subject, transaction), state != .leaving else {
        throw VaultError.unknown(kind: "subject", name: "\(subject)")
      }
      try SubjectStore.insert(hold, transaction)
      try record("vault.hold-set", by: author, ["hold": .string("\(hold.id)")], about: [subject], transaction)
    }
    return hold
  }

  /// Ends a hold.
  /// - Throws: ``VaultError/unknown(kind:name:)``.
  public func endHold(_ id: Identifier<LegalHold>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      guard let hold = try SubjectStore.hold(id, transaction), try SubjectStore.endHold(id, at: now, transaction) else {
        throw VaultError.unknown(kind: "hold in force", name: "\(id)")
      }
      try record("vault.hold-ended", by: author, ["hold": .string("\(id)")], about: [hold.subject], transaction)
    }
  }

  /// The holds in force, the newest first; 500 at most.
  public func holds() async throws -> [LegalHold] { try await database.read { try SubjectStore.holds($0) } }

  func expectNoHold(on subject: Identifier<Subject>, _ transaction: ReadTransaction) throws {
    guard let hold = try SubjectStore.holds(on: subject, transaction).first else { return }
    throw VaultError.held(
      reason: "a legal hold of \(hold.made.rfc3339.prefix(10)) stands against it; end the hold \(hold.id) first")
  }

  /// Notes that something happened to a subject, from which retention counts.
  /// - Throws: ``VaultError``.
  public func note(_ event: SubjectEvent, of subject: Identifier<Subject>, by author: Entry.Author) async throws {
    try await withGround { ground in
      try await database.write { transaction in
        try ground.expectUnmoved(transaction)
        let (key, _, _) = try openKey(of: subject, for: .restricted, ground, transaction)
        try SubjectStore.putEvent(event, of: subject, transaction)
        let events = try SubjectStore.events(of: subject, transaction)
        for stored in try RecordStore.records(of: subject, transaction) {
          guard let collection = ground.map[collection: stored.place.collection] else { continue }
          let values = try presentValues(stored, under: key, ground, transaction)
          let due = RetentionPlan(ground.map, collection, events: events)
            .due(of: values, made: stored.made, changed: stored.changed)
          try RecordStore.putDue(due, of: stored.place, transaction)
        }
        try record("vault.event-noted", by: author, ["event": .string(event.name)], about: [subject], transaction)
      }
    }
  }
}
