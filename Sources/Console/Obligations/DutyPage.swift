import Access
import HTTPTypes
import Hummingbird
import Obligations

/// One duty, down to its observations.
struct DutyPage {
  let routes: Routes

  func add() {
    let register = routes.rooms.register
    routes.page("duties/{code}", for: .read) { visit in
      guard let duty = register.catalogue.duty(Code(try visit.parameter("code"))) else {
        throw Problem(.notFound, "There is no duty of that name.")
      }
      let history = try await HistorySlice(of: "duty:\(duty.code)", in: register, for: visit)
      let model = DutyModel(duty, in: try await .now(of: register), titles: register.titles, history: history)
      return .page(Page("duty", heading: duty.title, menu: .obligations, model: model))
    }
  }
}
