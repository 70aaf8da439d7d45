import Journal
import Obligations
import TransparencyLog

/// What the page of the settings shows.
struct SettingsModel: Sendable {
  /// Who put the profile in force, and when.
  struct InForce: Sendable {
    let by: String
    let at: TimeText
  }

  struct Fields: Sendable {
    let profile: FieldText
  }

  struct StandingPageText: Sendable {
    let isOn: Bool
    let href: String
  }

  struct About: Sendable {
    let version: String
    let catalogue: String
    let catalogueNote: String
    let database: String
    let origin: String
    let key: String
    let witnesses: String

    init(_ rooms: Rooms) {
      let catalogue = rooms.register.catalogue
      version = ConsoleResources.version
      self.catalogue = catalogue.version
      let duties = CountText.words(catalogue.duties.count, "duty", "duties")
      catalogueNote = "\(duties), \(CountText.words(catalogue.frameworks.count, "framework"))"
      database = rooms.databaseName
      origin = rooms.journal.origin
      key = rooms.policy.logs.first { $0.key.name == rooms.journal.origin }?.key.description ?? ""
      let count = CountText.words(rooms.policy.witnesses.count, "witness", "witnesses")
      witnesses =
        rooms.policy.asksForWitnesses
        ? "\(count), of whom a quorum must cosign" : "none: the policy asks for no witness"
    }
  }

  /// Nil while there is no profile.
  let inForce: InForce?
  let form: Fields
  /// The lines around a mistake.
  let excerpt: ExcerptText?
  /// What a profile would change, where somebody asked.
  let dryRun: DryRunText?
  let standingPage: StandingPageText
  let about: About
}
