public import Primitives
import Storage

extension Vault {
  /// What a token stands for.
  public struct TokenValue: Hashable, Sendable {
    public let token: String
    public let subject: Identifier<Subject>
    public let collection: String
    public let record: Identifier<VaultRecord>
    public let field: String
    public let value: JSON
    public let isMasked: Bool
  }

  /// No request asks for more tokens.
  public static let mostTokens = 1_000

  /// Gives the token of a field, and makes it where the field has none yet.
  /// - Parameter format: nil for the one that the data map declares.
  /// - Throws: ``VaultError``, ``StorageError``.
  public func tokenise(
    _ name: String, of id: Identifier<VaultRecord>, in collectionName: String, of subject: Identifier<Subject>,
    as format: TokenFormat? = nil, by caller: VaultCaller
  ) async throws -> String {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let collection = try ground.collection(collectionName)
        guard let field = collection[name] else {
          throw VaultError.undeclared(place: "field", reason: "the data map declares no such field")
        }
        try grounds.expect(toCover: [field], in: collection)
        guard let format = field.token ?? format else {
          throw VaultError.refused(reason: "the data map declares no token for \(name); say in which format")
        }
        let now = surroundings.now()
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          let (key, _, _) = try openKey(of: subject, for: .inUse, ground, transaction)
          if let known = try TokenStore.tokens(of: subject, id, transaction).first(where: { $0.field == name }) {
            return known.token
          }
          guard let stored = try RecordStore.record(id, of: subject, in: collectionName, transaction),
            let value = try presentValues(stored, under: key, ground, transaction).first(where: { $0.name == name })
          else { throw VaultError.unknown(kind: "value", name: name) }
          let prepared = PreparedRecord.PreparedToken(
            field: field, value: value.text, token: format.random(for: value.text, in: surroundings))
          let tokens = try insert([prepared], at: stored.place, now, as: format, transaction)
          try record(
            "vault.token-made", by: caller.author,
            ["collection": .string(collectionName), "field": .string(name), "purpose": .string(caller.purpose)],
            about: [subject], transaction)
          return tokens[name] ?? ""
        }
      }
    }
  }

  /// Gives the values that tokens stand for, for a purpose; a token that is not known is left out.
  /// - Throws: ``VaultError``, ``StorageError``.
  public func detokenise(_ tokens: [String], by caller: VaultCaller) async throws -> [TokenValue] {
    guard (1...Self.mostTokens).contains(tokens.count) else {
      throw VaultError.unusableValue(
        place: "tokens", reason: "one to \(Self.mostTokens) are asked for at a time")
    }
    return try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        return try await database.write { transaction in
          try ground.expectUnmoved(transaction)
          let known = try Set(tokens).sorted().flatMap { try TokenStore.tokens($0, transaction) }
          let values = try known.compactMap { try value(of: $0, grounds, caller, ground, transaction) }
          try record(
            "vault.tokens-read", by: caller.author,
            [
              "purpose": .string(caller.purpose), "tokens": .integer(Int64(tokens.count)),
              "found": .integer(Int64(values.count)), "whole": .bool(caller.seesMasked),
            ], about: Array(Set(values.map(\.subject)).prefix(100)), transaction)
          return values
        }
      }
    }
  }

  private func value(
    of token: TokenStore.StoredToken, _ grounds: PurposeGrounds, _ caller: VaultCaller, _ ground: Ground,
    _ transaction: ReadTransaction
  ) throws -> TokenValue? {
    let collection = try ground.collection(token.collection)
    guard let field = collection[token.field],
      let stored = try RecordStore.record(token.record, of: token.subject, in: token.collection, transaction),
      try SubjectStore.state(token.subject, transaction) == .inUse
    else { return nil }
    try grounds.expect(toCover: [field], in: collection)
    let (key, _, _) = try openKey(of: token.subject, for: .inUse, ground, transaction)
    guard
      let value = try presentValues(stored, under: key, ground, transaction).first(where: { $0.name == token.field })
    else { return nil }
    let isMasked = field.isMasked && !caller.seesMasked
    return TokenValue(
      token: token.token, subject: token.subject, collection: token.collection, record: token.record,
      field: token.field,
      value: isMasked
        ? .string(FieldValue.masked(value.text, of: field.type)) : FieldValue.json(value.text, of: field.type),
      isMasked: isMasked)
  }
}
