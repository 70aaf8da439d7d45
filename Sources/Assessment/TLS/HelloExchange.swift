import NIOCore
import Synchronization

/// Sends a hello over a new connection and reads what the server says to it.
struct HelloExchange: Sendable {
  /// How a hello was answered.
  enum Answer: Sendable {
    /// It began a handshake.
    case flight(ServerFlight)
    /// It said no, with an alert.
    case refused
    /// It hung up without a word, which is how many refuse a version.
    case closed
    /// Nothing came in time, or nothing whole.
    case silence
    /// What came is not TLS.
    case notTLS
  }

  let address: IPAddress
  let port: Int
  var limit: Duration = .seconds(5)
  /// A flight with a long chain of certificates is some ten thousand bytes.
  static let most = 131_072

  var place: String { "\(address) port \(port)" }

  /// - Throws: ``AssessmentError/refused(_:)``, ``AssessmentError/unreachable(_:reason:)``, `CancellationError`.
  func send(_ hello: ClientHello) async throws -> Answer {
    let collector = FlightCollector()
    let channel = try await RawConnection.open(address, port: port, place: place) { channel in
      try channel.pipeline.syncOperations.addHandler(collector.handler())
    }
    defer { channel.close(promise: nil) }
    // A server that hangs up at once may do so before the hello is written.
    channel.writeAndFlush(ByteBuffer(bytes: hello.bytes), promise: nil)
    do {
      return try await withTimeLimit(limit, orThrow: .tookTooLong(place)) { try await collector.answer.value() }
    } catch is AssessmentError {
      return .silence
    }
  }
}

/// Gathers bytes until the flight is complete or the connection ends.
private final class FlightCollector: Sendable {
  let answer = Promised<HelloExchange.Answer>()
  private let bytes = Mutex<[UInt8]>([])

  func handler() -> Handler { Handler(collector: self) }

  private func append(_ more: some Sequence<UInt8>) {
    let bytes = bytes.withLock { bytes in
      bytes.append(contentsOf: more)
      return bytes
    }
    guard let flight = ServerFlight(bytes) else { return answer.settle(.success(.notTLS)) }
    if flight.isComplete {
      answer.settle(.success(Self.answer(flight)))
    } else if bytes.count > HelloExchange.most {
      answer.settle(.success(.notTLS))
    }
  }

  private func end() {
    let bytes = bytes.withLock { $0 }
    guard !bytes.isEmpty else { return answer.settle(.success(.closed)) }
    answer.settle(.success(ServerFlight(bytes).map(Self.answer) ?? .notTLS))
  }

  private static func answer(_ flight: ServerFlight) -> HelloExchange.Answer {
    if flight.suite != nil { return .flight(flight) }
    return flight.alert != nil ? .refused : .silence
  }

  final class Handler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let collector: FlightCollector

    init(collector: FlightCollector) { self.collector = collector }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      collector.append(unwrapInboundIn(data).readableBytesView)
    }

    func channelInactive(context: ChannelHandlerContext) {
      collector.end()
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
