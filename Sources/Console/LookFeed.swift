public import Obligations
import Primitives
public import ServiceLifecycle
public import Storage
import Synchronization

/// Tells open pages what the checks are doing, as it happens. Looks of this node come through it directly; those of
/// other nodes come through the database once they are recorded.
public final class LookFeed: Sendable {
  /// What an event is about.
  enum State: String, CaseIterable, Sendable {
    case begun, report, ended
    /// Some node, this one or another, has recorded what a check saw.
    case recorded
    /// The connection to the database was lost for a while: something may have been recorded.
    case missed
  }

  private struct Listeners {
    var next = 0
    var streams: [Int: AsyncStream<JSON>.Continuation] = [:]
  }

  /// So many pages are told at once; the next ones live without.
  static let mostListeners = 200

  private let listeners = Mutex(Listeners())

  public init() {}

  /// Passes on what the scheduler reports.
  public func report(_ progress: LookProgress) { send(Self.json(of: progress)) }

  private func send(_ event: JSON) {
    for stream in listeners.withLock({ Array($0.streams.values) }) { stream.yield(event) }
  }

  /// Nil when too many listen already. A slow page keeps the newest hundred events.
  func listen() -> AsyncStream<JSON>? {
    let (stream, continuation) = AsyncStream.makeStream(of: JSON.self, bufferingPolicy: .bufferingNewest(100))
    let number = listeners.withLock { listeners -> Int? in
      guard listeners.streams.count < Self.mostListeners else { return nil }
      listeners.next += 1
      listeners.streams[listeners.next] = continuation
      return listeners.next
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.listeners.withLock { _ = $0.streams.removeValue(forKey: number) }
    }
    return stream
  }

  /// Passes on what any node records, and ends all streams once the process is told to stop.
  public func relay(of database: Database) -> any Service { Relay(feed: self, database: database) }

  /// - Parameter payload: as ``Channel/observations`` has it; empty where some may have been missed.
  fileprivate func tell(recorded payload: String) {
    let parts = payload.split(separator: " ", maxSplits: 1).map { String($0) }
    guard parts.count == 2 else { return send(["state": .string(State.missed.rawValue)]) }
    send(["state": .string(State.recorded.rawValue), "check": .string(parts[0]), "target": .string(parts[1])])
  }

  /// Ends all streams, so that a server that is to stop does not wait for pages that are open.
  fileprivate func finish() {
    for stream in listeners.withLock({ Array($0.streams.values) }) { stream.finish() }
  }

  private static func json(of progress: LookProgress) -> JSON {
    var members: [String: JSON] = [
      "check": .string(progress.check.text), "target": .string(progress.target),
    ]
    switch progress.step {
    case .began: members["state"] = .string(State.begun.rawValue)
    case .doing(let text): (members["state"], members["text"]) = (.string(State.report.rawValue), .string(text))
    case .ended(let outcome, let summary):
      members["state"] = .string(State.ended.rawValue)
      members["outcome"] = .string(outcome.rawValue)
      members["text"] = .string(summary)
    }
    return .object(members)
  }

  /// Passes on what is recorded until the server is told to stop; then the open streams end.
  private struct Relay: Service {
    let feed: LookFeed
    let database: Database

    func run() async throws {
      for await payload in database.notifications(on: .observations).cancelOnGracefulShutdown() {
        feed.tell(recorded: payload)
      }
      try? await gracefulShutdown()
      feed.finish()
    }
  }
}
