import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives
import Vault

/// The data map: edited and tried in place, and put in force.
struct DataMapPages {
  let routes: Routes
  let vault: Vault

  private struct Model: Sendable {
    struct InForce: Sendable {
      let version: Int64
      let at: TimeText
    }

    struct DryRun: Sendable {
      let summary: String
      let added: [String]
      let removed: [String]
      let changed: [String]
      let indexes: [VaultModel.IndexText]
    }

    struct Fields: Sendable { let map: FieldText }

    let inForce: InForce?
    let warnings: [String]
    let dryRun: DryRun?
    let form: Fields
    let excerpt: ExcerptText?
    let mayKeep: Bool
  }

  private struct Attempt {
    let yaml: String
    var mistake: (line: Int, reason: String)?
    var dryRun: Model.DryRun?
  }

  func add() {
    routes.page("vault/map", for: .read) { visit in .page(try await page(visit)) }
    routes.deed("vault/map", for: .keepVault) { visit, form in
      // Browsers send the lines of a text as CR LF.
      let yaml = (form.fields["map"] ?? "").replacing("\r\n", with: "\n")
      do {
        let map = try DataMap(yaml: Array(yaml.utf8), file: "data-map.yaml")
        switch form["intent"] {
        case "check":
          return .page(try await page(visit, Attempt(yaml: yaml, dryRun: try await dryRun(map))))
        case "apply":
          _ = try await vault.adopt(map, by: visit.session.member.author())
          return .seeOther("/vault/map", .mapAdopted)
        default: throw Problem(.badRequest, "'intent' is check or apply.")
        }
      } catch VaultError.unusableMap(_, let line, let reason) {
        return .page(try await page(visit, Attempt(yaml: yaml, mistake: (line, reason))))
      }
    }
  }

  private func dryRun(_ map: DataMap) async throws -> Model.DryRun {
    let difference = try await vault.difference(to: map)
    let count = difference.added.count + difference.removed.count + difference.changed.count
    return Model.DryRun(
      summary: difference.isEmpty
        ? "It says the same as the map in force." : "\(CountText.words(count, "part")) of the map would change.",
      added: difference.added, removed: difference.removed, changed: difference.changed,
      indexes: try map.indexReports().map { VaultModel.index($0) })
  }

  private func page(_ visit: Visit, _ attempt: Attempt? = nil) async throws -> Page {
    let map = try await vault.map()
    let mistake = attempt?.mistake.map { "Line \($0.line): \($0.reason)." }
    let model = Model(
      inForce: map.map { Model.InForce(version: $0.version, at: TimeText($0.adopted, asOf: visit.now)) },
      warnings: (map?.map.warnings ?? []).map { "Line \($0.line): \($0.text)" }, dryRun: attempt?.dryRun,
      form: Model.Fields(
        map: FieldText(
          attempt?.yaml ?? map?.map.text ?? DataMap.example, name: "map",
          errors: mistake.map { [FieldError(field: "map", text: "\($0) Nothing was changed.")] } ?? [])),
      excerpt: attempt.flatMap { attempt in
        attempt.mistake.map { ExcerptText(of: attempt.yaml, around: $0.line) }
      }, mayKeep: visit.session.member.actions.contains(.keepVault))
    return Page(
      "vault-map", heading: "Data map", menu: .vault, model: model,
      errors: mistake.map { [FieldError(field: "map", text: $0)] } ?? [])
  }
}
