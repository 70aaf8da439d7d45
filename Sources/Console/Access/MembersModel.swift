import Access
import Primitives

/// A role to choose, with what it is for.
struct RoleText: Sendable {
  let id: String
  let title: String
  let text: String
  let isSelected: Bool

  init(_ role: Role, isSelected: Bool) {
    (id, title, text) = (role.id, role.title, role.text)
    self.isSelected = isSelected
  }
}

/// What the list of members shows.
struct MembersModel: Sendable {
  struct Row: Sendable {
    let name: String
    let href: String
    let role: String
    let factors: String
    let state: MarkText
    /// Nil for whoever never came.
    let lastSeen: TimeText?
  }

  struct InvitationText: Sendable {
    let name: String
    let role: String
    let inviter: String
    let expires: TimeText
    let withdrawHref: String
  }

  struct RoleRow: Sendable {
    let title: String
    let text: String
    let actions: [String]
  }

  let mayManage: Bool
  let summary: String
  let members: [Row]
  let invitations: [InvitationText]
  let roles: [RoleRow]

  init(
    _ members: [MemberSummary], _ invitations: [Invitation], _ roles: RoleTable, mayManage: Bool, asOf now: Instant
  ) {
    self.mayManage = mayManage
    let active = members.filter(\.member.isActive)
    let resistant = active.filter(\.isPhishingResistant).count
    summary =
      "\(CountText.words(UInt64(active.count), "member has", "members have")) access; "
      + "\(resistant == active.count ? "all" : "\(resistant)") with a passkey"
    self.members = members.map { summary in
      Row(
        name: summary.member.name, href: "/members/\(summary.member.id)", role: summary.member.role.title,
        factors: MemberModel.factors(summary), state: MemberModel.state(summary),
        lastSeen: summary.lastSeen.map { TimeText($0, asOf: now) })
    }
    self.invitations = invitations.map { invitation in
      InvitationText(
        name: invitation.name, role: invitation.role.title, inviter: AuthorText.name(invitation.inviter),
        expires: TimeText(invitation.expires, asOf: now),
        withdrawHref: "/members/invitations/\(invitation.id)/withdraw")
    }
    self.roles = roles.roles.map { role in
      RoleRow(
        title: role.title, text: role.text,
        actions: Action.allCases.filter(role.actions.contains).map { roles.title(of: $0) })
    }
  }
}

/// What the page of a member shows.
struct MemberModel: Sendable {
  let href: String
  let role: String
  let state: MarkText
  let factors: String
  let passkeys: [String]
  let lastSeen: TimeText?
  let sessions: String
  let actions: [String]
  let mayManage: Bool
  let isSelf: Bool
  let isActive: Bool
  let isLocked: Bool
  let roles: [RoleText]
  let roleError: String?
  let deactivate: ConfirmText

  init(
    _ summary: MemberSummary, _ roles: RoleTable, sessions: Int, mayManage: Bool, isSelf: Bool, asked: String?,
    errors: [FieldError], asOf now: Instant
  ) {
    let member = summary.member
    href = "/members/\(member.id)"
    role = member.role.title
    state = Self.state(summary)
    factors = Self.factors(summary)
    passkeys = summary.passkeys.map { "\($0.label)\($0.isBackupEligible ? " (may be synced)" : "")" }
    lastSeen = summary.lastSeen.map { TimeText($0, asOf: now) }
    self.sessions = CountText.words(UInt64(sessions), "open session", "open sessions")
    actions = Action.allCases.filter(member.actions.contains).map { roles.title(of: $0) }
    self.mayManage = mayManage
    self.isSelf = isSelf
    (isActive, isLocked) = (member.isActive, summary.isLocked)
    self.roles = roles.roles.map { RoleText($0, isSelected: $0.id == member.role.id) }
    roleError = errors.first?.text
    deactivate = ConfirmText(on: href, step: "deactivate", deed: "deactivate", asked: asked)
  }

  static func factors(_ summary: MemberSummary) -> String {
    let parts = [
      summary.passkeys.isEmpty ? nil : CountText.words(UInt64(summary.passkeys.count), "passkey", "passkeys"),
      summary.hasPassword ? "password with code" : nil, summary.issuers.isEmpty ? nil : "single sign-on",
    ].compactMap(\.self)
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  static func state(_ summary: MemberSummary) -> MarkText {
    if !summary.member.isActive { return MarkText(token: "withdrawn", words: "no access") }
    if summary.isLocked { return MarkText(token: "stale", words: "password locked") }
    return MarkText(token: "fresh", words: "active")
  }
}
