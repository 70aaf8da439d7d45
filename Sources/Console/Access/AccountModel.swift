import Access
import Primitives

/// What the page of the account shows.
struct AccountModel: Sendable {
  struct PasskeyText: Sendable {
    let label: String
    let added: TimeText
    /// Nil for one that was never used.
    let used: TimeText?
    /// Where it is, and who vouches for it.
    let kind: String
    /// When its counter went back, which a copied one would do.
    let regressed: TimeText?
    let nameHref: String
    let remove: ConfirmText

    init(_ passkey: Passkey, asked: String?, asOf now: Instant) {
      let id = Base64.encodeURL(passkey.id)
      label = passkey.label
      added = TimeText(passkey.added, asOf: now)
      used = passkey.used.map { TimeText($0, asOf: now) }
      let place =
        passkey.isBackedUp
        ? "synced to other devices" : passkey.isBackupEligible ? "may be synced" : "stays on its device"
      let word =
        switch passkey.attestation {
        case .none: "unattested"
        case .own: "attested by itself"
        case .vouched: "attested by its maker"
        }
      kind = "\(place), \(word)"
      regressed = passkey.regressed.map { TimeText($0, asOf: now) }
      nameHref = "/account/passkeys/\(id)/name"
      remove = ConfirmText(on: "/account", step: id, deed: "passkeys/\(id)/remove", asked: asked)
    }
  }

  struct SessionText: Sendable {
    let agent: String
    let address: String
    let factors: String
    let opened: TimeText
    let used: TimeText
    let isThis: Bool
    let endHref: String

    init(_ session: Session, isThis: Bool, asOf now: Instant) {
      agent = DeviceText.words(session.device)
      address = session.device.address
      factors = AccountModel.words(session.factors)
      opened = TimeText(session.opened, asOf: now)
      used = TimeText(session.used, asOf: now)
      self.isThis = isThis
      endHref = "/account/sessions/\(session.id)/end"
    }
  }

  let name: String
  /// How the journal names them.
  let pseudonym: String
  let role: String
  let roleText: String
  let factors: String
  let proven: TimeText
  let ends: TimeText
  let passkeys: [PasskeyText]
  let hasPasskeys: Bool
  let hasPassword: Bool
  let removePassword: ConfirmText
  /// Servers that vouch for the member, by their addresses.
  let issuers: [String]
  /// Where the account is connected with another server; nil where there is none, or it is.
  let connect: LinkText?
  let codesLeft: String
  let sessions: [SessionText]
  let hasOtherSessions: Bool

  init(
    _ session: Session, _ member: MemberSummary, _ sessions: [Session], pseudonym: String,
    singleSignOn: SingleSignOn?, asked: String?, asOf now: Instant
  ) {
    issuers = member.issuers
    connect = singleSignOn.flatMap { singleSignOn in
      member.issuers.contains(singleSignOn.issuer)
        ? nil : LinkText(words: singleSignOn.title, href: "/account/openid")
    }
    name = member.member.name
    self.pseudonym = pseudonym
    (role, roleText) = (member.member.role.title, member.member.role.text)
    factors = Self.words(session.factors)
    proven = TimeText(session.proven, asOf: now)
    ends = TimeText(session.ends, asOf: now)
    passkeys = member.passkeys.map { PasskeyText($0, asked: asked, asOf: now) }
    hasPasskeys = !member.passkeys.isEmpty
    hasPassword = member.hasPassword
    removePassword = ConfirmText(on: "/account", step: "password", deed: "password/remove", asked: asked)
    codesLeft = CountText.words(UInt64(member.recoveryCodesLeft), "recovery code is", "recovery codes are")
    self.sessions = sessions.map { SessionText($0, isThis: $0.id == session.id, asOf: now) }
    hasOtherSessions = sessions.contains { $0.id != session.id }
  }

  /// What was shown, in words.
  static func words(_ factors: Set<Factor>) -> String {
    let words = Factor.allCases.filter(factors.contains).map { factor in
      switch factor {
      case .password: "password"
      case .oneTimePassword: "six-digit code"
      case .recoveryCode: "recovery code"
      case .passkey: "passkey"
      case .hardwarePasskey: "passkey in attested hardware"
      case .federated: "single sign-on"
      }
    }
    let text = words.joined(separator: " and ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}
