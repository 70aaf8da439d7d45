import Obligations
import Primitives
import Storage

/// Whether card numbers have tokens in their place and are shown only in part.
struct CardsTokenised: Check {
  let code: Code<CheckName> = "vault.cards"
  let title = "Card numbers have tokens, and are shown in part"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    struct Field: Codable, Sendable {
      let name: String
      let hasToken: Bool
      let isMasked: Bool
      let isTokenDeterministic: Bool
    }

    /// The fields of the map that take card numbers.
    let fields: [Field]
    let records: Int64
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let ground = try await vault.ground()
    let fields = ground.map.collections.flatMap { collection in
      collection.fields.filter { $0.type == .card }.map { field in
        Sighting.Field(
          name: "\(collection.name).\(field.name)", hasToken: field.token != nil, isMasked: field.isMasked,
          isTokenDeterministic: field.isTokenDeterministic)
      }
    }
    return Sighting(fields: fields, records: try await vault.database.read { try RecordStore.count($0) })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard sighting.records > 0 else { return .couldNotCheck(NothingHeld().description) }
    var findings: [Finding] = []
    for field in sighting.fields {
      if !field.hasToken {
        findings.append(
          Finding("vault-card-without-token", .medium, seen: "The data map declares no token for it.", at: field.name))
      }
      if !field.isMasked {
        findings.append(
          Finding("vault-card-unmasked", .high, seen: "The data map lets everybody see it whole.", at: field.name))
      }
      if field.isTokenDeterministic {
        findings.append(
          Finding(
            "vault-card-token-deterministic", .low, seen: "The same card always gets the same token.", at: field.name))
      }
    }
    return Verdict(
      summary: sighting.fields.isEmpty
        ? "no field takes card numbers, and everything else refuses them"
        : "\(sighting.fields.count) fields take card numbers; everything else refuses them", findings: findings)
  }
}
