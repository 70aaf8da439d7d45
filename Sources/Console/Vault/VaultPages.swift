import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives
import Vault

/// The pages of customers' data: how it stands with the vault, and its long work.
struct VaultPages {
  let routes: Routes
  let vault: Vault

  func add() {
    routes.page("vault", for: .read) { visit in .page(try await overview(visit)) }
    routes.deed("vault/rotation", for: .keepVault) { visit, _ in
      try await deed(visit) { _ = try await vault.beginRotation(by: $0) }
      return .seeOther("/vault", .workBegun)
    }
    routes.deed("vault/retention", for: .keepVault) { visit, _ in
      try await deed(visit) { _ = try await vault.beginRetention(by: $0) }
      return .seeOther("/vault", .workBegun)
    }
    routes.deed("vault/jobs/{job}", for: .keepVault) { visit, form in
      guard let id = Identifier<VaultJob>(try visit.parameter("job")),
        let isRunning = ["running": true, "stopped": false][form["state"]]
      else { throw Problem(.notFound, "There is no such job.") }
      try await deed(visit) { try await vault.set(id, running: isRunning, by: $0) }
      return .seeOther("/vault", isRunning ? .workBegun : .workStopped)
    }
    DataMapPages(routes: routes, vault: vault).add()
    HoldPages(routes: routes, vault: vault).add()
    UnlockPages(routes: routes, vault: vault).add()
  }

  private func deed(_ visit: Visit, _ work: (Entry.Author) async throws -> Void) async throws {
    do {
      try await work(try visit.session.member.author())
    } catch let error as VaultError {
      throw Problem(OperationRoutes.status(of: error), "\(error)".sentence)
    }
  }

  private func overview(_ visit: Visit) async throws -> Page {
    let status = try await vault.status()
    let map = try await vault.map()
    let events = try await vault.backupEvents()
    let (made, tried) = (
      events.first { $0.kind == .made }, events.first { $0.kind == .tested || $0.kind == .failed }
    )
    let newest = status.keys.last?.version
    let asked = visit.query("confirm")
    let model = VaultModel(
      subjects: CountText.grouped(status.subjects), records: CountText.grouped(status.records),
      forgotten: CountText.grouped(status.forgotten), mapVersion: status.mapVersion, rootPlace: status.place,
      rootName: status.root, custody: VaultModel.words(for: status.custody),
      keys: status.keys.reversed().map { VaultModel.key($0, isNewest: $0.version == newest, at: visit.now) },
      jobs: try await vault.jobs().prefix(10).map { VaultModel.job($0, at: visit.now) },
      indexes: map == nil
        ? [] : try await vault.indexReports().map { VaultModel.index($0.report, isBuilt: $0.isBuilt) },
      retention: map == nil
        ? nil : VaultModel.retention(try await vault.previewRetention(), asked: asked),
      backups: VaultModel.Backups(
        made: made.map { TimeText($0.at, asOf: visit.now) }, isApart: made?.isApart ?? true,
        tried: tried.map { TimeText($0.at, asOf: visit.now) }, didFail: tried?.kind == .failed),
      rotation: ConfirmText(on: "/vault", step: "rotation", deed: "rotation", asked: asked),
      mayKeep: visit.session.member.actions.contains(.keepVault),
      empty: map == nil ? Self.empty : nil)
    return Page("vault", heading: "Vault", menu: .vault, model: model)
  }

  private static let empty = EmptyText(
    title: "Nothing is kept here yet",
    text:
      "First say in a data map what the shop knows of its customers, why, and for how long. Then the shop stores it "
      + "through the API and keeps tokens.",
    link: LinkText(words: "Write the data map", href: "/vault/map"))
}
