import Primitives
import Synchronization

/// A bucket of tokens for each name: what comes faster than its bucket fills is to wait.
final class TokenBuckets: Sendable {
  /// How fast a bucket fills, and how much it holds.
  struct Rate: Sendable {
    let perSecond: Double
    let burst: Double
  }

  /// Names remembered at most; when there are more, all begin anew, which forgives but never grows.
  private static let most = 10_000

  private struct Bucket {
    var tokens: Double
    var filled: Instant
  }

  private let surroundings: Surroundings
  private let stored = Mutex<[String: Bucket]>([:])

  init(surroundings: Surroundings) { self.surroundings = surroundings }

  /// Takes a token.
  /// - Parameter keeping: only looks whether there is one.
  /// - Returns: whether there was one.
  func take(for name: String, _ rate: Rate, keeping: Bool = false) -> Bool {
    let now = surroundings.now()
    return stored.withLock { buckets in
      if buckets.count >= Self.most, buckets[name] == nil { buckets = [:] }
      var bucket = buckets[name] ?? Bucket(tokens: rate.burst, filled: now)
      let (seconds, attoseconds) = now.since(bucket.filled).components
      let elapsed = max(0, Double(seconds) + Double(attoseconds) / 1e18)
      bucket.tokens = min(rate.burst, bucket.tokens + elapsed * rate.perSecond)
      bucket.filled = now
      defer { buckets[name] = bucket }
      guard bucket.tokens >= 1 else { return false }
      if !keeping { bucket.tokens -= 1 }
      return true
    }
  }
}
