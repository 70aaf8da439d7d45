import Access
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives

/// What proxies ask, and the way to the console and back.
///
/// A proxy sends host, method and target of the request in `X-Forwarded-Host`, `-Method` and `-Uri`. Whoever asks without a
/// proxy learns only what their own cookie may do.
struct GatewayRoutes: Sendable {
  let routes: Routes
  let gateway: Gateway

  static let cookieName = "__Host-surety-gateway"
  private static let journeyCookie = "__Host-surety-journey"
  /// Where the guarded host lends its paths to the gateway.
  static let prefix = "/.surety/"

  /// What the page shows that says why there is no way on.
  private struct Refusal: Sendable {
    let host: String
    let reason: String
  }

  func add() {
    routes.on("gateway/verify", .get, for: .anybody) { request, context in
      do {
        return try await verify(request, context)
      } catch {
        // It fails closed, in a word that every proxy takes for a no.
        context.logger.error("the gateway could not decide: \(error)")
        return Self.answer(.forbidden, reason: "could-not-decide")
      }
    }
    routes.on("gateway/jwks.json", .get, for: .anybody) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: gateway.keySet.canonicalBytes)))
    }
    routes.on("gateway/begin", .get, for: .anybody) { request, context in begin(request, context) }
    routes.on("gateway/finish", .get, for: .anybody) { request, context in try await finish(request, context) }
    routes.on("gateway/sign-in", .get, for: .anybody) { request, _ in try await arrive(request) }
    routes.page("gateway/hand-over", for: .read) { visit in try handOver(visit) }
  }

  // MARK: Asked by the proxy

  private func verify(_ request: Request, _ context: ConsoleRequestContext) async throws -> Response {
    let asked = Self.asked(request, context)
    let token = request.cookies[Self.cookieName].flatMap { SessionToken($0.value) }
    switch try await gateway.verify(asked, token: token) {
    case .pass(let session, let assertion):
      var headers: HTTPFields = [.cacheControl: "no-store"]
      // Always set, so that what a visitor sent under these names never reaches the shop.
      for (name, value) in [
        (Self.member, session?.member.name), (Self.role, session?.member.role.id), (Self.assertion, assertion),
      ] {
        if let name { headers[name] = value ?? "" }
      }
      return Response(status: .ok, headers: headers)
    case .signIn:
      let begin = "\(Self.prefix)begin?method=\(Routes.encoded(asked.method))&return=\(Routes.encoded(asked.target))"
      // nginx takes 401 and finds the way itself; Traefik and Caddy hand the redirect on.
      if request.uri.queryParameters["redirect"] != nil { return Routes.seeOther(begin) }
      var response = Self.answer(.unauthorized, reason: "sign-in")
      response.headers[.location] = begin
      return response
    case .deny(let reason): return Self.answer(.forbidden, reason: reason)
    }
  }

  private static let member = HTTPField.Name("Surety-Member")
  private static let role = HTTPField.Name("Surety-Role")
  private static let assertion = HTTPField.Name("Surety-Assertion")
  private static let reason = HTTPField.Name("Surety-Reason")

  private static func answer(_ status: HTTPResponse.Status, reason: String) -> Response {
    var response = Response(
      status: status, headers: [.cacheControl: "no-store", .contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "\(reason)\n")))
    if let name = Self.reason { response.headers[name] = reason }
    return response
  }

  private static func asked(_ request: Request, _ context: ConsoleRequestContext) -> Gateway.Request {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
    // Of a list the proxy's own word is the last; what stands before it is the visitor's.
    let address = header("X-Forwarded-For")?.split(separator: ",").last?.trimmed
    return Gateway.Request(
      host: header("X-Forwarded-Host") ?? "", method: header("X-Forwarded-Method") ?? "",
      target: header("X-Forwarded-Uri") ?? "", address: address ?? context.address)
  }

  // MARK: There and back

  /// At the guarded host: remembers in the browser that it goes, and sends it to the console.
  private func begin(_ request: Request, _ context: ConsoleRequestContext) -> Response {
    let query = request.uri.queryParameters
    let host = Self.asked(request, context).host
    let target = query["return"].map { String($0) } ?? "/"
    guard gateway.rules.isReturnable(host: host, target: target) else {
      return Self.answer(.forbidden, reason: "host-not-guarded")
    }
    let journey = Gateway.Journey(in: routes.rooms.surroundings)
    let method = query["method"].map { String($0.prefix(20)) } ?? "GET"
    var response = Routes.seeOther(
      "\(gateway.rules.console)/gateway/sign-in?host=\(Routes.encoded(host))&return=\(Routes.encoded(target))"
        + "&method=\(Routes.encoded(method))&state=\(journey.state)")
    // Not strict: the way back begins at the console, which is another site.
    response.headers[.setCookie] =
      "\(Self.journeyCookie)=\(journey.text); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"
    return response
  }

  /// What the page shows that lets the browser come again from here.
  private struct Arrival: Sendable {
    let href: String
  }

  /// At the console: whoever comes from another site comes without the session's strict cookie, so the browser comes again,
  /// from here.
  private func arrive(_ request: Request) async throws -> Response {
    let href = "/gateway/hand-over?\(request.uri.query ?? "")"
    if Gate.isOwnSite(request) { return Routes.seeOther(href) }
    return try await routes.publicResponse(
      Page("gateway-arrival", heading: "One moment", menu: .other, model: Arrival(href: href)))
  }

  /// At the console, signed in: decides, and sends the browser back with a code.
  private func handOver(_ visit: Visit) throws -> PageAnswer {
    let query = visit.request.uri.queryParameters
    func text(_ name: String) -> String { query[name[...]].map { String($0) } ?? "" }
    let (host, target) = (text("host"), text("return"))
    let asked = Gateway.Request(host: host, method: text("method"), target: target, address: visit.context.address)
    switch try gateway.handOver(visit.session, for: asked, state: text("state")) {
    case .code(let code):
      // By a page, not by a redirect: a form of the console may lead nowhere else (form-action), and this may be the end of
      // the form by which the person signed in.
      let href = "https://\(host)\(Self.prefix)finish?code=\(code)&return=\(Routes.encoded(target))"
      return .page(Page("gateway-arrival", heading: "One moment", menu: .other, model: Arrival(href: href)))
    case .prove: return .seeOther("/prove?next=\(Routes.encoded(visit.request.uri.string))")
    case .deny(let reason):
      let model = Refusal(host: host, reason: Self.words(reason))
      var page = Page("gateway-refusal", heading: "You may not go there", menu: .other, model: model)
      page.status = .forbidden
      return .page(page)
    }
  }

  private static func words(_ reason: String) -> String {
    switch reason {
    case "action-not-in-role", "role-not-allowed": "Your role does not include this part of the shop."
    case "factor-too-weak":
      "This part of the shop asks for a stronger factor than you have shown. Add a passkey to your account."
    case "denied-by-rule", "no-rule": "Nobody may go to this part of the shop, by its operator's rules."
    case "method-unusable", "path-ambiguous":
      "The address can be read in more than one way, so no rule is sure to fit. Go there from the panel's own pages."
    case "host-not-guarded": "This address is not guarded by this console, so it does not send you there."
    default: "It was refused (\(reason))."
    }
  }

  /// At the guarded host again: takes the code and sets the host's own cookie.
  private func finish(_ request: Request, _ context: ConsoleRequestContext) async throws -> Response {
    let query = request.uri.queryParameters
    let host = Self.asked(request, context).host
    let target = query["return"].map { String($0) } ?? "/"
    guard gateway.rules.isReturnable(host: host, target: target) else {
      return Self.answer(.forbidden, reason: "host-not-guarded")
    }
    guard let journey = request.cookies[Self.journeyCookie].flatMap({ Gateway.Journey($0.value) }),
      let code = query["code"].map({ String($0) }),
      let token = try await gateway.redeem(code, journey: journey, at: host)
    else { return Self.answer(.forbidden, reason: "code-not-good") }
    var response = Routes.seeOther(target)
    response.headers[values: .setCookie] = [
      "\(Self.cookieName)=\(token.text); Path=/; Secure; HttpOnly; SameSite=Lax",
      "\(Self.journeyCookie)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    ]
    return response
  }
}
