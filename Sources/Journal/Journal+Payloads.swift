public import Primitives
public import Storage

extension Journal {
  /// What opens the commitments of an entry; nil when it has none, or when it was erased.
  public func payload(of id: Identifier<Entry>) async throws -> Payload? {
    try await database.read { try JournalStore.payload(of: id.bytes, $0) }.map(Payload.init(parsing:))
  }

  /// Erases what opens the commitments of an entry, in the caller's transaction: the entry stays and still verifies,
  /// what it committed to can no longer be shown by anyone.
  ///
  /// SQLite overwrites the bytes (`secure_delete`); its write-ahead log and PostgreSQL's pages keep old versions until
  /// they are checkpointed or vacuumed.
  /// - Returns: whether there was anything to erase.
  @discardableResult
  public func erasePayload(of id: Identifier<Entry>, in transaction: WriteTransaction) throws -> Bool {
    try JournalStore.deletePayload(of: id.bytes, transaction)
  }
}
