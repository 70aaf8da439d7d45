import Primitives
import Synchronization

/// What was read from the database, for a moment, so that it is not read again for every request. Bounded; nothing in it
/// says no.
final class BriefMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private static var most: Int { 10_000 }

  private let age: Duration
  private let surroundings: Surroundings
  private let known = Mutex<[Key: (value: Value, read: Instant)]>([:])

  /// - Parameter age: usually so long that what was ended elsewhere is let pass for less than a second more.
  init(age: Duration = .milliseconds(800), surroundings: Surroundings) {
    (self.age, self.surroundings) = (age, surroundings)
  }

  subscript(key: Key) -> Value? {
    let now = surroundings.now()
    return known.withLock { known in
      guard let (value, read) = known[key] else { return nil }
      if now.isWithin(age, of: read) { return value }
      // A clock that is put back makes nothing young again.
      known[key] = nil
      return nil
    }
  }

  /// - Parameter began: before it was looked for: the look itself may have taken long.
  func keep(_ value: Value, for key: Key, read began: Instant) {
    known.withLock { known in
      if known.count >= Self.most { known = [:] }
      known[key] = (value, began)
    }
  }

  /// Forgets everything.
  func forget() { known.withLock { $0 = [:] } }
}

extension Instant {
  /// Whether another moment was less than a time ago; one that is to come was not.
  func isWithin(_ span: Duration, of then: Instant) -> Bool {
    let age = since(then)
    return age >= .zero && age < span
  }
}
