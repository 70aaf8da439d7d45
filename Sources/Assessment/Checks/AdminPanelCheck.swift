import Obligations
import Primitives

/// Looks whether the admin panel lets somebody in on a password alone.
struct AdminPanelCheck: Check {
  let visit: AdminVisit

  let code: Code<CheckName> = "admin-panel"
  let title = "The admin panel asks for more than a password"
  let interval: Duration = .days(1)
  let validity: Duration = .days(3)
  let timeLimit: Duration = .seconds(120)

  /// What stands before the address of a storefront whose panel is not named.
  private static let around = "usual places of "

  func targets(in profile: Profile) -> [String] {
    profile.storefronts.map { $0.adminPanel ?? Self.around + $0.url }.unique
  }

  func look(at target: String, in context: CheckContext) async throws -> AdminSighting {
    guard target.hasPrefix(Self.around) else { return try await visit.look(at: try WebAddress(target)) }
    return try await visit.lookAround(try WebAddress(target.dropFirst(Self.around.count)))
  }

  func judge(_ sighting: AdminSighting, at now: Instant) -> Verdict { sighting.verdict() }
}

/// Asks for the files that shops leak.
struct ExposedFilesCheck: Check {
  let visit: ExposureVisit

  let code: Code<CheckName> = "exposed-files"
  let title = "Backups, repositories and settings cannot be fetched"
  let interval: Duration = .days(1)
  let validity: Duration = .days(3)
  let timeLimit: Duration = .seconds(180)

  func targets(in profile: Profile) -> [String] {
    (profile.storefronts.map(\.url) + profile.endpoints).map { (try? WebAddress($0).at("/").text) ?? $0 }.unique
  }

  func look(at target: String, in context: CheckContext) async throws -> ExposureSighting {
    try await visit.look(at: try WebAddress(target))
  }

  func judge(_ sighting: ExposureSighting, at now: Instant) -> Verdict { sighting.verdict() }
}
