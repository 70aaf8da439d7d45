import Access
import HTTPTypes
import Hummingbird
import Obligations

/// One requirement, why it applies, and what meets it.
struct RequirementPage {
  let routes: Routes

  func add() {
    let register = routes.rooms.register
    routes.page("requirements/{code}", for: .read) { visit in
      guard let (framework, requirement) = register.catalogue.requirement(Code(try visit.parameter("code"))) else {
        throw Problem(.notFound, "There is no requirement of that name.")
      }
      let history = try await HistorySlice(of: "requirement:\(requirement.code)", in: register, for: visit)
      let model = RequirementModel(
        requirement, of: framework, in: try await .now(of: register), titles: register.titles, history: history)
      let heading = "\(framework.short) \(requirement.clause)"
      return .page(Page("requirement", heading: heading, menu: .obligations, model: model))
    }
  }
}
