import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// Requests of an address beyond a rate are answered 429. For what anyone may ask for. Of a program with a key only what
/// is refused counts: the key has a rate of its own.
struct RateLimit: RouterMiddleware {
  typealias Rate = TokenBuckets.Rate

  private let rate: Rate
  /// A path that is not limited: proxies ask there for all their visitors.
  private let exempt: String?
  private let buckets: TokenBuckets

  init(_ rate: Rate, except exempt: String? = nil, surroundings: Surroundings) {
    self.rate = rate
    self.exempt = exempt
    buckets = TokenBuckets(surroundings: surroundings)
  }

  func handle(
    _ request: Request, context: ConsoleRequestContext,
    next: (Request, ConsoleRequestContext) async throws -> Response
  ) async throws -> Response {
    let isProgram =
      request.uri.path.hasPrefix("/api/") && request.headers[.authorization]?.lowercased().hasPrefix("bearer ") == true
    guard request.uri.path == exempt || buckets.take(for: context.address, rate, keeping: isProgram) else {
      return Self.tooMany("Too many requests from this address; wait a second and go on.", request, context)
    }
    do {
      return try await next(request, context)
    } catch let problem as Problem where isProgram && problem.status == .unauthorized {
      _ = buckets.take(for: context.address, rate)
      throw problem
    }
  }

  static func tooMany(_ words: String, _ request: Request, _ context: ConsoleRequestContext) -> Response {
    var response = Problem(.tooManyRequests, words).response(from: request, context: context)
    response.headers[.retryAfter] = "1"
    return response
  }
}
