import Obligations
import Primitives
import Storage

/// Whether only declared data is stored: what was refused, and what the map declares no more and is still there.
struct FieldsDeclared: Check {
  let code: Code<CheckName> = "vault.declared"
  let title = "Only declared data is stored"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(24 * 3_600)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    let mapVersion: Int64
    let fields: Int
    let purposes: Int
    let warnings: Int
    /// Writes of undeclared and of forbidden data that were refused since yesterday, by who sent them.
    let undeclared: [String: Int64]
    let forbidden: [String: Int64]
    /// Collections that records are in and that the map declares no more.
    let leftCollections: [String]
    let subjects: Int64
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let ground = try await vault.ground()
    let yesterday = context.surroundings.now().advanced(by: .seconds(-86_400))
    return try await vault.database.read { transaction in
      let refusals = try RefusalStore.since(yesterday, transaction)
      func refused(_ reason: String) -> [String: Int64] {
        refusals.filter { $0.reason == reason }.reduce(into: [:]) { $0[$1.place, default: 0] += $1.count }
      }
      return Sighting(
        mapVersion: ground.mapVersion, fields: ground.map.collections.reduce(0) { $0 + $1.fields.count },
        purposes: ground.map.purposes.count, warnings: ground.map.warnings.count,
        undeclared: refused("undeclared-data"), forbidden: refused("forbidden-data"),
        leftCollections: try RecordStore.collections(transaction).filter { ground.map[collection: $0] == nil },
        subjects: try SubjectStore.count(transaction))
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard sighting.subjects > 0 else { return .couldNotCheck(NothingHeld().description) }
    var findings = sighting.leftCollections.map {
      Finding(
        "vault-data-undeclared", .high, seen: "Its records are there, and the data map declares it no more.", at: $0)
    }
    findings += sighting.undeclared.sorted { $0.key < $1.key }.map { sender, count in
      Finding(
        "vault-write-refused", .note, seen: "\(count) writes of undeclared data were refused since yesterday.",
        at: sender)
    }
    findings += sighting.forbidden.sorted { $0.key < $1.key }.map { sender, count in
      Finding(
        "vault-card-data-refused", .medium,
        seen: "\(count) writes with card data where it may not be were refused since yesterday.", at: sender)
    }
    return Verdict(
      summary: "data map \(sighting.mapVersion) declares \(sighting.fields) fields for \(sighting.purposes) purposes; "
        + "\(sighting.undeclared.values.reduce(0, +)) writes of undeclared data were refused since yesterday",
      findings: findings)
  }
}
