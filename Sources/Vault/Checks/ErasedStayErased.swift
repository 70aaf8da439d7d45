import Obligations
import Primitives

/// Whether the list of those who were forgotten is whole, lies outside every backup, and nobody on it is there again.
struct ErasedStayErased: Check {
  let code: Code<CheckName> = "vault.erased"
  let title = "Nobody who was forgotten is there again"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  let timeLimit: Duration = .seconds(600)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    let forgotten: Int
    /// Whom the database knows to be forgotten and the list does not.
    let missing: Int
    /// Who is on the list and in the database.
    let returned: Int
    let isListDamaged: Bool
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let status = try await vault.status()
    guard status.subjects > 0 || status.forgotten > 0 else { throw NothingHeld() }
    do {
      let (forgotten, returned) = try await vault.returned()
      return Sighting(
        forgotten: forgotten, missing: try await vault.missingErasures(), returned: returned, isListDamaged: false)
    } catch VaultError.damaged {
      return Sighting(forgotten: 0, missing: 0, returned: 0, isListDamaged: true)
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    if sighting.isListDamaged {
      findings.append(
        Finding("vault-erasure-list-damaged", .high, seen: "The erasure list does not verify.", at: SelfChecks.target))
    }
    if sighting.returned > 0 {
      findings.append(
        Finding(
          "vault-erased-returned", .critical,
          seen: "\(sighting.returned) subjects who were forgotten are there again.", at: SelfChecks.target))
    }
    if sighting.missing > 0 {
      findings.append(
        Finding(
          "vault-erasure-list-short", .high,
          seen: "\(sighting.missing) who were forgotten are not on this machine's erasure list.",
          at: SelfChecks.target))
    }
    return Verdict(
      summary: findings.first?.seen ?? "\(sighting.forgotten) were forgotten, and none of them is there",
      findings: findings)
  }
}
