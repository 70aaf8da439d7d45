import HTTPTypes
import Hummingbird
import Obligations

/// The page that anybody may see, where the operator switched it on: how the duties stand, and the head of the ledger.
/// Nothing of what was found is on it.
struct StandingPage {
  let routes: Routes

  func add() {
    let rooms = routes.rooms
    routes.publicPage("standing") { _ in
      guard try await StandingPageSwitch(of: rooms).isOn() else {
        throw Problem(.notFound, "There is nothing at this path.")
      }
      let (book, profile) = try await rooms.register.book()
      let ledger = try await LedgerText.now(of: rooms, asOf: book.now)
      let heading = profile.map { "Security standing of \($0.platform)" } ?? "Security standing"
      return Page("standing", heading: heading, menu: .other, model: StandingModel(book, ledger: ledger))
    }
  }
}
