import Obligations
import Primitives
import Storage

/// Whether every password is kept at the present cost of guessing it, and whether somebody is guessing.
struct PasswordsKept: Check {
  let code: Code<CheckName> = "access.passwords"
  let title = "Passwords are kept at the present cost of guessing, and nobody is guessing"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)

  let access: Access

  struct Sighting: Codable, Sendable {
    let passwords: Int
    /// Members whose password is hashed at another cost than the present one.
    let outdated: [String]
    /// Members of whose password so many answers were wrong in a row that it opens nothing any more.
    let locked: [String]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    try await access.database.read { transaction in
      var (outdated, locked, count): ([String], [String], Int) = ([], [], 0)
      for stored in try MemberStore.all(transaction) where stored.isActive {
        guard let hash = try MemberStore.password(of: stored.id, transaction) else { continue }
        count += 1
        if hash.isOutdated() { outdated.append(stored.name) }
        if stored.failures >= Access.mostFailures { locked.append(stored.name) }
      }
      return Sighting(passwords: count, outdated: outdated, locked: locked)
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings =
      sighting.outdated.map {
        Finding(
          "password-hash-outdated", .low, seen: "The password is hashed at an earlier cost.", at: "member \($0)")
      }
      + sighting.locked.map {
        Finding(
          "password-locked", .medium, seen: "\(Access.mostFailures) wrong answers came in a row.", at: "member \($0)")
      }
    return Verdict(
      summary:
        "\(sighting.passwords) passwords, at least \(PasswordRules.shortest) characters each, none of them common "
        + "when it was set; wrong answers are slowed and counted.",
      findings: findings)
  }
}
