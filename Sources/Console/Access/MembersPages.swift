import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives

/// Who may do what: the members, one of them, and inviting another.
struct MembersPages {
  let routes: Routes

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("members", for: .readMembers) { visit in
      let model = MembersModel(
        try await access.members(), try await access.invitations(), access.roles,
        mayManage: visit.session.member.actions.contains(.manageMembers), asOf: visit.now)
      return .page(Page("members", heading: "Members", menu: .members, model: model))
    }
    addInvitations()
    routes.page("members/{member}", for: .readMembers) { visit in
      let member = try await access.member(try Self.id(visit))
      return .page(try await page(visit, member))
    }
    routes.deed("members/{member}/role", for: .manageMembers) { visit, form in
      try await change(visit, .roleGiven) { try await access.assign(form["role"], to: $0, by: $1) }
    }
    routes.deed("members/{member}/deactivate", for: .manageMembers) { visit, _ in
      try await change(visit, .memberDeactivated) { try await access.deactivate($0, by: $1) }
    }
    routes.deed("members/{member}/reactivate", for: .manageMembers) { visit, _ in
      try await change(visit, .memberReactivated) { try await access.reactivate($0, by: $1) }
    }
  }

  private func change(
    _ visit: Visit, _ notice: Notice, _ change: (Identifier<Member>, Entry.Author) async throws -> Void
  ) async throws -> PageAnswer {
    let id = try Self.id(visit)
    do {
      try await change(id, try visit.session.member.author())
      return .seeOther("/members/\(id)", notice)
    } catch AccessError.lastOwner {
      let error = FieldError(field: "role", text: "Nobody could manage members any more. Make another owner first.")
      return .page(try await page(visit, try await access.member(id), errors: [error]))
    }
  }

  private func page(_ visit: Visit, _ member: MemberSummary, errors: [FieldError] = []) async throws -> Page {
    let model = MemberModel(
      member, access.roles, sessions: try await access.sessions(of: member.member.id).count,
      mayManage: visit.session.member.actions.contains(.manageMembers),
      isSelf: member.member.id == visit.session.member.id, asked: visit.query("confirm"), errors: errors,
      asOf: visit.now)
    return Page("member", heading: member.member.name, menu: .members, model: model, errors: errors)
  }

  private static func id(_ visit: Visit) throws -> Identifier<Member> {
    guard let id = Identifier<Member>(try visit.parameter("member")) else {
      throw Problem(.notFound, "There is no such member.")
    }
    return id
  }

  // MARK: Inviting

  private struct InviteModel: Sendable {
    struct Fields: Sendable {
      let name: FieldText
      let roles: [RoleText]
    }

    let form: Fields
  }

  private struct InvitedModel: Sendable {
    let name: String
    let role: String
    let link: String
    let expires: TimeText
  }

  private func addInvitations() {
    routes.page("members/invite", for: .manageMembers) { _ in .page(invitePage()) }
    routes.deed("members/invite", for: .manageMembers) { visit, form in
      do {
        let (invitation, token) = try await access.invite(
          name: form["name"], role: form["role"], by: visit.session.member.author())
        // Shown here and never again, so this is no redirect.
        let link = "https://\(visit.request.head.authority ?? "")/invitation#\(token.text)"
        let model = InvitedModel(
          name: invitation.name, role: invitation.role.title, link: link,
          expires: TimeText(invitation.expires, asOf: visit.now))
        return .page(Page("invited", heading: "Invitation for \(invitation.name)", menu: .members, model: model))
      } catch let error as AccessError {
        let errors = [FieldError(field: "name", text: "\(error)".sentence)]
        return .page(invitePage(form, errors))
      }
    }
    routes.deed("members/invitations/{invitation}/withdraw", for: .manageMembers) { visit, _ in
      guard let id = Identifier<Invitation>(try visit.parameter("invitation")) else {
        throw Problem(.notFound, "There is no such invitation.")
      }
      do {
        try await access.withdraw(id, by: visit.session.member.author())
      } catch AccessError.invitationEnded {
        throw Problem(.conflict, "The invitation has ended already.")
      }
      return .seeOther("/members", .invitationWithdrawn)
    }
  }

  private func invitePage(_ sent: Form? = nil, _ errors: [FieldError] = []) -> Page {
    let fields = InviteModel.Fields(
      name: FieldText(String((sent?["name"] ?? "").prefix(60)), name: "name", errors: errors),
      roles: access.roles.roles.map { RoleText($0, isSelected: $0.id == (sent?["role"] ?? "engineer")) })
    return Page(
      "invite", heading: "Invite a member", menu: .members, model: InviteModel(form: fields), errors: errors)
  }
}
