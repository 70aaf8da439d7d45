import HTTPTypes
import Hummingbird

/// Gives every answer the headers that the shop's conduct calls for.
struct AnswerHeaders: RouterMiddleware {
  typealias Context = ShopRequestContext

  let conduct: Conduct
  let addresses: Addresses
  /// Whether the answers go over https.
  let isSecure: Bool

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    var headers = conduct.headers(addresses, isSecure: isSecure)
    if let origin = request.headers[.origin] { headers += conduct.sharing(with: origin) }
    for header in headers {
      guard let name = HTTPField.Name(header.name), response.headers[name] == nil else { continue }
      response.headers[name] = header.value
    }
    return response
  }
}
