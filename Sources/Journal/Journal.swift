public import Primitives
public import Storage
public import TransparencyLog

/// The append-only record of what happened, and the ledger over it that outsiders verify.
///
/// An entry is appended in the caller's transaction, so it is there exactly when what it tells of is there. A
/// ``Sequencer`` then gives it a place in a Merkle tree and publishes a signed checkpoint; from then on nobody can change
/// or remove it unseen. See docs/life-of-an-entry.md.
public struct Journal: Sendable {
  /// The ledger's name, a URL without scheme or trailing slash.
  public let origin: String
  let database: Database
  let surroundings: Surroundings

  /// Makes the ledger of an installation, with one entry that says so. The tables must be there.
  /// - Throws: ``JournalError/alreadyCreated(origin:)`` or ``StorageError``.
  public static func create(
    in database: Database, signedBy keyring: Keyring, surroundings: Surroundings = .system
  ) async throws -> Journal {
    guard let key = keyring.verifierKeys.first else { throw JournalError.notCreated }
    let empty = Checkpoint(origin: key.name, size: 0, root: .emptyTree)
    let note = try keyring.sign(empty.text, at: surroundings.now()).serialized
    let journal = Journal(origin: key.name, database: database, surroundings: surroundings)
    try await database.write { transaction in
      if let existing = try JournalStore.ledger(transaction) {
        throw JournalError.alreadyCreated(origin: existing.origin)
      }
      try JournalStore.insertLedger(origin: key.name, note: note, transaction)
      let facts: [String: JSON] = ["key": .string("\(key)"), "origin": .string(key.name)]
      try journal.append(
        Entry.Draft(kind: Entry.Kind(literal: "ledger.created"), author: .operator, facts: facts), in: transaction)
    }
    return journal
  }

  /// Opens the ledger and checks that what is stored adds up: the root is computed again from the stored tiles, the
  /// signature is verified, and the tree is compared with the high-water mark. Takes time that hardly grows with the
  /// ledger; ``LedgerAudit`` is what reads every entry.
  /// - Throws: ``JournalError/damaged(reason:)``, ``JournalError/rolledBack(stored:published:)``,
  ///   ``JournalError/forked(size:where:)``, ``JournalError/markMissing(path:)``, ``JournalError/notCreated``.
  public static func open(
    in database: Database, trusting policy: LogPolicy, mark: HighWaterMark, surroundings: Surroundings = .system
  ) async throws -> Journal {
    let ledger = try await database.read { transaction in
      guard let ledger = try JournalStore.ledger(transaction) else { throw JournalError.notCreated }
      try OpeningCheck(ledger: ledger, policy: policy, mark: .known(mark)).run(transaction)
      return ledger
    }
    return Journal(origin: ledger.origin, database: database, surroundings: surroundings)
  }

  /// Lets this machine take over a ledger whose mark it does not have: checks the stored ledger, that it continues the
  /// checkpoint given as evidence, and writes the mark.
  /// - Returns: the checkpoint that was adopted.
  /// - Throws: ``JournalError`` as ``open(in:trusting:mark:surroundings:)`` does, `TransparencyLogError` for evidence that
  ///   is not a checkpoint of this ledger.
  public static func adopt(
    in database: Database, trusting policy: LogPolicy, continuing evidence: SignedNote?, markPath: String
  ) async throws -> Checkpoint {
    let known = try evidence.map { try policy.verifyWithoutQuorum($0).checkpoint }
    let note = try await database.read { transaction in
      guard let ledger = try JournalStore.ledger(transaction) else { throw JournalError.notCreated }
      try OpeningCheck(ledger: ledger, policy: policy, mark: .adopting).run(transaction)
      if let known { try ledger.demandContinuation(of: known, where: "the evidence", transaction) }
      return try SignedNote(parsing: Array(ledger.publishedNote.utf8))
    }
    let mark = try HighWaterMark(path: markPath)
    _ = try await BlockingWork.run { try mark.advanced(to: note) }
    return try Checkpoint(text: note.text)
  }

  /// A journal whose ledger was not checked at opening: for tests of what notices it later.
  @_spi(Testing) public static func uncheckedForTesting(origin: String, in database: Database) -> Journal {
    Journal(origin: origin, database: database, surroundings: .system)
  }

  private init(origin: String, database: Database, surroundings: Surroundings) {
    self.origin = origin
    self.database = database
    self.surroundings = surroundings
  }

  /// Records a draft in the caller's transaction. It is durable when that transaction is, and published within the
  /// sequencer's interval after that.
  /// - Returns: the identity of the entry, by which ``leaf(of:)`` finds its place once it is published.
  /// - Throws: ``JournalError/malformedEntry(reason:)`` or ``StorageError``.
  /// - Complexity: O(size of the draft), whatever the size of the ledger.
  @discardableResult
  public func append(_ draft: Entry.Draft, in transaction: WriteTransaction) throws -> Identifier<Entry> {
    let prepared = try prepare(draft)
    try JournalStore.insertPending(prepared.record, transaction)
    if let payload = prepared.payload {
      try JournalStore.putPayload(payload.bytes, of: prepared.record.id, transaction)
    }
    return prepared.id
  }

  /// Records many drafts in the caller's transaction, all or none; faster than one by one where the database is remote.
  @discardableResult
  public func append(_ drafts: [Entry.Draft], in transaction: WriteTransaction) throws -> [Identifier<Entry>] {
    let prepared = try drafts.map(prepare)
    try JournalStore.insertPending(prepared.map(\.record), transaction)
    for item in prepared {
      if let payload = item.payload { try JournalStore.putPayload(payload.bytes, of: item.record.id, transaction) }
    }
    return prepared.map(\.id)
  }

  /// Records a draft in a transaction of its own; durable when it returns.
  @discardableResult
  public func append(_ draft: Entry.Draft) async throws -> Identifier<Entry> {
    try await database.write { try append(draft, in: $0) }
  }

  private struct Prepared {
    let id: Identifier<Entry>
    let record: JournalStore.Record
    let payload: Payload?
  }

  private func prepare(_ draft: Entry.Draft) throws(JournalError) -> Prepared {
    guard draft.facts.values.allSatisfy(\.isInteroperable) else {
      throw .malformedEntry(reason: "a number is larger than 2^53, which not every reader of JSON holds")
    }
    let now = surroundings.now()
    let id = Identifier<Entry>(at: now, random: surroundings.randomWord())
    let payload = draft.personal.isEmpty ? nil : Payload(sealing: draft.personal, in: surroundings)
    let entry = Entry(
      id: id, at: now, kind: draft.kind, author: draft.author, facts: draft.facts,
      commitments: payload?.commitments ?? [:])
    let bytes = entry.bytes
    guard bytes.count <= Entry.largest else {
      throw .malformedEntry(reason: "it has \(bytes.count) bytes; an entry has \(Entry.largest) at most")
    }
    return Prepared(id: id, record: JournalStore.Record(id: id.bytes, entry: bytes), payload: payload)
  }
}
