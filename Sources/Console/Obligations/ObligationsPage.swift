import Access
import Hummingbird
import Obligations

/// All that is owed, by duty or by framework, with a filter that works without a script.
struct ObligationsPage {
  let routes: Routes

  func add() {
    let register = routes.rooms.register
    routes.page("obligations", for: .read) { visit in
      let wanted = ObligationFilter(
        view: visit.query("view"), standing: visit.query("standing"), framework: visit.query("framework"),
        search: visit.query("q"), in: register.catalogue)
      let model = ObligationsModel(wanted, in: try await .now(of: register))
      return .page(Page("obligations", heading: "Obligations", menu: .obligations, model: model))
    }
  }
}
