import Synchronization

/// Counts failed sign-ins, so that passwords cannot be tried one after the other.
final class SignInLimit: Sendable {
  /// So many failures are forgiven within ``period`` seconds.
  private static let most = 10
  private static let period: Int64 = 900
  /// So many names are counted at a time.
  private static let capacity = 10_000

  private let failures = Mutex<[String: (count: Int, since: Int64)]>([:])

  static let refusal = "There were too many wrong attempts. Wait a quarter of an hour."

  /// Whether somebody may try.
  func allows(_ name: String, at now: Int64) -> Bool {
    failures.withLock { failures in
      guard let entry = failures[name], now - entry.since < Self.period else { return true }
      return entry.count < Self.most
    }
  }

  func failed(_ name: String, at now: Int64) {
    failures.withLock { failures in
      if failures.count >= Self.capacity { failures = failures.filter { now - $0.value.since < Self.period } }
      guard let entry = failures[name], now - entry.since < Self.period else {
        // With this many names at once somebody is trying names; new ones are no longer counted.
        if failures.count < Self.capacity { failures[name] = (1, now) }
        return
      }
      failures[name] = (entry.count + 1, entry.since)
    }
  }

  func succeeded(_ name: String) { failures.withLock { $0[name] = nil } }
}
