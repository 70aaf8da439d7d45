import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// Everything that changed since a moment, for which the overview has no room.
struct ChangesPage {
  let routes: Routes

  /// So many changes are looked through.
  private static let mostChanges = 1_000

  /// What the page shows.
  private struct Model: Sendable {
    let summary: String
    let changes: [ChangeText]
    let empty: EmptyText?
  }

  static func href(since: Instant) -> String { "/changes?since=\(Routes.encoded(since.rfc3339))" }

  func add() {
    routes.page("changes", for: .read) { visit in .page(try await page(visit)) }
  }

  private func page(_ visit: Visit) async throws -> Page {
    let since = try visit.query("since").map { text throws(Problem) in
      guard let since = Instant(rfc3339: text) else {
        throw Problem(.badRequest, "'since' is a time such as 2026-11-24T20:15:00Z.")
      }
      return since
    }
    let start = since ?? OverviewModel.Facts.start(lastVisit: nil, now: visit.now)
    let register = routes.rooms.register
    let found = try await register.recentChanges(since: start, limit: Self.mostChanges + 1)
    let changes = ChangeText.all(
      Array(found.prefix(Self.mostChanges)), in: register.catalogue, at: visit.now)
    let moment = TimeText(start, asOf: visit.now).absolute
    let isCut = found.count > Self.mostChanges
    let model = Model(
      summary: isCut
        ? "The newest changes since \(moment); the ledger has those before them."
        : "\(CountText.words(changes.count, "change")) since \(moment), the newest first.",
      changes: changes,
      empty: changes.isEmpty
        ? EmptyText(
          title: "Nothing has changed since then", text: "Everything stands as it stood.",
          link: LinkText(words: "Go to the overview", href: "/")) : nil)
    return Page("changes", heading: "What changed", menu: .overview, model: model)
  }
}
