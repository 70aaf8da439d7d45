import Access
import Hummingbird
import Obligations

/// The components on one page, for members who may change settings.
struct StyleguidePage {
  let routes: Routes

  func add() {
    routes.page("styleguide", for: .configure) { _ in
      let register = routes.rooms.register
      let titles = Dictionary(register.checks.map { ($0.code, $0.title) }, uniquingKeysWith: { $1 })
      let model = StyleguideModel(
        try await Situation.now(of: register), advice: routes.rooms.advice, titles: titles,
        head: try await LedgerHead(of: routes.rooms))
      return .page(Page("styleguide", heading: "Style guide", menu: .other, model: model))
    }
  }
}
