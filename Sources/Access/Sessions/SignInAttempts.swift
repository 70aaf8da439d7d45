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
  func begin(from address: String, for name: String) throws(SignInRefusal) {
    let now = surroundings.now()
    let wait = begun.withLock { begun -> Int64? in
      if begun.count > Self.mostRemembered {
        begun = begun.filter { $0.value.last.map { now.since($0) < Self.window } ?? false }
      }
      for (key, most) in [("address:\(address)", Self.mostPerAddress), ("name:\(name.prefix(100))", Self.mostPerName)] {
        let recent = (begun[key] ?? []).filter { now.since($0) < Self.window }
        begun[key] = recent
        if recent.count >= most, let oldest = recent.first {
          return max(1, (Self.window - now.since(oldest)).components.seconds)
        }
      }
      begun["address:\(address)", default: []].append(now)
      begun["name:\(name.prefix(100))", default: []].append(now)
      return nil
    }
    if let wait { throw .tooMany(retryAfter: wait) }
  }

  func succeeded(for name: String) { begun.withLock { _ = $0.removeValue(forKey: "name:\(name.prefix(100))") } }
}
