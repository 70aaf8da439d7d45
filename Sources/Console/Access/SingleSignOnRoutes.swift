import Access
import HTTPTypes
import Hummingbird
import Primitives

/// The way to the provider and back (OpenID Connect Core 1.0, section 3.1).
struct SingleSignOnRoutes: Sendable {
  let routes: Routes
  let singleSignOn: SingleSignOn

  private static let cookieName = "__Host-surety-openid"
  private static let noCookie = "\(cookieName)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"

  private var access: Access { routes.rooms.access }

  func add() {
    // Each of them has the provider asked, so nobody does it for nothing again and again.
    let rate = RateLimit(RateLimit.Rate(perSecond: 1, burst: 20), surroundings: routes.rooms.surroundings)
    func limited(
      _ path: RouterPath, for audience: Routes.Audience = .anybody,
      _ handle: @escaping @Sendable (Request, ConsoleRequestContext) async throws -> Response
    ) {
      routes.on(path, .get, for: audience) { request, context in
        try await rate.handle(request, context: context) { request, context in
          try await handle(request, context)
        }
      }
    }
    limited("sign-in/openid") { request, _ in
      let next = SignInRoutes.next(of: request)
      return try await begin(next: next) { Access.FederatedJourney(secrets: $0, next: next) }
    }
    // A session is proven by a factor that the provider asks for now.
    limited("prove/openid", for: .members(.read)) { request, context in
      let visit: Visit
      do {
        visit = try await routes.gate.visit(request, context, for: .read)
      } catch let problem as Problem where problem.status == .unauthorized {
        return Routes.seeOther("/sign-in")
      }
      let next = SignInRoutes.next(of: request)
      return try await begin(next: next, demanding: SignInDemand(fresh: .zero)) {
        Access.FederatedJourney(secrets: $0, next: next, session: visit.session.id)
      }
    }
    routes.page("account/openid", for: .manageOwn) { visit in
      .page(Page("federation", heading: "Connect with \(singleSignOn.title)", menu: .account, model: Connecting()))
    }
    // By a form, so that no other site can have it done; the provider is reached from the page that follows.
    routes.deed("account/openid", for: .manageOwn) { visit, _ in .page(try await bind(visit)) }
    limited(RouterPath(String(SingleSignOn.callback.dropFirst()))) { request, context in
      try await finish(request, context)
    }
  }

  /// Nothing is shown but words.
  private struct Connecting: Sendable {}

  private struct Arrival: Sendable {
    let href: String
  }

  // MARK: There

  private func begin(
    next: String, demanding demand: SignInDemand = SignInDemand(),
    _ journey: (SignInSecrets) -> Access.FederatedJourney
  ) async throws -> Response {
    do {
      let request = try await singleSignOn.client.begin(
        redirect: singleSignOn.redirect, demanding: demand, at: routes.rooms.surroundings.now())
      return Routes.seeOther(request.address, headers: [.setCookie: try cookie(journey(request.secrets))])
    } catch let error as OpenIDError {
      return try await refused("\(error)", next: next)
    }
  }

  private func bind(_ visit: Visit) async throws -> Page {
    do {
      let request = try await singleSignOn.client.begin(
        redirect: singleSignOn.redirect, demanding: SignInDemand(fresh: .zero), at: visit.now)
      let journey = Access.FederatedJourney(
        secrets: request.secrets, next: "/account", session: visit.session.id, isBinding: true)
      // By a page, not by a redirect: a form of the console may lead nowhere else (form-action).
      var page = Page("gateway-arrival", heading: "One moment", menu: .other, model: Arrival(href: request.address))
      page.cookies = [try cookie(journey)]
      return page
    } catch let error as OpenIDError {
      throw Problem(.badGateway, "\(error)")
    }
  }

  /// Not strict: the way back begins at the provider, which is another site.
  private func cookie(_ journey: Access.FederatedJourney) throws -> String {
    "\(Self.cookieName)=\(try access.sealed(journey)); Path=/; Secure; HttpOnly; SameSite=Lax; "
      + "Max-Age=\(SignInSecrets.life.components.seconds)"
  }

  // MARK: And back

  private func finish(_ request: Request, _ context: ConsoleRequestContext) async throws -> Response {
    guard let text = request.cookies[Self.cookieName]?.value, let journey = try await access.take(text) else {
      return try await refused("\(OpenIDError.wrongState)", next: "/")
    }
    let query = request.uri.queryParameters
    func parameter(_ name: String) -> String? { query[name[...]].map { String($0.prefix(4_096)) } }
    do {
      if let error = parameter("error") {
        throw journey.secrets.refusal(error: error, state: parameter("state") ?? "")
      }
      let identity = try await singleSignOn.client.finish(
        code: parameter("code") ?? "", state: parameter("state") ?? "", iss: parameter("iss"),
        secrets: journey.secrets, at: routes.rooms.surroundings.now())
      return try await arrive(identity, journey, context.device(of: request))
    } catch let error where error is OpenIDError || error is FederationRefusal {
      return try await refused("\(error)", next: journey.next)
    }
  }

  private func arrive(
    _ identity: FederatedIdentity, _ journey: Access.FederatedJourney, _ device: Device
  ) async throws -> Response {
    var cookies = [Self.noCookie]
    var next = SignInRoutes.localPath(journey.next)
    if let session = journey.session, journey.isBinding {
      try await access.bind(identity, to: session)
      next = "/account?notice=\(Notice.connected.rawValue)"
    } else if let session = journey.session {
      cookies.append(Gate.cookie(try await access.prove(session, identity, from: device).token))
    } else {
      cookies.append(Gate.cookie(try await access.open(identity, from: device).token))
    }
    // By a page: a redirect that began at another site would come without the session's strict cookie.
    var page = Page("gateway-arrival", heading: "One moment", menu: .other, model: Arrival(href: next))
    page.cookies = cookies
    return try await routes.publicResponse(page)
  }

  private func refused(_ words: String, next: String) async throws -> Response {
    let error = FieldError(field: "name", text: words)
    var page = try await SignInRoutes(routes: routes).page(name: "", next: next, errors: [error])
    page.cookies = [Self.noCookie]
    return try await routes.publicResponse(page)
  }
}
