import Obligations
import Primitives

/// Whether everybody who has access uses it: an account that nobody misses is the one that is taken over unseen.
struct DormantMembers: Check {
  let code: Code<CheckName> = "access.dormant"
  let title = "Everybody who has access uses it"
  let interval: Duration = .seconds(86_400)
  let validity: Duration = .seconds(3 * 86_400)
  /// PCI DSS 4.0.1, requirement 8.2.6.
  static let patience: Duration = .seconds(90 * 86_400)

  let access: Access

  struct Sighting: Codable, Sendable {
    struct Row: Codable, Sendable {
      let name: String
      /// When the member was here last, or came to be, in microseconds since the epoch.
      let seen: Int64
    }
    let members: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    Sighting(
      members: try await access.members().filter(\.member.isActive).map {
        Sighting.Row(name: $0.member.name, seen: ($0.lastSeen ?? $0.member.id.instant).microseconds)
      })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let dormant = sighting.members.filter { now.since(Instant(microseconds: $0.seen)) > Self.patience }
    return Verdict(
      summary: dormant.isEmpty
        ? "each of \(sighting.members.count) members was here within 90 days"
        : "\(dormant.count) of \(sighting.members.count) members were not here for 90 days",
      findings: dormant.map {
        Finding(
          "member-dormant", .medium, seen: "Not here since \(CalendarDate(at: Instant(microseconds: $0.seen))).",
          at: "member \($0.name)")
      })
  }
}
