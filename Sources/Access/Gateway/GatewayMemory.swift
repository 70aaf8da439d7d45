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

  private struct State {
    var sessions: [Key: (session: Session, read: Instant)] = [:]
    var assertions: [AssertionKey: (token: String, made: Instant)] = [:]
    var notes: [String: Instant] = [:]
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
      guard let (session, read) = state.sessions[Key(digest: digest, host: host)], now.since(read) < Self.age else {
        return nil
      }
      return session
    }
  }

  func keep(_ session: Session, _ digest: [UInt8], at host: String) {
    let now = surroundings.now()
    state.withLock { state in
      if state.sessions.count >= Self.most { state.sessions = [:] }
      state.sessions[Key(digest: digest, host: host)] = (session, now)
    }
  }

  func assertion(of session: Session, at host: String) -> String? {
    let now = surroundings.now()
    return state.withLock { state in
      guard let (token, made) = state.assertions[Self.key(session, host)], now.since(made) < Self.assertionAge else {
        return nil
      }
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

  /// Whether something was not noted within a time; it is noted with that.
  func isNew(_ note: String, for span: Duration) -> Bool {
    let now = surroundings.now()
    return state.withLock { state in
      if let last = state.notes[note], now.since(last) < span { return false }
      if state.notes.count >= Self.most { state.notes = [:] }
      state.notes[note] = now
      return true
    }
  }

  /// After something could not be written down: it is tried again with the next request.
  func forgetNotes() { state.withLock { $0.notes = [:] } }
}
