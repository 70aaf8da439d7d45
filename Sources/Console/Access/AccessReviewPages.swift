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
    struct MemberText: Sendable {
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

    struct KeyText: Sendable {
      let id: String
      let label: String
      let maker: String
      let makerHasAccess: Bool
      let actions: [String]
      /// Nil for one that was never used.
      let lastUsed: TimeText?
      let ends: TimeText
      let isRemoved: Bool
    }

    let rows: [MemberText]
    let keys: [KeyText]
    let keysTitle: String
    let error: String?
  }

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("members/review", for: .manageMembers) { visit in .page(try await page(visit)) }
    routes.deed("members/review", for: .manageMembers) { visit, form in try await finish(visit, form) }
  }

  private func page(_ visit: Visit, sent: Form? = nil, error: String? = nil) async throws -> Page {
    let review = try await access.reviewed()
    let model = Model(
      rows: review.members.map { text($0, visit, sent) }, keys: review.keys.map { text($0, visit, sent) },
      keysTitle: review.keys.isEmpty
        ? "No program has a key" : CountText.words(review.keys.count, "key of a program", "keys of programs"),
      error: error)
    let errors = error.map { [FieldError(field: "rows-title", text: $0)] } ?? []
    return Page("access-review", heading: "Review who has access", menu: .members, model: model, errors: errors)
  }

  private func text(_ row: AccessReview.MemberRow, _ visit: Visit, _ sent: Form?) -> Model.MemberText {
    let actions = Action.allCases.filter(row.member.actions.contains)
    return Model.MemberText(
      id: "\(row.member.id)", name: row.member.name, role: row.member.role.title, roleID: row.member.role.id,
      lastSeen: row.lastSeen.map { TimeText($0, asOf: visit.now) },
      used: actions.compactMap { action in
        row.uses[action].map { "\(access.roles.title(of: action)), last on \(TimeText.day($0))" }
      },
      unused: actions.filter { row.uses[$0] == nil }.map { access.roles.title(of: $0) },
      isSelf: row.member.id == visit.session.member.id,
      isRemoved: sent?["answer-\(row.member.id)"] == AccessReview.Answer.remove.rawValue)
  }

  private func text(_ row: AccessReview.KeyRow, _ visit: Visit, _ sent: Form?) -> Model.KeyText {
    let key = row.key
    return Model.KeyText(
      id: "\(key.id)", label: key.label, maker: AuthorText.name(key.maker), makerHasAccess: row.makerHasAccess,
      actions: Action.allCases.filter(key.actions.contains).map { access.roles.title(of: $0) },
      lastUsed: key.lastUsed.map { TimeText($0, asOf: visit.now) }, ends: TimeText(key.end, asOf: visit.now),
      isRemoved: sent?["key-\(key.id)"] == AccessReview.Answer.remove.rawValue)
  }

  private func finish(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    let author = try visit.session.member.author()
    do {
      let report = try await access.review(try Self.answers(form), by: author)
      let longest = routes.rooms.register.catalogue.control(Self.control)?.attestation ?? .months(6)
      try await routes.rooms.register.attest(
        Attestation.Draft(
          control: Self.control, statement: Self.statement(report), expires: longest.after(visit.now),
          documentName: "access-review.txt", document: report.document), by: author)
      return .seeOther("/members", .accessReviewed)
    } catch let error as AccessError {
      return .page(try await page(visit, sent: form, error: "\(error)".sentence))
    }
  }

  private static func answers(_ form: Form) throws(Problem) -> AccessReview.Answers {
    var answers = AccessReview.Answers()
    for (name, value) in form.fields where name.hasPrefix("answer-") || name.hasPrefix("key-") {
      let isKey = name.hasPrefix("key-")
      let subject = name.dropFirst(isKey ? "key-".count : "answer-".count)
      guard let answer = AccessReview.Answer(rawValue: value), let member = Identifier<Member>(subject),
        let key = Identifier<APIKey>(bytes: member.bytes)
      else { throw Problem(.badRequest, "The form cannot be read.") }
      if isKey { answers.keys[key] = answer } else { answers.members[member] = (form["role-\(member)"], answer) }
    }
    return answers
  }

  private static func statement(_ report: AccessReview.Report) -> String {
    let (members, keys) = (report.members, report.keys)
    let people = "I looked through everybody who has access: \(members.kept) kept it, \(members.removed) lost it."
    return "\(people) Keys of programs: \(keys.kept) kept, \(keys.removed) revoked."
  }
}
