import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives
import Vault

/// Leave to read in bulk: asked for by one member, given by another, for a while.
struct UnlockPages {
  let routes: Routes
  let vault: Vault

  private struct Model: Sendable {
    struct Row: Sendable {
      let purpose: String
      let reason: String
      let by: String
      let asked: TimeText
      let state: MarkText
      let approvedBy: String?
      let ends: TimeText?
      let records: String
      /// Nil where it is not to be approved by whoever looks.
      let approveHref: String?
      /// Nil where it has ended.
      let endHref: String?
    }

    struct Fields: Sendable {
      let purposes: [ChoiceText]
      let reason: FieldText
    }

    let unlocks: [Row]
    let empty: EmptyText?
    /// Nil for whoever may not read in bulk.
    let form: Fields?
  }

  func add() {
    routes.page("vault/unlocks", for: .readMembers) { visit in .page(try await page(visit)) }
    routes.deed("vault/unlocks", for: .readBulk) { visit, form in
      let caller = VaultCaller(
        author: try visit.session.member.author(), purpose: form["purpose"], role: visit.session.member.role.id)
      do {
        _ = try await vault.askToUnlock(reason: form["reason"], by: caller)
        return .seeOther("/vault/unlocks", .unlockAsked)
      } catch let error as VaultError {
        return .page(try await page(visit, form, [FieldError(field: "reason", text: "\(error)".sentence)]))
      }
    }
    routes.deed("vault/unlocks/{unlock}/approve", for: .approveBulk) { visit, form in
      try await change(visit, .unlockApproved) { id in
        try await vault.approve(id, minutes: Int(form["minutes"]) ?? 0, by: visit.session.member.author())
      }
    }
    routes.deed("vault/unlocks/{unlock}/end", for: .approveBulk) { visit, _ in
      try await change(visit, .unlockEnded) { try await vault.endUnlock($0, by: visit.session.member.author()) }
    }
  }

  private func change(
    _ visit: Visit, _ notice: Notice, _ change: (Identifier<BulkUnlock>) async throws -> Void
  ) async throws -> PageAnswer {
    guard let id = Identifier<BulkUnlock>(try visit.parameter("unlock")) else {
      throw Problem(.notFound, "There is no such leave.")
    }
    do {
      try await change(id)
    } catch let error as VaultError {
      throw Problem(OperationRoutes.status(of: error), "\(error)".sentence)
    }
    return .seeOther("/vault/unlocks", notice)
  }

  private func page(_ visit: Visit, _ sent: Form? = nil, _ errors: [FieldError] = []) async throws -> Page {
    let member = visit.session.member
    let mayApprove = member.actions.contains(.approveBulk)
    let own = try member.author().name
    let rows = try await vault.unlocks().map { unlock in
      let isOpen = unlock.isOpen(at: visit.now)
      let isWaiting =
        unlock.approvedBy == nil && unlock.ends == nil
        && visit.now.since(unlock.asked) < BulkUnlock.patience
      return Model.Row(
        purpose: unlock.purpose, reason: unlock.reason, by: AuthorText.name(unlock.askedBy),
        asked: TimeText(unlock.asked, asOf: visit.now),
        state: isOpen
          ? MarkText(token: "fresh", words: "open")
          : isWaiting ? MarkText(token: "stale", words: "waits") : MarkText(token: "withdrawn", words: "ended"),
        approvedBy: unlock.approvedBy.map { AuthorText.name($0) },
        ends: unlock.ends.map { TimeText($0, asOf: visit.now) }, records: CountText.grouped(unlock.records),
        approveHref: isWaiting && mayApprove && unlock.askedBy != own ? "/vault/unlocks/\(unlock.id)/approve" : nil,
        endHref: (isOpen || isWaiting) && mayApprove ? "/vault/unlocks/\(unlock.id)/end" : nil)
    }
    let empty = EmptyText(
      title: "Nobody asked to read in bulk",
      text: "Reading many customers' data at once, as for a move to another system, needs leave that a second member "
        + "gives for a few hours at most.", link: nil)
    let purposes = try await vault.map()?.map.purposes ?? []
    let form = Model.Fields(
      purposes: purposes.map { ChoiceText(value: $0, words: $0, isSelected: $0 == sent?["purpose"]) },
      reason: FieldText(String((sent?["reason"] ?? "").prefix(400)), name: "reason", errors: errors))
    let model = Model(
      unlocks: rows, empty: rows.isEmpty ? empty : nil,
      form: member.actions.contains(.readBulk) && !purposes.isEmpty ? form : nil)
    return Page("vault-unlocks", heading: "Reading in bulk", menu: .vault, model: model, errors: errors)
  }
}
