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
    for (name, value) in always where response.headers[name] == nil { response.headers[name] = value }
    if speaksTLS, response.headers[.strictTransportSecurity] == nil {
      response.headers[.strictTransportSecurity] = "max-age=31536000"
    }
    return response
  }

  /// Made once: names are checked when they are made.
  private let always: [(HTTPField.Name, String)] =
    [(.contentSecurityPolicy, policy), (.xContentTypeOptions, "nosniff")]
    + [
      ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
      ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

  init(speaksTLS: Bool) { self.speaksTLS = speaksTLS }
}
