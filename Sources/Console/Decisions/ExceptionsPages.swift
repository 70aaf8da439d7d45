import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// The exceptions: all of them, one, granting a new one, and ending one before its time.
struct ExceptionsPages {
  let routes: Routes

  private var register: ObligationRegister { routes.rooms.register }

  func add() {
    routes.page("exceptions", for: .read) { visit in
      let wanted = DecisionFilter(visit, states: ExceptionsModel.states, in: register.catalogue)
      let model = ExceptionsModel(try await register.book().book, by: wanted)
      return .page(Page("exceptions", heading: "Exceptions", menu: .exceptions, model: model))
    }
    routes.page("exceptions/new", for: .except) { visit in
      guard let subject = visit.query("subject") else { return .seeOther("/obligations?standing=not-met") }
      let form = try ExceptionForm(for: subject, in: register.catalogue, at: visit.now)
      return .page(form.page(try await register.book().book))
    }
    routes.deed("exceptions", for: .except) { visit, sent in try await grant(visit, sent) }
    routes.page("exceptions/{exception}", for: .read) { visit in .page(try await show(visit)) }
    routes.deed("exceptions/{exception}/end", for: .except) { visit, _ in
      let id = try Self.id(visit)
      try await register.end(id, by: visit.session.member.author())
      return .seeOther(ExceptionText.href(id), .ended)
    }
  }

  private func grant(_ visit: Visit, _ sent: Form) async throws -> PageAnswer {
    let form = try ExceptionForm(for: sent["subject"], in: register.catalogue, at: visit.now)
    let (wish, errors) = form.read(sent)
    guard let wish else { return .page(form.page(try await register.book().book, sent: sent, errors: errors)) }
    do {
      let exception = try await register.grant(
        form.subject, reason: wish.reason, until: wish.end, by: visit.session.member.author())
      return .seeOther(ExceptionText.href(exception.id), .granted)
    } catch ObligationsError.refused(let reason) {
      let error = FieldError(field: "reason", text: reason)
      return .page(form.page(try await register.book().book, sent: sent, errors: [error]))
    }
  }

  private func show(_ visit: Visit) async throws -> Page {
    let id = try Self.id(visit)
    let book = try await register.book().book
    guard let exception = book.exceptions.first(where: { $0.id == id }) else { throw Self.notThere }
    let entry = try await EntryText.of(exception.entry, in: routes.rooms.journal, asOf: visit.now)
    let model = ExceptionModel(exception, in: book, entry: entry, asked: visit.query("confirm"))
    return Page("exception", heading: model.exception.title, menu: .exceptions, model: model)
  }

  private static func id(_ visit: Visit) throws -> Identifier<Exception> {
    guard let id = Identifier<Exception>(try visit.parameter("exception")) else { throw notThere }
    return id
  }

  private static let notThere = Problem(.notFound, "There is no such exception.")
}
