import Obligations
import Primitives

/// Whether everybody and every program that has access uses it: what nobody misses is what is taken over unseen.
struct DormantMembers: Check {
  let code: Code<CheckName> = "access.dormant"
  let title = "Everybody and every program that has access uses it"
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
    /// Keys of programs that are good, in the same way.
    let keys: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let now = context.surroundings.now()
    return Sighting(
      members: try await access.members().filter(\.member.isActive).map {
        Sighting.Row(name: $0.member.name, seen: ($0.lastSeen ?? $0.member.id.instant).microseconds)
      },
      keys: try await access.keys().filter { $0.isOpen(at: now) }.map {
        Sighting.Row(name: $0.label, seen: ($0.lastUsed ?? $0.made).microseconds)
      })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings =
      Self.dormant(sighting.members, at: now).map {
        Finding("member-dormant", .medium, seen: "Not here since \(Self.day($0)).", at: "member \($0.name)")
      }
      + Self.dormant(sighting.keys, at: now).map {
        Finding("key-dormant", .medium, seen: "Not used since \(Self.day($0)).", at: "key \($0.name)")
      }
    return Verdict(
      summary: findings.isEmpty
        ? "each of \(sighting.members.count) members and \(sighting.keys.count) keys was seen within 90 days"
        : "\(findings.count) of \(sighting.members.count) members and \(sighting.keys.count) keys were not seen for 90 days",
      findings: findings)
  }

  private static func dormant(_ rows: [Sighting.Row], at now: Instant) -> [Sighting.Row] {
    rows.filter { now.since(Instant(microseconds: $0.seen)) > patience }
  }

  private static func day(_ row: Sighting.Row) -> CalendarDate { CalendarDate(at: Instant(microseconds: row.seen)) }
}
