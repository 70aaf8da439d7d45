import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// Events for whoever listens, as they happen (WHATWG HTML, server-sent events).
struct EventStream: Sendable {
  private static let heartbeat: Duration = .seconds(20)

  private let events: AsyncStream<JSON>

  init(_ events: AsyncStream<JSON>) { self.events = events }

  /// An answer that lasts until the events end, or nobody listens any more.
  var response: Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: ": watching\n\n"))
        for await event in withHeartbeats() {
          let line = event.map { "event: look\ndata: \(String(decoding: $0.canonicalBytes, as: UTF8.self))\n\n" }
          try await writer.write(ByteBuffer(string: line ?? ": alive\n\n"))
        }
        try await writer.finish(nil)
      })
  }

  /// The events, and nil every so often, so that a page that is gone is noticed.
  private func withHeartbeats() -> AsyncStream<JSON?> {
    AsyncStream { continuation in
      let forwarding = Task {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            for await event in events { continuation.yield(event) }
            continuation.finish()
          }
          group.addTask {
            while !Task.isCancelled {
              try? await Task.sleep(for: Self.heartbeat)
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
