import Obligations
import Primitives
import Storage

/// Whether every member's role is no larger than what the member did with it.
struct PowersUsed: Check {
  let code: Code<CheckName> = "access.powers"
  let title = "Every member may do what the work needs and nothing more"
  let interval: Duration = .seconds(86_400)
  let validity: Duration = .seconds(3 * 86_400)
  /// Over how long the use is looked at; whoever is here for less is not judged.
  static let period: Duration = .seconds(90 * 86_400)

  let access: Access

  struct Sighting: Codable, Sendable {
    struct Row: Codable, Sendable {
      let name: String
      let role: String
      let isNew: Bool
      /// What the member did within the period.
      let used: [String]
      /// A smaller role that includes all of it; nil where there is none.
      let enough: String?
    }
    let members: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let now = context.surroundings.now()
    let rows = try await access.database.read { transaction in
      try MemberStore.all(transaction).filter(\.isActive).map { ($0, try UseStore.uses(of: $0.id, transaction)) }
    }
    let owners = rows.filter { $0.0.role == RoleTable.owner }.count
    return Sighting(
      members: rows.map { stored, uses in
        let used = Set(uses.filter { now.since($0.value) <= Self.period }.keys)
        // Somebody has to be the owner, used or not.
        let mayShrink = stored.role != RoleTable.owner || owners > 1
        return Sighting.Row(
          name: stored.name, role: stored.role, isNew: now.since(stored.id.instant) < Self.period,
          used: used.map(\.rawValue).sorted(), enough: mayShrink ? enough(for: used, in: stored.role) : nil)
      })
  }

  /// The smallest role with everything that was used, if it is smaller than the member's own.
  private func enough(for used: Set<Action>, in role: String) -> String? {
    guard let own = access.roles[role] else { return nil }
    return access.roles.roles.filter { used.isSubset(of: $0.actions) && $0.actions.isStrictSubset(of: own.actions) }
      .min { $0.actions.count < $1.actions.count }?.id
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings = sighting.members.compactMap { member -> Finding? in
      guard !member.isNew, let enough = member.enough else { return nil }
      return Finding(
        "role-larger-than-use", .low,
        seen: "In 90 days the member did nothing for which the role \(enough) would not do.",
        at: "member \(member.name), role \(member.role)")
    }
    return Verdict(
      summary: findings.isEmpty
        ? "no role of \(sighting.members.count) members is larger than what was done with it in 90 days"
        : "\(findings.count) of \(sighting.members.count) members have a larger role than they used",
      findings: findings)
  }
}
