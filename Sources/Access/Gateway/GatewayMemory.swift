import Primitives
import Synchronization

/// What the gateway knows without asking the database, for moments only. Bounded; nothing in it says no.
final class GatewayMemory: Sendable {
  private struct Key: Hashable {
    let digest: [UInt8]
    let host: String
  }

  private struct AssertionKey: Hashable {
    let session: Identifier<Session>
    let proven: Instant
    let role: String
    let host: String
  }

  private enum Note {
    case writing(Task<Void, any Error>)
    case written(Instant)
  }

  private struct State {
    var sessions: [Key: (session: Session, read: Instant)] = [:]
    var assertions: [AssertionKey: (token: String, made: Instant)] = [:]
    var notes: [String: Note] = [:]
  }

  /// A session that was ended is let pass for less than a second more.
  private static let age: Duration = .milliseconds(800)
  /// Half the life of an assertion is left to whoever gets it.
  private static let assertionAge: Duration = .seconds(30)
  private static let most = 10_000

  private let surroundings: Surroundings
  private let state = Mutex(State())

  init(surroundings: Surroundings) { self.surroundings = surroundings }

  func session(_ digest: [UInt8], at host: String) -> Session? {
    let now = surroundings.now()
    return state.withLock { state in
      guard let (session, read) = state.sessions[Key(digest: digest, host: host)], Self.isWithin(Self.age, read, now)
      else { return nil }
      return session
    }
  }

  /// Keeps a session.
  /// - Parameter began: before it was looked for: the look itself may have taken long.
  func keep(_ session: Session, _ digest: [UInt8], at host: String, read began: Instant) {
    state.withLock { state in
      if state.sessions.count >= Self.most { state.sessions = [:] }
      state.sessions[Key(digest: digest, host: host)] = (session, began)
    }
  }

  func assertion(of session: Session, at host: String) -> String? {
    let now = surroundings.now()
    return state.withLock { state in
      guard let (token, made) = state.assertions[Self.key(session, host)], Self.isWithin(Self.assertionAge, made, now)
      else { return nil }
      return token
    }
  }

  func keep(_ token: String, of session: Session, at host: String) {
    let now = surroundings.now()
    state.withLock { state in
      if state.assertions.count >= Self.most { state.assertions = [:] }
      state.assertions[Self.key(session, host)] = (token, now)
    }
  }

  private static func key(_ session: Session, _ host: String) -> AssertionKey {
    AssertionKey(session: session.id, proven: session.proven, role: session.member.role.id, host: host)
  }

  /// Writes something down, unless that was done within a time. Whoever comes while it is being written waits for it, so
  /// that nobody passes of whom nothing is written; after it failed the next one tries again.
  func once(
    _ note: String, within span: Duration, _ write: @escaping @Sendable () async throws -> Void
  ) async throws {
    let now = surroundings.now()
    let writing = state.withLock { state -> Task<Void, any Error>? in
      switch state.notes[note] {
      case .writing(let task)?: return task
      case .written(let last)? where Self.isWithin(span, last, now): return nil
      default: break
      }
      if state.notes.count >= Self.most { state.notes = [:] }
      let task = Task {
        do {
          try await write()
          self.state.withLock { $0.notes[note] = .written(now) }
        } catch {
          self.state.withLock { $0.notes[note] = nil }
          throw error
        }
      }
      state.notes[note] = .writing(task)
      return task
    }
    try await writing?.value
  }

  /// Whether something is younger than a time. A clock that was put back makes nothing young again.
  private static func isWithin(_ span: Duration, _ then: Instant, _ now: Instant) -> Bool {
    let age = now.since(then)
    return age >= .zero && age < span
  }
}
