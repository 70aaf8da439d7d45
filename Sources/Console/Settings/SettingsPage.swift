import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// The settings: the profile, which is edited and tried in place, and whether anybody may see how the shop stands.
struct SettingsPage {
  let routes: Routes

  private var rooms: Rooms { routes.rooms }

  /// The profile as somebody typed it, and what came of it.
  private struct Attempt {
    let yaml: String
    var mistake: (line: Int, reason: String)?
    var difference: ProfileDifference?
  }

  func add() {
    routes.page("settings", for: .configure) { visit in .page(try await page(visit)) }
    routes.deed("settings/profile", for: .configure) { visit, form in
      // Browsers send the lines of a text as CR LF.
      let yaml = (form.fields["profile"] ?? "").replacing("\r\n", with: "\n")
      do {
        switch form["intent"] {
        case "check":
          let difference = try await rooms.register.difference(to: yaml)
          return .page(try await page(visit, Attempt(yaml: yaml, difference: difference)))
        case "apply":
          try await rooms.register.setProfile(yaml, by: visit.session.member.author())
          return .seeOther("/settings", .profileSet)
        default: throw Problem(.badRequest, "'intent' is check or apply.")
        }
      } catch ObligationsError.malformed(_, let line, let reason) {
        return .page(try await page(visit, Attempt(yaml: yaml, mistake: (line, reason))))
      }
    }
    routes.deed("settings/standing-page", for: .configure) { visit, form in
      guard let isOn = ["yes": true, "no": false][form["isOn"]] else {
        throw Problem(.badRequest, "'isOn' is yes or no.")
      }
      try await StandingPageSwitch(of: rooms).turn(on: isOn, by: visit.session.member.author())
      return .seeOther("/settings", .settingsSaved)
    }
  }

  private func page(_ visit: Visit, _ attempt: Attempt? = nil) async throws -> Page {
    let change = try await rooms.register.profileChange()
    let known = try await rooms.register.profile()?.yaml
    let mistake = attempt?.mistake.map { "Line \($0.line): \($0.reason)." }
    let errors = mistake.map { [FieldError(field: "profile", text: $0)] } ?? []
    let model = SettingsModel(
      inForce: change.map {
        SettingsModel.InForce(by: AuthorText.name($0.author), at: TimeText($0.at, asOf: visit.now))
      },
      form: SettingsModel.Fields(
        profile: FieldText(
          attempt?.yaml ?? known ?? ExampleProfile.yaml, name: "profile",
          errors: mistake.map { [FieldError(field: "profile", text: "\($0) Nothing was changed.")] } ?? [])),
      excerpt: attempt.flatMap { attempt in
        attempt.mistake.map { ExcerptText(of: attempt.yaml, around: $0.line) }
      },
      dryRun: attempt?.difference.map { DryRunText($0) },
      standingPage: SettingsModel.StandingPageText(
        isOn: try await StandingPageSwitch(of: rooms).isOn(), href: "/standing"),
      about: SettingsModel.About(rooms))
    return Page("settings", heading: "Settings", menu: .settings, model: model, errors: errors)
  }
}
