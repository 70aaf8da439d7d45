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

  private static let most = 10_000

  private let sessions: BriefMemory<Key, Session>
  /// Half the life of an assertion is left to whoever gets it.
  private let assertions: BriefMemory<AssertionKey, String>
  private let surroundings: Surroundings
  private let notes = Mutex<[String: Note]>([:])

  init(surroundings: Surroundings) {
    sessions = BriefMemory(surroundings: surroundings)
    assertions = BriefMemory(age: .seconds(30), surroundings: surroundings)
    self.surroundings = surroundings
  }

  func session(_ digest: [UInt8], at host: String) -> Session? { sessions[Key(digest: digest, host: host)] }

  func keep(_ session: Session, _ digest: [UInt8], at host: String, read began: Instant) {
    sessions.keep(session, for: Key(digest: digest, host: host), read: began)
  }

  func assertion(of session: Session, at host: String) -> String? { assertions[Self.key(session, host)] }

  func keep(_ token: String, of session: Session, at host: String) {
    assertions.keep(token, for: Self.key(session, host), read: surroundings.now())
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
    let writing = notes.withLock { notes -> Task<Void, any Error>? in
      switch notes[note] {
      case .writing(let task)?: return task
      case .written(let last)? where now.isWithin(span, of: last): return nil
      default: break
      }
      if notes.count >= Self.most { notes = [:] }
      let task = Task {
        do {
          try await write()
          self.notes.withLock { $0[note] = .written(now) }
        } catch {
          self.notes.withLock { $0[note] = nil }
          throw error
        }
      }
      notes[note] = .writing(task)
      return task
    }
    try await writing?.value
  }
}
