import HTTPTypes
import Hummingbird

/// What every answer tells browsers, so that a page of the console runs nothing but the console's own scripts.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
  let speaksTLS: Bool

  private static var policy: String {
    """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    """
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    let headers: [(HTTPField.Name, String)] =
      [
        (.contentSecurityPolicy, Self.policy), (.xContentTypeOptions, "nosniff"),
      ] + Self.named.map { ($0.0, $0.1) }
    for (name, value) in headers where response.headers[name] == nil { response.headers[name] = value }
    if speaksTLS, response.headers[.strictTransportSecurity] == nil {
      response.headers[.strictTransportSecurity] = "max-age=31536000"
    }
    return response
  }

  private static var named: [(HTTPField.Name, String)] {
    [
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
      ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
  }
}
