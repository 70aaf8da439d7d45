import Obligations
import Primitives

/// Whether a backup was made lately, and its keys lie apart from its data.
struct BackupsMade: Check {
  let code: Code<CheckName> = "vault.backups"
  let title = "Backups are made, read back, and kept apart from their keys"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// A backup is made each day; some hours are left for a slow one.
  static let patience: Duration = .seconds(26 * 3_600)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    /// In microseconds since the epoch; nil where there is none.
    let newest: Int64?
    let isApart: Bool
    let records: Int64
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let records = try await vault.status().records
    let newest = try await vault.backupEvents().first { $0.kind == .made }
    guard records > 0 || newest != nil else { throw NothingHeld() }
    return Sighting(newest: newest?.at.microseconds, isApart: newest?.isApart ?? false, records: records)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard let newest = sighting.newest.map(Instant.init(microseconds:)) else {
      return Verdict(
        summary: "no backup was ever made",
        findings: [Finding("vault-no-backup", .high, seen: "No backup was ever made.", at: SelfChecks.target)])
    }
    var findings: [Finding] = []
    if now.since(newest) > Self.patience {
      findings.append(
        Finding(
          "vault-backup-old", .high, seen: "The newest backup was made at \(newest.rfc3339).", at: SelfChecks.target))
    }
    if !sighting.isApart {
      findings.append(
        Finding(
          "vault-backup-keys-beside", .medium, seen: "The newest backup's keys went into the directory of its data.",
          at: SelfChecks.target))
    }
    return Verdict(
      summary: findings.first?.seen ?? "the newest backup was made and read back at \(newest.rfc3339)",
      findings: findings)
  }
}
