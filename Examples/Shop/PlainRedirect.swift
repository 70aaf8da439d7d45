import HTTPTypes
import Hummingbird

/// Leads from http to https.
struct PlainRedirect: RouterMiddleware {
  typealias Context = ShopRequestContext

  let conduct: Conduct
  let addresses: Addresses

  /// The address in between, when there is one.
  private static let detour = "/welcome"

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    // A name that is not the shop's own is not led to: nobody gets to make the shop point elsewhere.
    let host = String((request.head.authority ?? "").prefix { $0 != ":" })
    if conduct.plainAnswer == .detour, request.uri.path != Self.detour {
      return Self.redirect(to: addresses.plainOrigin(host) + Self.detour)
    }
    let path = request.uri.path == Self.detour && conduct.plainAnswer == .detour ? "/" : request.uri.string
    return Self.redirect(to: addresses.secureOrigin(host) + (path.hasPrefix("/") ? path : "/"))
  }

  private static func redirect(to address: String) -> Response {
    Response(status: .permanentRedirect, headers: [.location: address, .cacheControl: "no-store"])
  }
}
