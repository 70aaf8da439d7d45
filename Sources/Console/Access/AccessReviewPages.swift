import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// The review of who may do what, due every six months: what is decided becomes the attestation of the duty, with the list
/// as its document.
struct AccessReviewPages {
  let routes: Routes

  /// The control of the catalogue that asks for it.
  private static let control: Code<Control> = "access-review"

  private struct Model: Sendable {
    struct Row: Sendable {
      let id: String
      let name: String
      let role: String
      let roleID: String
      let lastSeen: TimeText?
      let used: [String]
      let unused: [String]
      let isSelf: Bool
      let isRemoved: Bool
    }

    let rows: [Row]
    let error: String?
  }

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("members/review", for: .manageMembers) { visit in .page(try await page(visit)) }
    routes.deed("members/review", for: .manageMembers) { visit, form in try await finish(visit, form) }
  }

  private func page(_ visit: Visit, sent: Form? = nil, error: String? = nil) async throws -> Page {
    let rows = try await access.reviewed().map { row in
      let actions = Action.allCases.filter(row.member.actions.contains)
      return Model.Row(
        id: "\(row.member.id)", name: row.member.name, role: row.member.role.title, roleID: row.member.role.id,
        lastSeen: row.lastSeen.map { TimeText($0, asOf: visit.now) },
        used: actions.compactMap { action in
          row.uses[action].map { "\(access.roles.title(of: action)), last on \(TimeText.day($0))" }
        },
        unused: actions.filter { row.uses[$0] == nil }.map { access.roles.title(of: $0) },
        isSelf: row.member.id == visit.session.member.id,
        isRemoved: sent?["answer-\(row.member.id)"] == AccessReview.Answer.remove.rawValue)
    }
    let errors = error.map { [FieldError(field: "rows-title", text: $0)] } ?? []
    return Page(
      "access-review", heading: "Review who has access", menu: .members, model: Model(rows: rows, error: error),
      errors: errors)
  }

  private func finish(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    var answers: [Identifier<Member>: (role: String, answer: AccessReview.Answer)] = [:]
    for (name, value) in form.fields where name.hasPrefix("answer-") {
      guard let id = Identifier<Member>(name.dropFirst("answer-".count)),
        let answer = AccessReview.Answer(rawValue: value)
      else { throw Problem(.badRequest, "The form cannot be read.") }
      answers[id] = (form["role-\(id)"], answer)
    }
    let author = try visit.session.member.author()
    do {
      let report = try await access.review(answers, by: author)
      let longest = routes.rooms.register.catalogue.control(Self.control)?.attestation ?? .months(6)
      try await routes.rooms.register.attest(
        Attestation.Draft(
          control: Self.control,
          statement: "I looked through everybody who has access: \(report.kept) kept it, \(report.removed) lost it.",
          expires: longest.after(visit.now), documentName: "access-review.txt", document: report.document), by: author)
      return .seeOther("/members", .accessReviewed)
    } catch let error as AccessError {
      let text = "\(error)"
      return .page(try await page(visit, sent: form, error: text.prefix(1).uppercased() + text.dropFirst() + "."))
    }
  }
}
