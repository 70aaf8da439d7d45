public import Access
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Journal
public import Logging
import NIOCore
import NIOSSL
public import Obligations
public import Primitives
public import ServiceLifecycle
public import TransparencyLog
import Vault

/// The HTTP server of an installation: what it serves depends on what it is given.
public struct Server {
  /// Where to listen.
  public struct Address: Sendable {
    public let host: String
    public let port: Int

    /// Reads `<host>:<port>`; the host may be an IPv6 address in brackets.
    /// - Throws: ``ConsoleError/malformedAddress(_:)``.
    public init(_ text: String) throws(ConsoleError) {
      guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        throw .malformedAddress(text)
      }
      let host = text[..<colon]
      let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
      guard !bare.isEmpty else { throw .malformedAddress(text) }
      (self.host, self.port) = (String(bare), Int(port))
    }
  }

  /// The files of a certificate chain and its private key, both PEM.
  public struct Certificate: Sendable {
    public let chain: String
    public let key: String

    public init(chain: String, key: String) {
      self.chain = chain
      self.key = key
    }
  }

  private let router: Router<ConsoleRequestContext>
  private let address: Address
  private let tls: TLSConfiguration?
  private let logger: Logger
  private let surroundings: Surroundings
  private let problemPages = ProblemPages()
  private let didStart: @Sendable (Int) async -> Void

  /// A server.
  /// - Parameters:
  ///   - certificate: TLS is spoken with it; without one the server speaks plain HTTP, for a proxy on the same machine.
  ///   - didStart: told the port once the server listens; of use when the address asked for port 0.
  /// - Throws: ``ConsoleError/unusableCertificate(path:reason:)``.
  public init(
    on address: Address, certificate: Certificate?, logger: Logger, surroundings: Surroundings = .system,
    didStart: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws(ConsoleError) {
    self.address = address
    self.logger = logger
    self.didStart = didStart
    tls = try certificate.map { certificate throws(ConsoleError) in try Self.configuration(for: certificate) }
    self.surroundings = surroundings
    router = Router(context: ConsoleRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders(speaksTLS: certificate != nil))
    router.add(middleware: ProblemMiddleware(pages: problemPages))
    if certificate == nil { router.add(middleware: ForwardedAddress()) }
    router.add(
      middleware: RateLimit(
        RateLimit.Rate(perSecond: 2_000, burst: 4_000), except: "/gateway/verify", surroundings: surroundings))
  }

  /// Lets half as many threads move bytes of connections as there are cores. They do little of the work: what answers
  /// requests runs on as many threads as there are cores, the database on its own, and more would only take turns. Once in
  /// a process, and before anything else of it.
  public static func shareCores() { NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount / 2) }

  /// Serves a ledger under `/ledger`.
  public func serve(_ journal: Journal, under policy: LogPolicy) {
    LedgerRoutes(journal: journal, policy: policy).add(to: router.group("ledger"))
  }

  /// Serves a witness under `/witness`.
  public func serve(_ witness: Witness) { WitnessRoutes(witness: witness).add(to: router.group("witness")) }

  /// Serves the console: its pages, its API and its events.
  /// - Throws: ``ConsoleError/damagedResource(name:reason:)``.
  public func serveConsole(of rooms: Rooms) throws(ConsoleError) {
    let renderer = try PageRenderer(isDemo: rooms.isDemo)
    problemPages.use(renderer, at: surroundings)
    consoleRoutes(of: rooms, renderer).add(to: router)
  }

  func consoleRoutes(of rooms: Rooms, _ renderer: PageRenderer) -> Routes {
    let routes = Routes(gate: gate(of: rooms), renderer: renderer, rooms: rooms)
    AssetRoutes().add(to: routes)
    SignInRoutes(routes: routes).add()
    InvitationPages(routes: routes).add()
    if let gateway = rooms.gateway { GatewayRoutes(routes: routes, gateway: gateway).add() }
    ConsolePages(routes: routes).add()
    OperationRoutes(routes: routes).add(ConsoleOperations(rooms: rooms).all)
    if let singleSignOn = rooms.singleSignOn { SingleSignOnRoutes(routes: routes, singleSignOn: singleSignOn).add() }
    return routes
  }

  /// Serves what anybody may see: the standing, where the operator switched it on.
  /// - Throws: ``ConsoleError/damagedResource(name:reason:)``.
  public func servePublicPages(of rooms: Rooms) throws(ConsoleError) {
    let renderer = try PageRenderer(isDemo: rooms.isDemo)
    let routes = Routes(gate: gate(of: rooms), renderer: renderer, rooms: rooms)
    problemPages.use(renderer, at: surroundings)
    AssetRoutes().add(to: routes)
    StandingPage(routes: routes).add()
    routes.add(to: router)
  }

  private func gate(of rooms: Rooms) -> Gate {
    Gate(sessions: rooms.sessions, authorizer: RoleAuthorizer(rooms.access.roles), surroundings: surroundings) {
      [vault = rooms.vault] action, member in
      // Whoever reaches for customers' data without leave is on record.
      guard action.isOfVault, let vault, let author = try? member.author() else { return }
      await vault.noteDenied(action.rawValue, by: author)
    }
  }

  /// Serves health and numbers; `journal` is what readiness depends on, `register` knows the checks, and `access` who has
  /// emergency access.
  public func serveHealth(of journal: Journal?, register: ObligationRegister? = nil, access: Access? = nil) {
    HealthRoutes(journal: journal, register: register, access: access).add(to: router)
  }

  /// The server as a service that ends with the process.
  public func service() throws -> any Service {
    let http = HTTP1Channel.Configuration(idleTimeout: .seconds(60))
    let base = HTTPServerBuilder.http1(configuration: http)
    return Application(
      router: router, server: try tls.map { try .tls(base, tlsConfiguration: $0) } ?? base,
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: nil,
        // Well below the usual limit of 1,024 open files: the database and the mark need some of them.
        availableConnectionsDelegate: MaximumAvailableConnections(512)),
      onServerRunning: { [didStart] channel in await didStart(channel.localAddress?.port ?? 0) }, logger: logger)
  }

  private static func configuration(for certificate: Certificate) throws(ConsoleError) -> TLSConfiguration {
    let chain: [NIOSSLCertificate]
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificate.chain)
    } catch {
      throw .unusableCertificate(path: certificate.chain, reason: "it is not a readable PEM certificate chain")
    }
    do {
      let key = try NIOSSLPrivateKey(file: certificate.key, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    } catch {
      throw .unusableCertificate(
        path: certificate.key, reason: "it is not a readable PEM private key without a password")
    }
  }
}
