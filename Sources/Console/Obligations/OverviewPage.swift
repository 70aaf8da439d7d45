import Access
import Hummingbird
import Obligations

/// The first page.
struct OverviewPage {
  let routes: Routes

  /// So many changes are looked through for those that are shown.
  private static let mostChanges = 300

  func add() {
    routes.page("/", for: .read) { visit in
      let model = OverviewModel(try await facts(for: visit))
      return .page(Page("overview", heading: model.heading, menu: .overview, model: model))
    }
  }

  private func facts(for visit: Visit) async throws -> OverviewModel.Facts {
    let rooms = routes.rooms
    let lastVisit = visit.session.lastVisit
    async let recent = rooms.register.recentChanges(
      since: OverviewModel.Facts.start(lastVisit: lastVisit, now: visit.now), limit: Self.mostChanges + 1)
    async let ledger = LedgerText.now(of: rooms, asOf: visit.now)
    let (book, profile) = try await rooms.register.book()
    let changes = try await recent
    return OverviewModel.Facts(
      book: book, profile: profile, titles: rooms.register.titles, changes: Array(changes.prefix(Self.mostChanges)),
      areChangesCut: changes.count > Self.mostChanges, lastVisit: lastVisit, ledger: try await ledger)
  }
}

extension ObligationRegister {
  /// The titles of the checks at work.
  var titles: [Code<CheckName>: String] {
    Dictionary(checks.map { ($0.code, $0.title) }, uniquingKeysWith: { first, _ in first })
  }
}
