import Synchronization

/// Hands notifications to the listeners within this process.
final class Broadcast: Sendable {
  private struct Listeners {
    var next = 0
    var streams: [Channel: [Int: AsyncStream<String>.Continuation]] = [:]
  }

  private let listeners = Mutex(Listeners())

  /// A stream of what is sent on a channel from now on. A slow listener keeps the newest 1,000.
  func listen(to channel: Channel) -> AsyncStream<String> {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1_000))
    let number = listeners.withLock { listeners in
      listeners.next += 1
      listeners.streams[channel, default: [:]][listeners.next] = continuation
      return listeners.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.listeners.withLock { _ = $0.streams[channel]?.removeValue(forKey: number) }
    }
    return stream
  }

  /// Sends to all listeners of a channel.
  func send(_ payload: String, on channel: Channel) {
    let streams = listeners.withLock { Array($0.streams[channel, default: [:]].values) }
    for stream in streams { stream.yield(payload) }
  }

  /// The channels that have listeners, each told something may have been missed.
  func wakeAll() {
    let channels = listeners.withLock { Array($0.streams.keys) }
    for channel in channels { send("", on: channel) }
  }

  /// Ends all streams.
  func finish() {
    let streams = listeners.withLock { listeners in
      defer { listeners.streams = [:] }
      return listeners.streams.values.flatMap(\.values)
    }
    for stream in streams { stream.finish() }
  }
}
