import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection for a handshake of our own.
enum RawConnection {
  /// Connects; a cancelled task gives up at once.
  /// - Parameters:
  ///   - place: how the other end is called in errors.
  ///   - prepare: adds the handlers, on the channel's own event loop.
  /// - Throws: ``AssessmentError/refused(_:)``, ``AssessmentError/unreachable(_:reason:)``, `CancellationError`.
  static func open(
    _ address: IPAddress, port: Int, place: String, prepare: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> any Channel {
    let opening = Opening()
    do {
      let target = try SocketAddress(ipAddress: "\(address)", port: port)
      let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.seconds(5))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try opening.hold(channel)
            try prepare(channel)
          }
        }
      return try await withTaskCancellationHandler {
        try await bootstrap.connect(to: target).get()
      } onCancel: {
        opening.cancel()
      }
    } catch {
      try Task.checkCancellation()
      throw explain(error, place)
    }
  }

  /// What a failure to connect means; nil for an error of another kind.
  static func reason(_ error: any Error) -> (isRefused: Bool, text: String)? {
    switch error {
    case let error as IOError: (error.errnoCode == ECONNREFUSED, ErrnoText.of(error.errnoCode))
    case let error as NIOConnectionError:
      error.connectionErrors.first.flatMap { reason($0.error) } ?? (false, "no route")
    case ChannelError.connectTimeout: (false, ErrnoText.of(ETIMEDOUT))
    case is ChannelError: (false, "no connection")
    default: nil
    }
  }

  static func explain(_ error: any Error, _ place: String) -> AssessmentError {
    let reason = reason(error) ?? (false, "no connection")
    return reason.isRefused ? .refused(place) : .unreachable(place, reason: reason.text)
  }

  /// The channel while it connects, so that it can be closed in the middle.
  private final class Opening: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))

    func hold(_ channel: any Channel) throws {
      let isCancelled = state.withLock { state in
        state.channel = channel
        return state.isCancelled
      }
      if isCancelled { throw CancellationError() }
    }

    func cancel() {
      let channel = state.withLock { state in
        state.isCancelled = true
        return state.channel
      }
      channel?.close(promise: nil)
    }
  }
}
