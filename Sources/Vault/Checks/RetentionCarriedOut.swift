import Obligations
import Primitives
import Storage

/// Whether data goes when its time is over, and every purpose says when that is.
struct RetentionCarriedOut: Check {
  let code: Code<CheckName> = "vault.retention"
  let title = "Data goes when its time is over"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// A daily run takes away what is due; what is there after so long was forgotten.
  static let patience: Duration = .seconds(2 * 86_400)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    let records: Int64
    /// Records of which something was due two days ago.
    let overdue: Int64
    /// Declarations without a period.
    let endless: [String]
    let holds: Int
    let forgotten: Int64
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let ground = try await vault.ground()
    let limit = context.surroundings.now().advanced(by: .zero - Self.patience)
    return try await vault.database.read { transaction in
      Sighting(
        records: try RecordStore.count(transaction), overdue: try RecordStore.countDue(at: limit, transaction),
        endless: ground.map.declarations.filter { $0.retention == nil }.map(\.name),
        holds: try SubjectStore.holds(transaction).count, forgotten: try SubjectStore.tombstones(transaction))
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    guard sighting.records > 0 || sighting.forgotten > 0 else { return .couldNotCheck(NothingHeld().description) }
    var findings = sighting.endless.map {
      Finding("vault-purpose-endless", .medium, seen: "The data map does not say for how long data is needed.", at: $0)
    }
    if sighting.overdue > 0 {
      findings.append(
        Finding(
          "vault-data-overdue", .high, seen: "\(sighting.overdue) records hold data that should be gone for two days.",
          at: SelfChecks.target))
    }
    return Verdict(
      summary: sighting.overdue > 0
        ? "\(sighting.overdue) records hold data past its time"
        : "no record holds data past its time; \(sighting.holds) legal holds are in force, \(sighting.forgotten) subjects "
          + "were forgotten", findings: findings)
  }
}
