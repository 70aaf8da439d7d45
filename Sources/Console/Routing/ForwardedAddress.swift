import HTTPTypes
import Hummingbird
import Primitives

/// Believes a proxy on this machine who it is that asks: the last address of `X-Forwarded-For`, which is the proxy's own
/// word. Only where the server speaks plain HTTP, which is for such a proxy, and only from the loopback.
struct ForwardedAddress: RouterMiddleware {
  func handle(
    _ request: Request, context: ConsoleRequestContext,
    next: (Request, ConsoleRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let peer = context.remoteAddress?.ipAddress, peer == "127.0.0.1" || peer == "::1",
      let header = HTTPField.Name("X-Forwarded-For").flatMap({ request.headers[$0] }),
      let last = header.split(separator: ",").last?.trimmed, (2...45).contains(last.utf8.count),
      last.utf8.allSatisfy({ "0123456789abcdefABCDEF.:".utf8.contains($0) })
    else { return try await next(request, context) }
    var believed = context
    believed.forwardedAddress = last
    return try await next(request, believed)
  }
}
