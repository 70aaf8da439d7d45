/// What every page has around its own content.
struct PageFrame: Sendable {
  /// Of the browser's tab; after an error it begins with "Error:".
  let title: String
  let heading: String
  /// Which entry of the menu is the present one.
  let page: MenuMark
  /// Nil on pages that need no sign-in.
  let member: MemberText?
  let csrf: String
  let asOf: TimeText
  let notice: NoticeText?
  /// What was wrong with a form; nil where nothing was.
  let errors: [FieldError]?
  let version: String
  let isDemo: Bool
  let platform: String
  /// What everybody is told while it is open.
  let emergencies: [EmergencyModel.Banner]
  let assets: AssetAddresses
}

/// The entries of the menu, one of which may be present.
struct MenuMark: Sendable {
  enum Entry: Sendable {
    case overview, obligations, checks, findings, attestations, exceptions, explorer, vault, members, settings, account,
      other
  }

  let isOverview: Bool
  let isObligations: Bool
  let isChecks: Bool
  let isFindings: Bool
  let isAttestations: Bool
  let isExceptions: Bool
  let isExplorer: Bool
  let isVault: Bool
  let isMembers: Bool
  let isSettings: Bool
  let isAccount: Bool

  init(_ entry: Entry) {
    isOverview = entry == .overview
    isObligations = entry == .obligations
    isChecks = entry == .checks
    isFindings = entry == .findings
    isAttestations = entry == .attestations
    isExceptions = entry == .exceptions
    isExplorer = entry == .explorer
    isVault = entry == .vault
    isMembers = entry == .members
    isSettings = entry == .settings
    isAccount = entry == .account
  }
}

struct MemberText: Sendable {
  let name: String
  let role: String
}

struct NoticeText: Sendable {
  /// `success` or `error`.
  let kind: String
  let text: String
}

/// What is wrong with a field of a form; the summary links to the field.
struct FieldError: Hashable, Sendable {
  let field: String
  let text: String
}
