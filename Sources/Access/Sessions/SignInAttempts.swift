import Primitives
import Synchronization

/// Limits how often a secret may be tried: by address and by name, so that neither many names nor many addresses help.
/// Beside it, the database counts what fails in a row for each member, over all nodes and restarts.
final class SignInAttempts: Sendable {
  private static let mostPerName = 10
  private static let mostPerAddress = 30
  private static let window: Duration = .seconds(15 * 60)
  /// Remembered at most; beyond it the oldest is forgotten.
  private static let mostRemembered = 20_000

  private let surroundings: Surroundings
  private let begun = Mutex<[String: [Instant]]>([:])

  init(surroundings: Surroundings) { self.surroundings = surroundings }

  /// - Throws: ``SignInRefusal/tooMany(retryAfter:)``.
  /// - Parameter name: nil where nobody is named, as with a passkey: then nobody is kept out by others' attempts.
  func begin(from address: String, for name: String?) throws(SignInRefusal) {
    let now = surroundings.now()
    let wait = begun.withLock { begun -> Int64? in
      if begun.count > Self.mostRemembered {
        begun = begun.filter { $0.value.last.map { now.since($0) < Self.window } ?? false }
      }
      let keys = Self.keys(address, name)
      for (key, most) in keys {
        let recent = (begun[key] ?? []).filter { now.since($0) < Self.window }
        begun[key] = recent
        if recent.count >= most, let oldest = recent.first {
          return max(1, (Self.window - now.since(oldest)).components.seconds)
        }
      }
      for (key, _) in keys { begun[key, default: []].append(now) }
      return nil
    }
    if let wait { throw .tooMany(retryAfter: wait) }
  }

  /// Forgets an attempt that was right: whoever shares the address is not kept out by it.
  func succeeded(from address: String, for name: String?) {
    begun.withLock { begun in
      _ = begun["address:\(address)"]?.popLast()
      if let name { begun["name:\(name.prefix(100))"] = nil }
    }
  }

  private static func keys(_ address: String, _ name: String?) -> [(String, Int)] {
    let named = name.map { [("name:\($0.prefix(100))", mostPerName)] } ?? []
    return [("address:\(address)", mostPerAddress)] + named
  }
}
