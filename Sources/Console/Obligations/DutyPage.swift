import HTTPTypes
import Hummingbird
import Obligations

/// One duty, down to its observations.
struct DutyPage {
  let routes: Routes

  /// So much of the history is shown.
  static let mostChanges = 20

  func add() {
    let register = routes.rooms.register
    routes.page("duties/{code}", for: .read) { visit in
      guard let duty = register.catalogue.duty(Code(try visit.parameter("code"))) else {
        throw Problem(.notFound, "There is no duty of that name.")
      }
      let changes = try await register.changes(of: "duty:\(duty.code)", limit: Self.mostChanges)
      let model = DutyModel(duty, in: try await .now(of: register), titles: register.titles, changes: changes)
      return .page(Page("duty", heading: duty.title, menu: .obligations, model: model))
    }
  }
}
