import Obligations
import Primitives

/// Looks for a page that the law asks for.
struct LegalCheck: Check {
  let code: Code<CheckName>
  let title: String
  let visit: LegalVisit
  let judgement: @Sendable (LegalSighting) -> Verdict

  let interval: Duration = .days(7)
  let validity: Duration = .days(21)

  func targets(in profile: Profile) -> [String] { profile.storefronts.map(\.url).unique }

  func look(at target: String, in context: CheckContext) async throws -> LegalSighting {
    try await visit.look(at: try WebAddress(target))
  }

  func judge(_ sighting: LegalSighting, at now: Instant) -> Verdict { judgement(sighting) }

  /// Every check of this kind.
  static func all(_ reach: Reach) -> [LegalCheck] {
    [
      LegalCheck(
        code: "legal.privacy-notice", title: "A privacy notice is published",
        visit: LegalVisit(reach: reach, page: .privacyNotice), judgement: { $0.privacyNotice() }),
      LegalCheck(
        code: "legal.imprint", title: "The shop says who it is",
        visit: LegalVisit(reach: reach, page: .imprint), judgement: { $0.imprint() }),
    ]
  }
}

/// Looks for security.txt.
struct SecurityTxtCheck: Check {
  let visit: SecurityTxtVisit

  let code: Code<CheckName> = "security-txt"
  let title = "security.txt says where to report a weakness"
  let interval: Duration = .days(7)
  let validity: Duration = .days(21)

  func targets(in profile: Profile) -> [String] { profile.storefronts.map(\.url).unique }

  func look(at target: String, in context: CheckContext) async throws -> SecurityTxtSighting {
    try await visit.look(at: try WebAddress(target))
  }

  func judge(_ sighting: SecurityTxtSighting, at now: Instant) -> Verdict { sighting.verdict(at: now) }
}
