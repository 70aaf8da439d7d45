import HTTPTypes
import Hummingbird
import Primitives

/// Coming in and leaving.
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
    let form: Fields
  }

  func add() {
    routes.on("sign-in", .get) { request, _ in
      let next = Self.localPath(Self.query("next", of: request))
      return try await routes.publicResponse(page(name: "", next: next, errors: []))
    }
    // Anybody may ask, so passwords are tried slowly: a bucket for each address before the limits of the sign-in itself.
    let rate = RateLimit(RateLimit.Rate(perSecond: 1, burst: 20), surroundings: routes.rooms.surroundings)
    routes.on("sign-in", .post) { request, context in
      try await rate.handle(request, context: context) { try await signIn($0, $1) }
    }
    routes.deed("sign-out", for: .read) { visit, _ in
      if let token = Gate.token(of: visit.request) { try await routes.gate.signIn.close(token) }
      return .seeOther("/sign-in", .signedOut)
    }
  }

  private func signIn(_ request: Request, _ context: ConsoleRequestContext) async throws -> Response {
    let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
    guard site == nil || site == "same-origin" || site == "none" else {
      throw Problem(.forbidden, "Another site sent this form.")
    }
    let form = try await Form(request)
    let next = Self.localPath(form["next"])
    let credentials = Credentials(
      name: form["name"], password: form.fields["password"] ?? "",
      code: form["code"].filter { !$0.isWhitespace })
    do {
      let opened = try await routes.gate.signIn.open(
        credentials, from: context.remoteAddress?.ipAddress ?? "unknown")
      return Routes.seeOther(next, headers: [.setCookie: Gate.cookie(opened.token)])
    } catch let refusal as SignInRefusal {
      let error = FieldError(field: "name", text: "\(refusal)")
      return try await routes.publicResponse(page(name: form["name"], next: next, errors: [error]))
    }
  }

  private func page(name: String, next: String, errors: [FieldError]) async throws -> Page {
    let model = Model(
      isFirst: try await !routes.gate.signIn.hasMembers(), next: next,
      form: Model.Fields(name: FieldText(String(name.prefix(60)), name: "name", errors: errors)))
    return Page("sign-in", heading: "Sign in", menu: .other, model: model, errors: errors)
  }

  private static func query(_ name: String, of request: Request) -> String {
    request.uri.queryParameters[name[...]].map { String($0) } ?? ""
  }

  /// A path of this console; the front page for anything that could lead elsewhere.
  static func localPath(_ path: String) -> String {
    let isLocal =
      path.hasPrefix("/") && !path.hasPrefix("//") && path.utf8.count <= 500
      && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    return isLocal ? path : "/"
  }
}
