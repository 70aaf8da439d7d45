import Access
import HTTPTypes

/// A page to be answered: which template, with what in it.
struct Page: Sendable {
  let template: String
  let heading: String
  let menu: MenuMark.Entry
  /// A value whose members the template names; it is read by reflection.
  let model: any Sendable
  var errors: [FieldError] = []
  var status: HTTPResponse.Status = .ok
  /// What the browser is to keep, as `Set-Cookie` says it.
  var cookies: [String] = []

  init(
    _ template: String, heading: String, menu: MenuMark.Entry, model: any Sendable, errors: [FieldError] = []
  ) {
    self.template = template
    self.heading = heading
    self.menu = menu
    self.model = model
    self.errors = errors
    // A form that cannot be taken is shown again with what is wrong (RFC 9110, section 15.5.21).
    status = errors.isEmpty ? .ok : .unprocessableContent
  }
}

/// What a route of the console answers.
enum PageAnswer: Sendable {
  case page(Page)
  /// After something was changed: look at it there (POST, then redirect, then GET).
  case seeOther(String, Notice? = nil)
  case download(name: String, type: String, bytes: [UInt8])
  /// The same as `seeOther`, with the session's new token.
  case session(OpenedSession, next: String, Notice? = nil)
}

/// What a page says after something was changed. Only the name travels in the address.
enum Notice: String, CaseIterable, Sendable {
  case profileSet = "profile-set"
  case settingsSaved = "settings-saved"
  case lookAsked = "look-asked"
  case attested
  case withdrawn
  case granted
  case ended
  case signedOut = "signed-out"
  case welcome
  case passkeyAdded = "passkey-added"
  case passkeyRemoved = "passkey-removed"
  case passkeyRenamed = "passkey-renamed"
  case passwordSet = "password-set"
  case passwordRemoved = "password-removed"
  case sessionsEnded = "sessions-ended"
  case roleGiven = "role-given"
  case memberDeactivated = "member-deactivated"
  case memberReactivated = "member-reactivated"
  case invitationWithdrawn = "invitation-withdrawn"
  case accessReviewed = "access-reviewed"
  case keyRevoked = "key-revoked"
  case connected
  case emergencyOpened = "emergency-opened"
  case emergencyEnded = "emergency-ended"
  case emergencyReviewed = "emergency-reviewed"
  case workBegun = "work-begun"
  case workStopped = "work-stopped"
  case mapAdopted = "map-adopted"
  case holdSet = "hold-set"
  case holdEnded = "hold-ended"
  case unlockAsked = "unlock-asked"
  case unlockApproved = "unlock-approved"
  case unlockEnded = "unlock-ended"

  var text: String {
    switch self {
    case .workBegun: "It is under way; look at this page again to see how far it has come."
    case .workStopped: "It stops after the batch it is at, and goes on from there when you say so."
    case .mapAdopted: "The data map is in force. New indexes are being built."
    case .holdSet: "The hold is in force."
    case .holdEnded: "The hold has ended."
    case .unlockAsked: "Another member has to give leave now."
    case .unlockApproved: "Leave is given."
    case .unlockEnded: "Leave has ended."
    case .connected: "The account is connected. Both ways open it from now on."
    case .emergencyOpened: "Emergency access is open. Every page says so to everybody."
    case .emergencyEnded: "Emergency access has ended."
    case .emergencyReviewed: "The review is signed and recorded in the journal."
    case .profileSet: "The profile is in force. New checks have begun."
    case .settingsSaved: "The settings are saved."
    case .lookAsked: "The check looks now; its result appears here by itself."
    case .attested: "The attestation is signed and recorded in the journal."
    case .withdrawn: "The attestation is withdrawn. It stays on record and no longer counts."
    case .granted: "The exception is granted and recorded in the journal."
    case .ended: "The exception has ended."
    case .signedOut: "You are signed out."
    case .welcome: "You are a member now. Make recovery codes, or add a second passkey, before you need them."
    case .passkeyAdded: "The passkey is added."
    case .passkeyRemoved: "The passkey is removed, and your other sessions have ended."
    case .passkeyRenamed: "The passkey has its new name."
    case .passwordSet: "Password and authenticator app are set, and your other sessions have ended."
    case .passwordRemoved: "You sign in with passkeys only now. Your other sessions have ended."
    case .sessionsEnded: "The sessions have ended."
    case .roleGiven: "The member has the new role from now on."
    case .memberDeactivated: "The member has no access any more, and all sessions have ended."
    case .memberReactivated: "The member has access again."
    case .invitationWithdrawn: "The invitation is withdrawn."
    case .keyRevoked: "The key is revoked and opens nothing any more."
    case .accessReviewed: "The review is done, signed with your name and recorded in the journal."
    }
  }
}
