import Hummingbird
import NIOCore
import Primitives
import Synchronization

/// A bucket of tokens for each address: requests beyond the rate are answered 429. For what anyone may ask for.
struct RateLimit: RouterMiddleware {
  /// How fast a bucket fills, and how much it holds.
  struct Rate: Sendable {
    let perSecond: Double
    let burst: Double
  }

  /// Addresses remembered at most; when there are more, all begin anew, which forgives but never grows.
  private static let mostAddresses = 10_000

  private struct Bucket {
    var tokens: Double
    var filled: Instant
  }

  private final class Buckets: Sendable {
    let stored = Mutex<[String: Bucket]>([:])
  }

  private let rate: Rate
  /// A path that is not limited: proxies ask there for all their visitors.
  private let exempt: String?
  private let surroundings: Surroundings
  private let buckets = Buckets()

  init(_ rate: Rate, except exempt: String? = nil, surroundings: Surroundings) {
    self.rate = rate
    self.exempt = exempt
    self.surroundings = surroundings
  }

  func handle(
    _ request: Request, context: ConsoleRequestContext,
    next: (Request, ConsoleRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path == exempt || takeToken(for: context.address) else {
      var response = Problem(.tooManyRequests, "Too many requests from this address; wait a second and go on.")
        .response(from: request, context: context)
      response.headers[.retryAfter] = "1"
      return response
    }
    return try await next(request, context)
  }

  func takeToken(for address: String) -> Bool {
    let now = surroundings.now()
    return buckets.stored.withLock { buckets in
      if buckets.count >= Self.mostAddresses, buckets[address] == nil { buckets = [:] }
      var bucket = buckets[address] ?? Bucket(tokens: rate.burst, filled: now)
      let (seconds, attoseconds) = now.since(bucket.filled).components
      let elapsed = max(0, Double(seconds) + Double(attoseconds) / 1e18)
      bucket.tokens = min(rate.burst, bucket.tokens + elapsed * rate.perSecond)
      bucket.filled = now
      defer { buckets[address] = bucket }
      guard bucket.tokens >= 1 else { return false }
      bucket.tokens -= 1
      return true
    }
  }
}
