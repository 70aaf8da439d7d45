public import Journal
import Primitives
import Storage

extension Vault {
  /// Runs a request, and remembers what was refused: how often, by whom and why, never what was sent.
  func counting<Value: Sendable>(
    by author: Entry.Author, _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let error as VaultError {
      if let reason = error.refusal {
        // That it cannot be written down does not change that it is refused.
        try? await note(reason, by: author)
      }
      throw error
    }
  }

  /// Notes that somebody asked for what they may not do with customers' data. That it cannot be noted changes nothing.
  /// - Parameter action: as the policy names it, such as `vault.read`.
  public func noteDenied(_ action: String, by author: Entry.Author) async {
    try? await note("access-denied", by: author, ["action": .string(action)])
  }

  private func note(_ reason: String, by author: Entry.Author, _ facts: [String: JSON] = [:]) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      let isFirst = try RefusalStore.since(now, transaction).allSatisfy {
        $0.reason != reason || $0.place != author.name
      }
      try RefusalStore.add(reason: reason, place: author.name, at: now, transaction)
      // One entry an hour for each caller and reason: a program that errs a thousand times errs once.
      guard isFirst else { return }
      try record(
        "vault.refused", by: author, facts.merging(["reason": .string(reason)]) { $1 }, transaction)
    }
  }
}

extension VaultError {
  /// What a refusal is counted as; nil for what is no breach of a rule.
  var refusal: String? {
    switch self {
    case .undeclared: "undeclared-data"
    case .purposeRefused: "purpose-refused"
    case .forbidden: "forbidden-data"
    case .unusableValue: "unusable-value"
    default: nil
    }
  }
}
