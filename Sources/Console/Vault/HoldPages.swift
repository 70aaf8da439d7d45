import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives
import Vault

/// Legal holds: who must not be forgotten, and why.
struct HoldPages {
  let routes: Routes
  let vault: Vault

  private struct Model: Sendable {
    struct Row: Sendable {
      let subject: String
      let reason: String
      let by: String
      let made: TimeText
      let endHref: String
    }

    struct Fields: Sendable {
      let subject: FieldText
      let reason: FieldText
    }

    let holds: [Row]
    let empty: EmptyText?
    let form: Fields
  }

  func add() {
    routes.page("vault/holds", for: .forgetSubject) { visit in .page(try await page(visit)) }
    routes.deed("vault/holds", for: .forgetSubject) { visit, form in
      guard let subject = Identifier<Subject>(form["subject"]) else {
        return .page(try await page(visit, form, [FieldError(field: "subject", text: "This is not a subject's name.")]))
      }
      do {
        _ = try await vault.hold(subject, reason: form["reason"], by: visit.session.member.author())
        return .seeOther("/vault/holds", .holdSet)
      } catch let error as VaultError {
        let field = if case .unknown = error { "subject" } else { "reason" }
        return .page(try await page(visit, form, [FieldError(field: field, text: "\(error)".sentence)]))
      }
    }
    routes.deed("vault/holds/{hold}/end", for: .forgetSubject) { visit, _ in
      guard let id = Identifier<LegalHold>(try visit.parameter("hold")) else {
        throw Problem(.notFound, "There is no such hold.")
      }
      do {
        try await vault.endHold(id, by: visit.session.member.author())
      } catch VaultError.unknown {
        throw Problem(.conflict, "The hold has ended already.")
      }
      return .seeOther("/vault/holds", .holdEnded)
    }
  }

  private func page(_ visit: Visit, _ sent: Form? = nil, _ errors: [FieldError] = []) async throws -> Page {
    let rows = try await vault.holds().map { hold in
      Model.Row(
        subject: "\(hold.subject)", reason: hold.reason, by: AuthorText.name(hold.author),
        made: TimeText(hold.made, asOf: visit.now), endHref: "/vault/holds/\(hold.id)/end")
    }
    let empty = EmptyText(
      title: "No legal hold is in force",
      text: "A hold keeps everything about a subject from being deleted, by retention or at a wish, until it is ended.",
      link: nil)
    let model = Model(
      holds: rows, empty: rows.isEmpty ? empty : nil,
      form: Model.Fields(
        subject: FieldText(String((sent?["subject"] ?? "").prefix(60)), name: "subject", errors: errors),
        reason: FieldText(String((sent?["reason"] ?? "").prefix(400)), name: "reason", errors: errors)))
    return Page("vault-holds", heading: "Legal holds", menu: .vault, model: model, errors: errors)
  }
}
