import HTTPTypes
import Hummingbird
import Primitives

/// Lets members in: reads the session's cookie, asks who it is, and whether the member may do what the route is for.
struct Gate: Sendable {
  let signIn: any SignIn
  /// Without TLS, browsers take a cookie with the prefix from this machine only.
  let surroundings: Surroundings

  static let cookieName = "__Host-surety-session"

  /// Who asks.
  /// - Throws: ``Problem`` with status 401 for nobody, 403 for somebody who may not.
  func visit(_ request: Request, _ context: ConsoleRequestContext, for action: Action) async throws -> Visit {
    guard let token = Self.token(of: request), let session = try await signIn.session(of: token) else {
      throw Problem(.unauthorized, "Sign in first.")
    }
    guard session.member.actions.contains(action) else {
      throw Problem(.forbidden, "Your role does not include \(action.rawValue).")
    }
    return Visit(request: request, context: context, session: session, now: surroundings.now())
  }

  static func token(of request: Request) -> SessionToken? {
    request.cookies[cookieName].flatMap { SessionToken($0.value) }
  }

  /// Whether a request that changes something comes from a page of this session: it carries the session's own token, and
  /// the browser does not say that another site sent it.
  func expectOwn(_ token: String, _ visit: Visit) throws(Problem) {
    let site = HTTPField.Name("Sec-Fetch-Site").flatMap { visit.request.headers[$0] }
    guard ConstantTime.areEqual(Array(token.utf8), Array(visit.session.csrf.utf8)),
      site == nil || site == "same-origin" || site == "none"
    else {
      throw Problem(.forbidden, "The form is not of this session any more. Go back, load the page again and repeat.")
    }
  }

  /// The header that hands a browser its session, or takes it away when `token` is nil.
  static func cookie(_ token: SessionToken?) -> String {
    let life = token == nil ? "; Max-Age=0" : ""
    return "\(cookieName)=\(token?.text ?? ""); Path=/; Secure; HttpOnly; SameSite=Strict\(life)"
  }
}
