import Access
import Hummingbird
import Journal
import Primitives

/// Who the member is here, what opens their account, and where they are signed in.
struct AccountPages {
  let routes: Routes

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("account", for: .read) { visit in
      let session = visit.session
      let model = AccountModel(
        session, try await access.member(session.member.id), try await access.sessions(of: session.member.id),
        pseudonym: try session.member.author().name, singleSignOn: routes.rooms.singleSignOn,
        asked: visit.query("confirm"), asOf: visit.now)
      return .page(Page("account", heading: "Account", menu: .account, model: model))
    }
    addPasskeys()
    addPassword()
    addRecoveryCodes()
    addSessions()
  }

  // MARK: Passkeys

  private func addPasskeys() {
    routes.page("account/passkeys/new", for: .manageOwn) { visit in .page(try await passkeyPage(visit, label: "")) }
    routes.deed("account/passkeys", for: .manageOwn) { visit, form in
      do {
        _ = try await access.register(
          try CeremonyForm(form).registration, ticket: form["ticket"], label: form["label"], for: visit.session)
        return .seeOther("/account", .passkeyAdded)
      } catch let error where error is PasskeyError || error is AccessError {
        return .page(try await passkeyPage(visit, label: form["label"], error: "\(error)"))
      }
    }
    routes.deed("account/passkeys/{passkey}/name", for: .manageOwn) { visit, form in
      do {
        try await access.rename(try Self.passkey(visit), to: form["label"], of: visit.session.member)
      } catch AccessError.unusableLabel(let reason) {
        throw Problem(.unprocessableContent, "The name cannot be used: \(reason).")
      }
      return .seeOther("/account", .passkeyRenamed)
    }
    routes.deed("account/passkeys/{passkey}/remove", for: .manageOwn) { visit, _ in
      do {
        try await access.remove(try Self.passkey(visit), for: visit.session)
      } catch AccessError.lastFactor {
        throw Problem(.conflict, "You could not sign in any more. Add another passkey or a password first.")
      }
      return .seeOther("/account", .passkeyRemoved)
    }
  }

  private struct PasskeyModel: Sendable {
    struct Fields: Sendable {
      let label: FieldText
    }

    let passkey: CeremonyText
    let makers: MakersText?
    let form: Fields
  }

  private func passkeyPage(_ visit: Visit, label: String, error: String? = nil) async throws -> Page {
    let errors = error.map { [FieldError(field: "label", text: $0)] } ?? []
    let model = PasskeyModel(
      passkey: CeremonyText(try await access.beginRegistration(visit.session)), makers: MakersText(access.takenMakers),
      form: PasskeyModel.Fields(label: FieldText(label, name: "label", errors: errors)))
    return Page("passkey-new", heading: "Add a passkey", menu: .account, model: model, errors: errors)
  }

  private static func passkey(_ visit: Visit) throws -> [UInt8] {
    // An identifier may have 1,023 bytes, more than other parts of a path.
    let text = try visit.context.parameters.require("passkey")
    guard text.utf8.count <= 1_400, let id = Base64.decodeURL(text) else {
      throw Problem(.notFound, "There is no such passkey.")
    }
    return id
  }

  // MARK: Password and one-time password

  private func addPassword() {
    routes.page("account/password", for: .manageOwn) { visit in
      let setup = try access.beginOneTimePassword(for: visit.session.member)
      return .page(passwordPage(visit, setup))
    }
    routes.deed("account/password", for: .manageOwn) { visit, form in
      do {
        try await access.setPassword(
          form.fields["password"] ?? "", setup: form["setup"], code: form["code"].filter { !$0.isWhitespace },
          for: visit.session)
        return .seeOther("/account", .passwordSet)
      } catch let error as AccessError {
        let setup =
          try access.resumedSetup(form["setup"], for: visit.session.member)
          ?? access.beginOneTimePassword(for: visit.session.member)
        return .page(passwordPage(visit, setup, error: error))
      }
    }
    routes.deed("account/password/remove", for: .manageOwn) { visit, _ in
      do {
        try await access.removePassword(for: visit.session)
      } catch AccessError.lastFactor {
        throw Problem(.conflict, "You could not sign in any more. Add a passkey first.")
      }
      return .seeOther("/account", .passwordRemoved)
    }
  }

  private struct PasswordModel: Sendable {
    let setup: SetupText
    let form: SetupText.Fields
  }

  private func passwordPage(_ visit: Visit, _ setup: OneTimePasswordSetup, error: AccessError? = nil) -> Page {
    let errors = SetupText.errors(error)
    let model = PasswordModel(
      setup: SetupText(setup, for: visit.session.member.name), form: SetupText.Fields(errors: errors))
    return Page(
      "password", heading: "Set password and authenticator app", menu: .account, model: model, errors: errors)
  }

  // MARK: Recovery codes

  private struct CodesModel: Sendable {
    let codes: [String]
  }

  private func addRecoveryCodes() {
    routes.deed("account/recovery-codes", for: .manageOwn) { visit, _ in
      let codes = try await access.makeRecoveryCodes(for: visit.session)
      return .page(
        Page(
          "recovery-codes", heading: "Recovery codes", menu: .account, model: CodesModel(codes: codes.map(\.text))))
    }
  }

  // MARK: Sessions

  private func addSessions() {
    // Ending a session needs no fresh factor: whoever sees a stranger in the list is to be quick.
    routes.deed("account/sessions/end-others", for: .read) { visit, _ in
      try await access.endOthers(than: visit.session)
      return .seeOther("/account", .sessionsEnded)
    }
    routes.deed("account/sessions/{session}/end", for: .read) { visit, _ in
      guard let id = Identifier<Session>(try visit.parameter("session")) else {
        throw Problem(.notFound, "There is no such session.")
      }
      try await access.end(id, of: visit.session.member)
      return .seeOther("/account", .sessionsEnded)
    }
  }
}
