import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Primitives
import Synchronization
import TestKit

/// The OpenID provider of the tests behind a real server: HTTPS, on this machine, with a page that signs in at once
/// whoever the test says.
final class ProviderServer: Sendable {
  struct Person: Sendable {
    let subject: String
    let name: String
    let groups: [String]
  }

  let issuer: String
  private let provider: TestOpenIDProvider
  private let person: Mutex<Person>

  private init(issuer: String, person: Person) {
    self.issuer = issuer
    provider = TestOpenIDProvider(at: .system, issuer: issuer)
    self.person = Mutex(person)
  }

  /// Who sits before the browser from now on.
  func sit(_ person: Person) { self.person.withLock { $0 = person } }

  /// Calls `body` with a provider that is gone afterwards.
  static func with(
    certificate: String, key: String, _ person: Person, _ body: (ProviderServer) async throws -> Void
  ) async throws {
    let port = try await FreePort.next()
    let server = ProviderServer(issuer: "https://localhost:\(port)", person: person)
    let router = Router()
    router.on("**", method: .get) { request, _ in server.answer(request) }
    router.on("**", method: .post) { request, _ in try await server.take(request) }
    let tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    var logger = Logger(label: "provider")
    logger.logLevel = .critical
    let application = Application(
      router: router, server: try .tls(.http1(), tlsConfiguration: tls),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in continuation.yield() }, logger: logger)
    let running = Task { try await application.run() }
    for await _ in started.prefix(1) {}
    do {
      try await body(server)
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
  }

  private func answer(_ request: Request) -> Response {
    let address = issuer + request.uri.string
    guard request.uri.path == "/authorize" else {
      return Self.response(provider.answer(address, posting: nil, authorization: nil))
    }
    let person = person.withLock { $0 }
    guard
      let back = try? provider.signIn(
        at: address, subject: person.subject, name: person.name, groups: person.groups)
    else { return Response(status: .badRequest) }
    return Response(
      status: .found, headers: [.location: "\(back.redirect)?code=\(back.code)&state=\(back.state)"])
  }

  private func take(_ request: Request) async throws -> Response {
    let body = try await request.body.collect(upTo: 65_536)
    return Self.response(
      provider.answer(
        issuer + request.uri.string, posting: String(buffer: body), authorization: request.headers[.authorization]))
  }

  private static func response(_ answer: (status: Int, body: [UInt8])) -> Response {
    Response(
      status: HTTPResponse.Status(code: answer.status), headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
