import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// One request's answer.
struct Exchange: Sendable {
  let address: WebAddress
  let status: Int
  /// In the order in which they came; a name may be there more than once.
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Whether the body went on beyond what was read.
  let isCutOff: Bool

  /// The values of a header, whatever the case of its name.
  func values(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// Where a redirect leads; nil for an answer that is none.
  var location: WebAddress? {
    guard [301, 302, 303, 307, 308].contains(status), let location = values("location").first else { return nil }
    return address.resolving(location)
  }

  /// Whether it is a redirect to a host of another name; `www.` in front makes no other name.
  func leadsAway(from home: WebAddress) -> Bool { location.map { !$0.isNeighbour(of: home) } ?? false }
}

/// A polite guest: asks over HTTP within limits of number, size and time, says who it is, goes nowhere it may not.
actor Visitor {
  struct Limits: Sendable {
    /// Requests of one visit in all.
    var requests = 250
    /// One answer from beginning to end.
    var time: Duration = .seconds(8)
    /// Bytes of one body that are read.
    var body = 1_048_576
    var redirects = 10
  }

  static let name = "Surety/0.1 (security check of this shop; docs: see surety check --help)"

  private let reach: Reach
  private let limits: Limits
  private var asked = 0
  private var clients: [String: HTTPClient] = [:]

  private init(reach: Reach, limits: Limits) {
    self.reach = reach
    var limits = limits
    if let patience = reach.patience { limits.time = min(limits.time, patience) }
    self.limits = limits
  }

  /// Calls `body` with a visitor whose connections are closed afterwards.
  static func with<Value: Sendable>(
    _ reach: Reach, limits: Limits = Limits(), _ body: @Sendable (Visitor) async throws -> Value
  ) async throws -> Value {
    let visitor = Visitor(reach: reach, limits: limits)
    do {
      let value = try await body(visitor)
      await visitor.leave()
      return value
    } catch {
      // Where it went wrong, or was given up, a connection may still be in the making; nobody waits for that.
      Task { await visitor.leave() }
      throw error
    }
  }

  private func leave() async {
    for client in clients.values { try? await client.shutdown() }
    clients = [:]
  }

  /// Asks once and follows nothing.
  /// - Parameters:
  ///   - machine: the host that is connected to, under the address's name; the address's own when nil.
  ///   - most: bytes of the body that are read; the limit's own when nil.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func ask(
    _ address: WebAddress, method: HTTPMethod = .GET, at machine: String? = nil, headers: [(String, String)] = [],
    most: Int? = nil
  ) async throws -> Exchange {
    asked += 1
    guard asked <= limits.requests else { throw AssessmentError.spent(requests: limits.requests) }
    let client = try await client(for: address.host, at: machine ?? address.host)
    var request = HTTPClientRequest(url: address.text)
    request.method = method
    request.headers.add(name: "User-Agent", value: Self.name)
    request.headers.add(name: "Accept", value: "text/html,*/*;q=0.8")
    request.headers.add(name: "Accept-Encoding", value: "identity")
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    let (limits, most) = (limits, most ?? limits.body)
    return try await reach.turnstile.pass(machine ?? address.host) { [request] in
      do {
        return try await withTimeLimit(limits.time, orThrow: .tookTooLong(address.origin)) {
          try await Self.collect(client.execute(request, timeout: TimeAmount(limits.time)), address, most)
        }
      } catch {
        throw try Self.explain(error, address)
      }
    }
  }

  /// Asks and follows redirects, each of them judged like a new address.
  /// - Parameters:
  ///   - home: a redirect away from its host is not followed; nil to follow wherever it leads.
  ///   - most: bytes of each body that are read; the limit's own when nil.
  /// - Returns: every answer; the last of them leads nowhere, or away.
  func follow(_ address: WebAddress, within home: WebAddress? = nil, most: Int? = nil) async throws -> [Exchange] {
    var exchanges = [try await ask(address, most: most)]
    while let last = exchanges.last, let next = last.location, home.map({ !last.leadsAway(from: $0) }) ?? true {
      guard exchanges.count <= limits.redirects else { throw AssessmentError.tooManyRedirects(address.origin) }
      exchanges.append(try await ask(next, most: most))
    }
    return exchanges
  }

  private func client(for host: String, at machine: String) async throws -> HTTPClient {
    let name = "\(host) at \(machine)"
    if let known = clients[name] { return known }
    let address = try await reach.address(of: machine)
    if let known = clients[name] { return known }
    var tls = TLSConfiguration.makeClientConfiguration()
    // Who answers is judged by a check of its own; what it says is looked at all the same. Nothing secret is sent.
    tls.certificateVerification = .none
    tls.minimumTLSVersion = .tlsv1
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(8)),
      decompression: .enabled(limit: .size(4 * 1_048_576)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
    configuration.connectionPool.idleTimeout = .seconds(2)
    if !host.contains(":"), IPAddress(host) == nil { configuration.dnsOverride = [host: "\(address)"] }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    clients[name] = client
    return client
  }

  private static func collect(
    _ response: HTTPClientResponse, _ address: WebAddress, _ most: Int
  ) async throws -> Exchange {
    let encodings = response.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
    // Whatever else it is would be taken for a page with nothing in it.
    guard encodings.count <= 1, ["", "identity", "gzip", "deflate"].contains(encodings.first ?? "") else {
      throw AssessmentError.malformedAnswer(address.origin, reason: "it is encoded in a way that nobody asked for")
    }
    var body: [UInt8] = []
    var isCutOff = false
    for try await part in response.body {
      let room = most - body.count
      body.append(contentsOf: part.readableBytesView.prefix(room))
      if part.readableBytes > room {
        isCutOff = true
        break
      }
    }
    return Exchange(
      address: address, status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
      body: body, isCutOff: isCutOff)
  }

  /// What went wrong, in words that are safe to store: bytes of a stranger are not in them.
  private static func explain(_ error: any Error, _ address: WebAddress) throws -> AssessmentError {
    try Task.checkCancellation()
    let place = address.origin
    if RawConnection.reason(error) != nil { return RawConnection.explain(error, place) }
    switch error {
    case let error as AssessmentError: return error
    case let error as HTTPClientError: return explain(error, place)
    case is HTTPParserError:
      return .malformedAnswer(place, reason: "it is not HTTP, or its headers are too long, or it ended early")
    case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
      return .malformedAnswer(place, reason: "its compressed body is broken, or expands beyond every measure")
    case let error as NIOSSLError: return .handshakeFailed(place, reason: handshakeReason(error))
    case is NIOSSLExtraError: return .handshakeFailed(place, reason: "the peer broke TLS's rules")
    default: return .malformedAnswer(place, reason: "the exchange failed (\(type(of: error)))")
    }
  }

  private static func explain(_ error: HTTPClientError, _ place: String) -> AssessmentError {
    switch error {
    case .connectTimeout: .unreachable(place, reason: ErrnoText.of(ETIMEDOUT))
    case .readTimeout, .deadlineExceeded, .writeTimeout, .getConnectionFromPoolTimeout: .tookTooLong(place)
    case .tlsHandshakeTimeout: .handshakeFailed(place, reason: "no answer in time")
    case .remoteConnectionClosed: .malformedAnswer(place, reason: "the connection ended early")
    default: .malformedAnswer(place, reason: error.shortDescription)
    }
  }

  private static func handshakeReason(_ error: NIOSSLError) -> String {
    switch error {
    case .handshakeFailed: "no version or cipher in common, or the peer does not speak TLS"
    case .uncleanShutdown: "the connection was cut off"
    default: "the handshake failed"
    }
  }
}
