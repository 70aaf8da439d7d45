import Obligations
import Primitives

/// Whether sessions are short, and nobody has more of them than devices.
struct SessionLimits: Check {
  let code: Code<CheckName> = "access.sessions"
  let title = "Sessions end in time, and nobody has more than devices"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// NIST SP 800-63B-4, section 2.2.3: at AAL2 a day in all, and an hour without use.
  static let longest: Duration = .seconds(24 * 3_600)
  static let longestIdle: Duration = .seconds(3_600)

  let access: Access

  /// More open sessions than a person has devices.
  static let many = 10

  struct Sighting: Codable, Sendable {
    struct Row: Codable, Sendable {
      let name: String
      let open: Int
    }

    /// What is set, in seconds.
    let idle: Int64
    let longest: Int64
    /// Members with open sessions.
    let members: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let limits = access.configuration
    var rows: [Sighting.Row] = []
    for member in try await access.members().map(\.member) where member.isActive {
      let open = try await access.sessions(of: member.id).count
      if open > 0 { rows.append(Sighting.Row(name: member.name, open: open)) }
    }
    return Sighting(
      idle: limits.idle.components.seconds, longest: limits.longest.components.seconds, members: rows)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    if sighting.idle > Self.longestIdle.components.seconds || sighting.longest > Self.longest.components.seconds {
      findings.append(
        Finding(
          "sessions-too-long", .medium,
          seen: "Sessions last \(sighting.longest / 60) minutes, and \(sighting.idle / 60) without use.",
          at: SelfChecks.target))
    }
    findings += sighting.members.filter { $0.open > Self.many }.map {
      Finding("member-many-sessions", .low, seen: "\($0.open) sessions are open at once.", at: "member \($0.name)")
    }
    return Verdict(
      summary: findings.first?.seen
        ?? "\(sighting.members.reduce(0) { $0 + $1.open }) sessions are open; each ends after \(sighting.idle / 60) minutes without use and "
        + "\(sighting.longest / 3_600) hours in all, and a guarded host's own token ends with it.",
      findings: findings)
  }
}
