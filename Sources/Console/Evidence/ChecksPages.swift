import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// The checks: all of them, one with what it saw, and "look now".
struct ChecksPages {
  let routes: Routes

  private var register: ObligationRegister { routes.rooms.register }

  func add() {
    routes.page("checks", for: .read) { visit in .page(try await list(visit)) }
    routes.page("checks/{code}", for: .read) { visit in .page(try await check(visit)) }
    routes.deed("checks/{code}/looks", for: .check) { visit, form in
      let code = Code<CheckName>(try visit.parameter("code"))
      let target = form["target"]
      try await register.requestLook(code, at: target, by: visit.session.member.author())
      let next = form["next"].isEmpty ? CheckLook.href(code, at: target) : SignInRoutes.localPath(form["next"])
      return .seeOther(next, .lookAsked)
    }
  }

  private func list(_ visit: Visit) async throws -> Page {
    let book = try await register.book().book
    let model = ChecksModel(
      try await CheckLook.all(of: register, in: book),
      state: visit.query("outcome").flatMap { CheckLook.State(rawValue: $0) }, search: SearchWords(visit.query("q")),
      at: book.now)
    return Page("checks", heading: "Checks", menu: .checks, model: model)
  }

  private func check(_ visit: Visit) async throws -> Page {
    let code = Code<CheckName>(try visit.parameter("code"))
    guard let check = register.check(code) else { throw Problem(.notFound, "There is no check of that name here.") }
    let before = try visit.query("before").map { text throws(Problem) in
      guard let moment = Int64(text) else {
        throw Problem(.badRequest, "'before' is as the links of the page give it.")
      }
      return Instant(microseconds: moment)
    }
    let book = try await register.book().book
    guard let item = try await item(of: check, visit.query("target"), book) else {
      return page(CheckModel(check, item: nil, slice: nil, book: book))
    }
    let slice = try await register.observationSlice(
      of: code, at: item.target, before: before, limit: CheckModel.rows)
    guard item.plan != nil || item.look != nil || slice.count > 0 || book.targets[code]?.contains(item.target) == true
    else { throw Problem(.notFound, "This check has never looked at that, and is not to.") }
    return page(CheckModel(check, item: item, slice: slice, book: book))
  }

  private func page(_ model: CheckModel) -> Page {
    Page("check", heading: model.check.title, menu: .checks, model: model)
  }

  /// The target that is asked for, or the first; nil where there is none.
  private func item(of check: any Check, _ asked: String?, _ book: EvidenceBook) async throws -> CheckLook? {
    let known = book.targets[check.code] ?? []
    // A query is cut where no name of anything is so long; an address may be longer.
    let target = asked.map { asked in known.first { $0.prefix(200) == asked } ?? asked } ?? known.first
    guard let target else { return nil }
    let plan = try await register.plannedLooks().first { $0.check == check.code && $0.target == target }
    return CheckLook(check: check, target: target, look: book.looks[check.code]?[target], plan: plan)
  }
}
