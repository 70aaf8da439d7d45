import HTTPTypes
import Hummingbird
import NIOCore
public import Obligations
import Primitives
public import ServiceLifecycle
import Storage
import Synchronization

/// Tells open pages what the checks are doing, as it happens. Looks of this node come through it directly; those of
/// other nodes through the database when they end.
public final class LookFeed: Sendable {
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

  /// Ends all streams once the process is told to stop.
  public var closing: any Service { Closing(feed: self) }

  /// Ends all streams, so that a server that is to stop does not wait for pages that are open.
  fileprivate func finish() {
    for stream in listeners.withLock({ Array($0.streams.values) }) { stream.finish() }
  }

  private static func json(of progress: LookProgress) -> JSON {
    var members: [String: JSON] = [
      "check": .string(progress.check.text), "target": .string(progress.target),
    ]
    switch progress.step {
    case .began: members["state"] = "begun"
    case .doing(let text): (members["state"], members["text"]) = ("report", .string(text))
    case .ended(let outcome, let summary):
      members["state"] = "ended"
      members["outcome"] = .string(outcome.rawValue)
      members["text"] = .string(summary)
    }
    return .object(members)
  }

  /// Ends the open streams when the server is told to stop.
  private struct Closing: Service {
    let feed: LookFeed

    func run() async throws {
      try? await gracefulShutdown()
      feed.finish()
    }
  }
}

/// The stream of events for open pages (WHATWG HTML, server-sent events).
struct EventRoutes {
  let routes: Routes

  private static let heartbeat: Duration = .seconds(20)

  func add() {
    routes.on("api/v1/events", .get) { request, context in
      _ = try await routes.gate.visit(request, context, for: .read)
      guard let events = routes.rooms.looks.listen() else {
        throw Problem(.serviceUnavailable, "Too many pages are watching; load the page again to see what is new.")
      }
      return Response(
        status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: ": watching\n\n"))
          for await event in Self.withHeartbeats(events) {
            let line = event.map { "event: look\ndata: \(String(decoding: $0.canonicalBytes, as: UTF8.self))\n\n" }
            try await writer.write(ByteBuffer(string: line ?? ": alive\n\n"))
          }
          try await writer.finish(nil)
        })
    }
  }

  /// The events, and nil every so often, so that a page that is gone is noticed.
  private static func withHeartbeats(_ events: AsyncStream<JSON>) -> AsyncStream<JSON?> {
    AsyncStream { continuation in
      let forwarding = Task {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            for await event in events { continuation.yield(event) }
            continuation.finish()
          }
          group.addTask {
            while !Task.isCancelled {
              try? await Task.sleep(for: heartbeat)
              continuation.yield(nil)
            }
          }
          await group.next()
          group.cancelAll()
        }
      }
      continuation.onTermination = { _ in forwarding.cancel() }
    }
  }
}
