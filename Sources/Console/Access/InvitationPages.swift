import Access
import HTTPTypes
import Hummingbird
import Primitives

/// Becoming a member by a link. The token stands in the part of the address that browsers keep to themselves; a script puts
/// it into the form, and without a script it is pasted.
struct InvitationPages: Sendable {
  let routes: Routes

  private struct AskModel: Sendable {
    struct Fields: Sendable {
      let token: FieldText
    }

    let form: Fields
  }

  private struct Model: Sendable {
    struct Fields: Sendable {
      let label: FieldText
      let password: FieldText
      let code: FieldText
    }

    let name: String
    let role: String
    let roleText: String
    let inviter: String
    let expires: TimeText
    let token: String
    let passkey: CeremonyText
    let makers: MakersText?
    let setup: SetupText
    let form: Fields
  }

  private var access: Access { routes.rooms.access }

  func add() {
    routes.on("invitation", .get, for: .anybody) { _, _ in try await routes.publicResponse(askPage()) }
    let rate = RateLimit(RateLimit.Rate(perSecond: 1, burst: 20), surroundings: routes.rooms.surroundings)
    for (path, answer) in [
      ("invitation", show), ("invitation/passkey", takeWithPasskey), ("invitation/password", takeWithPassword),
    ] {
      routes.on(RouterPath(path), .post, for: .anybody) { request, context in
        try await rate.handle(request, context: context) { request, context in
          guard Gate.isOwnSite(request) else { throw Problem(.forbidden, "Another site sent this form.") }
          return try await take(try await Form(request), context.device(of: request), answer)
        }
      }
    }
  }

  private typealias Answer = @Sendable (Form, InvitationToken, Device) async throws -> Response

  private func take(_ form: Form, _ device: Device, _ answer: Answer) async throws -> Response {
    guard let token = InvitationToken(form["token"]) else {
      return try await routes.publicResponse(askPage(error: "This is not the code of an invitation."))
    }
    do {
      return try await answer(form, token, device)
    } catch let error where (error as? AccessError) == .invitationEnded || error is SignInRefusal {
      return try await routes.publicResponse(askPage(error: "\(error)".sentence))
    }
  }

  private func askPage(error: String? = nil) -> Page {
    let errors = error.map { [FieldError(field: "token", text: $0)] } ?? []
    let model = AskModel(form: AskModel.Fields(token: FieldText("", name: "token", errors: errors)))
    return Page("invitation-ask", heading: "Your invitation", menu: .other, model: model, errors: errors)
  }

  @Sendable private func show(_ form: Form, _ token: InvitationToken, _ device: Device) async throws -> Response {
    try await routes.publicResponse(page(form, token, device, errors: []))
  }

  @Sendable private func takeWithPasskey(
    _ form: Form, _ token: InvitationToken, _ device: Device
  ) async throws -> Response {
    do {
      let opened = try await access.accept(
        token, with: try CeremonyForm(form).registration, ticket: form["ticket"], label: form["label"], from: device)
      return welcome(opened)
    } catch let error where error is PasskeyError || Self.isLabel(error) {
      return try await again(form, token, device, [FieldError(field: "label", text: "\(error)")])
    }
  }

  private static func isLabel(_ error: any Error) -> Bool {
    if case .unusableLabel = error as? AccessError { true } else { false }
  }

  @Sendable private func takeWithPassword(
    _ form: Form, _ token: InvitationToken, _ device: Device
  ) async throws -> Response {
    do {
      let opened = try await access.accept(
        token, password: form.fields["password"] ?? "", setup: form["setup"],
        code: form["code"].filter { !$0.isWhitespace }, from: device)
      return welcome(opened)
    } catch let error as AccessError where error != .invitationEnded {
      return try await again(form, token, device, SetupText.errors(error))
    }
  }

  private func welcome(_ opened: OpenedSession) -> Response {
    Routes.seeOther("/account?notice=\(Notice.welcome.rawValue)", headers: [.setCookie: Gate.cookie(opened.token)])
  }

  private func again(
    _ form: Form, _ token: InvitationToken, _ device: Device, _ errors: [FieldError]
  ) async throws -> Response {
    try await routes.publicResponse(page(form, token, device, errors: errors))
  }

  private func page(
    _ form: Form, _ token: InvitationToken, _ device: Device, errors: [FieldError]
  ) async throws -> Page {
    let invitation = try await access.invitation(of: token, from: device)
    let setup =
      try access.resumedSetup(form["setup"], for: invitation) ?? access.beginOneTimePassword(for: invitation)
    let fields = Model.Fields(
      label: FieldText(form["label"], name: "label", errors: errors),
      password: FieldText("", name: "password", errors: errors), code: FieldText("", name: "code", errors: errors))
    let model = Model(
      name: invitation.name, role: invitation.role.title, roleText: invitation.role.text,
      inviter: AuthorText.name(invitation.inviter),
      expires: TimeText(invitation.expires, asOf: routes.rooms.surroundings.now()), token: token.text,
      passkey: CeremonyText(try access.beginRegistration(invitation)), makers: MakersText(access.takenMakers),
      setup: SetupText(setup, for: invitation.name),
      form: fields)
    return Page("invitation", heading: "Become a member", menu: .other, model: model, errors: errors)
  }
}
