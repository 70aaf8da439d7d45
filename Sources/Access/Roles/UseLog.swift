import Primitives
import Synchronization

/// What is known to be written down for the day, so that a page read is no write.
final class UseLog: Sendable {
  private struct Use: Hashable {
    let member: Identifier<Member>
    let action: Action
  }

  private let today = Mutex<(day: Int64, uses: Set<Use>)>((0, []))

  /// Whether this is the first time on its day, as far as this process knows.
  func isNew(_ action: Action, _ member: Identifier<Member>, at now: Instant) -> Bool {
    let day = now.seconds / 86_400
    return today.withLock { today in
      if today.day != day { today = (day, []) }
      return today.uses.insert(Use(member: member, action: action)).inserted
    }
  }
}
