import Hummingbird
import Journal
import Primitives

/// Who the member is here, and until when.
struct AccountPage {
  let routes: Routes

  private struct Model: Sendable {
    struct Account: Sendable {
      let name: String
      /// How the journal names them.
      let pseudonym: String
      let role: String
      let factors: String
      let signedIn: TimeText
      let ends: TimeText
    }

    let account: Account
  }

  func add() {
    routes.page("account", for: .read) { visit in
      let session = visit.session
      let account = Model.Account(
        name: session.member.name, pseudonym: try session.member.author().name, role: session.member.role,
        factors: "Password and six-digit code", signedIn: TimeText(session.opened, asOf: visit.now),
        ends: TimeText(session.ends, asOf: visit.now))
      return .page(Page("account", heading: "Account", menu: .account, model: Model(account: account)))
    }
  }
}
