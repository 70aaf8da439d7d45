import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// A server that answers every connection with what a test says, byte for byte.
struct HostileServer: Sendable {
  /// How a connection is answered.
  enum Conduct: Sendable {
    /// Sends bytes when something was asked, and closes.
    case send([UInt8])
    /// Sends bytes when something was asked, and keeps the connection open.
    case sendAndStay([UInt8])
    /// Sends a beginning, and then the same bytes again and again, with a pause between.
    case drip([UInt8], then: [UInt8], every: TimeAmount)
    /// Takes the connection and never answers.
    case silence
    /// Hangs up at once.
    case hangUp
    /// Looks at what was asked.
    case answer(@Sendable (String) -> [UInt8])
    /// Looks at the bytes that were sent, and answers nothing where there is nothing to answer.
    case answerBytes(@Sendable ([UInt8]) -> [UInt8]?)
  }

  let port: Int
  private let channel: any Channel

  /// Calls `body` with a server that is gone afterwards.
  static func with<Value>(
    _ conduct: Conduct, tls: NIOSSLContext? = nil, isolation: isolated (any Actor)? = #isolation,
    _ body: (HostileServer) async throws -> Value
  ) async throws -> Value {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Handler(conduct: conduct))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = HostileServer(port: channel.localAddress?.port ?? 0, channel: channel)
    do {
      let value = try await body(server)
      try? await channel.close()
      return value
    } catch {
      try? await channel.close()
      throw error
    }
  }

  /// A whole answer over HTTP.
  static func page(_ body: String, status: String = "200 OK", headers: [String] = ["Content-Type: text/html"])
    -> [UInt8]
  {
    let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "Connection: close"]
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }

  static func redirect(to location: String) -> [UInt8] {
    page("", status: "302 Found", headers: ["Location: \(location)"])
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let conduct: Conduct
    private var hasAnswered = false

    init(conduct: Conduct) { self.conduct = conduct }

    func channelActive(context: ChannelHandlerContext) {
      if case .hangUp = conduct { context.close(promise: nil) }
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasAnswered else { return }
      hasAnswered = true
      switch conduct {
      case .send(let bytes): send(bytes, context, close: true)
      case .sendAndStay(let bytes): send(bytes, context, close: false)
      case .drip(let start, let bytes, let pause):
        send(start, context, close: false)
        drip(bytes, pause, context)
      case .answer(let answer): send(answer(String(buffer: unwrapInboundIn(data))), context, close: true)
      case .answerBytes(let answer):
        if let bytes = answer(Array(unwrapInboundIn(data).readableBytesView)) { send(bytes, context, close: true) }
      case .silence, .hangUp: break
      }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext, close: Bool) {
      let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
      if close { written.assumeIsolated().whenComplete { [context] _ in context.close(promise: nil) } }
    }

    private func drip(_ bytes: [UInt8], _ pause: TimeAmount, _ context: ChannelHandlerContext) {
      guard context.channel.isActive else { return }
      let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
      written.assumeIsolated().whenSuccess { [context] in
        _ = context.eventLoop.assumeIsolated().scheduleTask(in: pause) { self.drip(bytes, pause, context) }
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
