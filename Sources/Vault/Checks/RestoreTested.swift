import Obligations
import Primitives

/// Whether a restore was tried within its deadline, and gave back what was expected.
struct RestoreTested: Check {
  let code: Code<CheckName> = "vault.restore"
  let title = "A restore was tried and gave back what was expected"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// A restore is tried each quarter at least.
  static let deadline: Duration = .seconds(92 * 86_400)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    /// When one was tried last, in microseconds since the epoch; nil where none was.
    let tried: Int64?
    let didFail: Bool
    let opened: Int64
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let events = try await vault.backupEvents()
    let tried = events.first { $0.kind == .tested || $0.kind == .failed }
    let records = try await vault.status().records
    guard records > 0 || tried != nil else { throw NothingHeld() }
    return Sighting(
      tried: tried?.at.microseconds, didFail: tried?.kind == .failed, opened: tried?.records ?? 0)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard let tried = sighting.tried.map(Instant.init(microseconds:)) else {
      return Verdict(
        summary: "no restore was ever tried",
        findings: [
          Finding("vault-restore-untried", .medium, seen: "No restore was ever tried.", at: SelfChecks.target)
        ])
    }
    var findings: [Finding] = []
    if sighting.didFail {
      findings.append(
        Finding(
          "vault-restore-failed", .critical, seen: "The restore that was tried at \(tried.rfc3339) failed.",
          at: SelfChecks.target))
    } else if now.since(tried) > Self.deadline {
      findings.append(
        Finding(
          "vault-restore-overdue", .medium, seen: "A restore was tried last at \(tried.rfc3339).",
          at: SelfChecks.target))
    }
    return Verdict(
      summary: findings.first?.seen
        ?? "a restore was tried at \(tried.rfc3339), and all of \(sighting.opened) records of a sample opened",
      findings: findings)
  }
}
