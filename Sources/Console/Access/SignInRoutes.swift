import Access
import HTTPTypes
import Hummingbird
import Primitives

/// Coming in, showing a factor again, and leaving.
struct SignInRoutes: Sendable {
  let routes: Routes

  /// What the page of the sign-in shows.
  private struct Model: Sendable {
    struct Fields: Sendable {
      let name: FieldText
    }

    /// Whether there is nobody yet who could sign in.
    let isFirst: Bool
    /// Where to go afterwards: a path of this console.
    let next: String
    let passkey: CeremonyText
    /// Nil where no other server vouches for members.
    let singleSignOn: LinkText?
    let form: Fields
  }

  /// What the page shows on which a factor is shown again.
  private struct ProofModel: Sendable {
    struct Fields: Sendable {
      let password: FieldText
    }

    let next: String
    /// Nil for a member without passkeys.
    let passkey: CeremonyText?
    /// Nil for a member for whom no other server vouches.
    let singleSignOn: LinkText?
    /// Nil for a member without a password.
    let form: Fields?
  }

  private var access: Access { routes.rooms.access }

  func add() {
    routes.on("sign-in", .get, for: .anybody) { request, _ in
      routes.rooms.onSignInPage?()
      return try await routes.publicResponse(page(name: "", next: Self.next(of: request), errors: []))
    }
    // Anybody may ask, so secrets are tried slowly: a bucket for each address before the limits of the sign-in itself.
    let rate = RateLimit(RateLimit.Rate(perSecond: 1, burst: 20), surroundings: routes.rooms.surroundings)
    for (path, open) in [("sign-in", openWithPassword), ("sign-in/passkey", openWithPasskey)] {
      routes.on(RouterPath(path), .post, for: .anybody) { request, context in
        try await rate.handle(request, context: context) { request, context in
          guard Gate.isOwnSite(request) else { throw Problem(.forbidden, "Another site sent this form.") }
          return try await signIn(try await Form(request), context.device(of: request), open)
        }
      }
    }
    routes.deed("sign-out", for: .read) { visit, _ in
      if let token = Gate.token(of: visit.request) { try await access.close(token) }
      return .seeOther("/sign-in", .signedOut)
    }
    addProof()
  }

  private func signIn(
    _ form: Form, _ device: Device, _ open: @Sendable (Form, Device) async throws -> OpenedSession
  ) async throws -> Response {
    let next = Self.localPath(form["next"])
    do {
      let opened = try await open(form, device)
      return Routes.seeOther(next, headers: [.setCookie: Gate.cookie(opened.token)])
    } catch let error where error is SignInRefusal || error is PasskeyError {
      let error = FieldError(field: "name", text: "\(error)")
      return try await routes.publicResponse(page(name: form["name"], next: next, errors: [error]))
    }
  }

  @Sendable private func openWithPassword(_ form: Form, _ device: Device) async throws -> OpenedSession {
    try await access.open(
      Credentials(
        name: form["name"], password: form.fields["password"] ?? "", code: form["code"].filter { !$0.isWhitespace }),
      from: device)
  }

  @Sendable private func openWithPasskey(_ form: Form, _ device: Device) async throws -> OpenedSession {
    try await access.open(try CeremonyForm(form).assertion, ticket: form["ticket"], from: device)
  }

  func page(name: String, next: String, errors: [FieldError]) async throws -> Page {
    let model = Model(
      isFirst: try await !access.hasMembers(), next: next, passkey: CeremonyText(try access.beginPasskeySignIn()),
      singleSignOn: routes.rooms.singleSignOn.map { LinkText(words: $0.title, href: $0.signInHref(next: next)) },
      form: Model.Fields(name: FieldText(String(name.prefix(60)), name: "name", errors: errors)))
    return Page("sign-in", heading: "Sign in", menu: .other, model: model, errors: errors)
  }

  // MARK: Showing a factor again

  private func addProof() {
    routes.page("prove", for: .read) { visit in
      .page(try await proofPage(visit, next: Self.next(of: visit.request), errors: []))
    }
    routes.deed("prove", for: .read) { visit, form in
      try await prove(visit, form) {
        try await access.prove(
          visit.session, password: form.fields["password"] ?? "", code: form["code"].filter { !$0.isWhitespace },
          from: visit.device)
      }
    }
    routes.deed("prove/passkey", for: .read) { visit, form in
      try await prove(visit, form) {
        try await access.prove(
          visit.session, try CeremonyForm(form).assertion, ticket: form["ticket"], from: visit.device)
      }
    }
  }

  private func prove(
    _ visit: Visit, _ form: Form, _ prove: () async throws -> OpenedSession
  ) async throws -> PageAnswer {
    let next = Self.localPath(form["next"])
    do {
      return .session(try await prove(), next: next)
    } catch let error where error is SignInRefusal || error is PasskeyError {
      return .page(try await proofPage(visit, next: next, errors: [FieldError(field: "password", text: "\(error)")]))
    }
  }

  private func proofPage(_ visit: Visit, next: String, errors: [FieldError]) async throws -> Page {
    let member = try await access.member(visit.session.member.id)
    let ceremony =
      member.passkeys.isEmpty ? nil : CeremonyText(try await access.beginProof(visit.session))
    let fields =
      member.hasPassword
      ? ProofModel.Fields(password: FieldText("", name: "password", errors: errors)) : nil
    let singleSignOn = routes.rooms.singleSignOn.flatMap { singleSignOn in
      member.issuers.contains(singleSignOn.issuer)
        ? LinkText(words: singleSignOn.title, href: singleSignOn.proofHref(next: next)) : nil
    }
    return Page(
      "prove", heading: "Show that it is you", menu: .other,
      model: ProofModel(next: next, passkey: ceremony, singleSignOn: singleSignOn, form: fields), errors: errors)
  }

  static func next(of request: Request) -> String {
    localPath(request.uri.queryParameters["next"].map { String($0) } ?? "")
  }

  /// A path of this console; the front page for anything that could lead elsewhere.
  static func localPath(_ path: String) -> String {
    let isLocal =
      path.hasPrefix("/") && !path.hasPrefix("//") && path.utf8.count <= 500
      && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    return isLocal ? path : "/"
  }
}

extension Visit {
  /// From where it is made.
  var device: Device { context.device(of: request) }
}
