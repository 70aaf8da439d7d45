import Journal
import Obligations
import Primitives
import Storage

/// Whether accesses to customers' data are in the journal, each with a purpose that the map declared.
struct AccessesRecorded: Check {
  let code: Code<CheckName> = "vault.accesses"
  let title = "Each access has a declared purpose and is in the journal"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// So many of the newest entries of the ledger are read.
  static let most: Int = 5_000

  let vault: Vault

  struct Sighting: Codable, Sendable {
    /// Accesses among the entries that were read, by purpose.
    let purposes: [String: Int]
    /// Purposes that no map declared.
    let undeclared: [String]
    /// What was refused since yesterday, by reason.
    let refused: [String: Int64]
  }

  /// The kinds of entries that say that data was read or written for a purpose.
  static let kinds: Set<String> = [
    "vault.subjects-added", "vault.record-added", "vault.record-changed", "vault.record-removed", "vault.subject-read",
    "vault.searched", "vault.tokens-read", "vault.token-made", "vault.document-read", "vault.document-stored",
    "vault.bulk-read",
  ]

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let size = try await vault.journal.publishedSize()
    let start = size > UInt64(Self.most) ? size - UInt64(Self.most) : 0
    var purposes: [String: Int] = [:]
    for leaf in try await vault.journal.leaves(from: start, limit: Self.most) {
      let entry = try Entry(parsing: leaf.bytes)
      guard Self.kinds.contains(entry.kind.name) else { continue }
      purposes[entry.facts["purpose"]?.text ?? "", default: 0] += 1
    }
    guard !purposes.isEmpty else { throw NothingHeld() }
    let declared = Set(try await vault.maps().flatMap(\.map.purposes))
    let yesterday = context.surroundings.now().advanced(by: .seconds(-86_400))
    let refused = try await vault.database.read { try RefusalStore.since(yesterday, $0) }
    return Sighting(
      purposes: purposes, undeclared: purposes.keys.filter { !declared.contains($0) }.sorted(),
      refused: refused.reduce(into: [:]) { $0[$1.reason, default: 0] += $1.count })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings = sighting.undeclared.map { purpose in
      Finding(
        "vault-purpose-undeclared", .high, seen: "Data was read or written for a purpose that no data map declared.",
        at: purpose.isEmpty ? "no purpose" : purpose)
    }
    let refused = sighting.refused["purpose-refused"] ?? 0
    return Verdict(
      summary: findings.isEmpty
        ? "\(sighting.purposes.values.reduce(0, +)) accesses among the newest entries, each for a declared purpose; "
          + "\(refused) were refused since yesterday"
        : "some accesses had no declared purpose", findings: findings)
  }

  func facts(_ sighting: Sighting) -> [SeenFact] {
    sighting.purposes.sorted { $0.key < $1.key }.map { SeenFact($0.key, "\($0.value) accesses") }
      + sighting.refused.sorted { $0.key < $1.key }.map { SeenFact($0.key, "\($0.value) since yesterday") }
  }
}
