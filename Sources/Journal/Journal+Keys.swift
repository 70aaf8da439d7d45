import Primitives
public import TransparencyLog

extension Journal {
  /// Adds a signing key. From the next checkpoint on, old and new key both sign; the journal says so under the old key,
  /// so that whoever trusts that one can come to trust the new one.
  public func addKey(to keyring: inout Keyring) async throws -> VerifierKey {
    // The file first: an entry about a key that does not exist would mislead, a key without its entry signs only sooner.
    let key = try keyring.addKey()
    try await append(
      Entry.Draft(
        kind: Entry.Kind(literal: "ledger.key-added"), author: .operator,
        facts: ["id": .string(key.id.description), "key": .string("\(key)")]))
    return key
  }

  /// Retires a signing key: it signs no more. Checkpoints that it signed stay valid.
  public func retireKey(_ id: KeyID, from keyring: inout Keyring) async throws -> VerifierKey {
    let rest = LogPolicy(trusting: keyring.verifierKeys.filter { $0.id != id })
    // Until a checkpoint carries a signature of a key that stays, nobody could tell the ledger's own checkpoint.
    guard (try? rest.verifyWithoutQuorum(await publishedCheckpoint())) != nil else {
      throw JournalError.unusableFile(
        path: keyring.path, reason: "no checkpoint is signed by another key yet; wait for the next one")
    }
    let key = try keyring.removeKey(id)
    try await append(
      Entry.Draft(
        kind: Entry.Kind(literal: "ledger.key-retired"), author: .operator,
        facts: ["id": .string(id.description), "key": .string("\(key)")]))
    return key
  }
}
