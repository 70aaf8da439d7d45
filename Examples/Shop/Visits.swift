import HTTPTypes
import Hummingbird

/// Recognises browsers by their session cookie, and gives one to those that have none.
struct Visits: RouterMiddleware {
  typealias Context = ShopRequestContext

  let conduct: Conduct
  let sessions: SessionStore
  let formKey: [UInt8]
  let clock: ShopClock

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let known = request.cookies[conduct.sessionCookieName]?.value
    let token = known.flatMap { Visit.isToken($0) ? $0 : nil }
    var visit = Visit(token: token ?? Visit.newToken(), isNew: token == nil, formKey: formKey)
    if !visit.isNew { try await sessions.recall(&visit, at: clock.now()) }
    var context = context
    context.begin(visit)
    var response = try await next(request, context)
    if visit.isNew, response.headers[.setCookie] == nil { give(visit.token, with: &response) }
    return response
  }

  /// Gives a browser its session cookie.
  func give(_ token: String, with response: inout Response) {
    for cookie in [conduct.sessionCookie(token)] + conduct.needlessCookies {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
  }
}
