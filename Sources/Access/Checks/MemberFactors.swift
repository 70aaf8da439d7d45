import Obligations
import Primitives

/// Whether every member signs in with at least two factors, and with which.
struct MemberFactors: Check {
  let code: Code<CheckName> = "access.factors"
  let title = "Every member signs in with at least two factors"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// So long a sign that a passkey was copied is told of, unless it is removed before.
  static let memory: Duration = .seconds(90 * 86_400)

  let access: Access

  struct Sighting: Codable, Sendable {
    struct Row: Codable, Sendable {
      let name: String
      let passkeys: Int
      let hasPasswordAndCode: Bool
      /// Whether another server vouches for the member; missing in what was seen before there was such a thing.
      var isFederated: Bool?
      /// When a passkey's counter went back, in microseconds since the epoch.
      let regressed: Int64?
    }
    let members: [Row]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    Sighting(
      members: try await access.members().filter(\.member.isActive).map { summary in
        Sighting.Row(
          name: summary.member.name, passkeys: summary.passkeys.count, hasPasswordAndCode: summary.hasPassword,
          isFederated: !summary.issuers.isEmpty,
          regressed: summary.passkeys.compactMap(\.regressed).max()?.microseconds)
      })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    for member in sighting.members {
      if member.passkeys == 0 {
        findings.append(
          Finding(
            "member-without-passkey", .note,
            seen: member.isFederated == true
              ? "The member signs in through another server only, which has to ask for two factors."
              : "The member signs in with password and code only.",
            at: "member \(member.name)"))
      }
      if let regressed = member.regressed, now.since(Instant(microseconds: regressed)) < Self.memory {
        findings.append(
          Finding(
            "passkey-may-be-copied", .high, seen: "The counter of a passkey went back.", at: "member \(member.name)"))
      }
    }
    let resistant = sighting.members.filter { $0.passkeys > 0 }.count
    return Verdict(
      summary: "\(sighting.members.count) members have access, each with two factors or a passkey; "
        + "\(resistant) of them have a passkey. A password alone opens nothing.",
      findings: findings)
  }
}
