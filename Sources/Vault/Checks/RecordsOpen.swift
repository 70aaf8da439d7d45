import Obligations
import Primitives

/// Whether records open under the keys that are there: a sample from all over the table.
struct RecordsOpen: Check {
  let code: Code<CheckName> = "vault.sealed"
  let title = "Records are sealed, and a sample of them opens"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  let timeLimit: Duration = .seconds(300)
  /// So many records are opened.
  static let sample = 200

  let vault: Vault

  struct Sighting: Codable, Sendable {
    let subjects: Int64
    let records: Int64
    let opened: Int
    /// Of those that do not open, their collections.
    let damaged: [String]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let status = try await vault.status()
    guard status.records > 0 else { throw NothingHeld() }
    let looks = try await vault.openSample(Self.sample)
    return Sighting(
      subjects: status.subjects, records: status.records, opened: looks.opened, damaged: looks.damaged)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard sighting.opened + sighting.damaged.count > 0 else { return .couldNotCheck("no record was opened") }
    let findings = Set(sighting.damaged).sorted().map { collection in
      Finding(
        "vault-record-damaged", .critical,
        seen: "\(sighting.damaged.count { $0 == collection }) records of \(collection) do not open.", at: collection)
    }
    return Verdict(
      summary: findings.isEmpty
        ? "\(sighting.opened) of \(sighting.records) records were opened, each under its own subject's key"
        : "\(sighting.damaged.count) of \(sighting.opened + sighting.damaged.count) records do not open",
      findings: findings)
  }
}
