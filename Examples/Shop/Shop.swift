import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import ServiceLifecycle

/// A small online shop to try things on. It sells tea and pots, or would if it were real: it has a catalogue, accounts,
/// a cart, a checkout and an admin panel. It listens on the loopback only, over https under a certificate of an
/// authority of its own, and over http, from where it leads to https.
///
/// It is in perfect order, unless its configuration names weaknesses.
public struct Shop: Service {
  private let configuration: Configuration
  private let storefront: Storefront
  private let identity: ServerIdentity
  private let logger: Logger
  private let didStart: @Sendable (Ports) async -> Void

  /// Opens the shop's directory, or furnishes a new one.
  /// - Parameter didStart: told the ports once the shop answers on both.
  /// - Throws: ``ShopError``.
  public init(
    _ configuration: Configuration, logger: Logger, didStart: @escaping @Sendable (Ports) async -> Void = { _ in }
  ) throws {
    let files = try ShopFiles(configuration.directory)
    let clock = ShopClock.system
    let conduct = Conduct(configuration.weaknesses)
    storefront = Storefront(
      conduct: conduct, addresses: Addresses(), clock: clock, secrets: try ShopSecrets(in: files),
      store: try ShopStore(in: files), log: AccessLogFile(path: files.path("access.log")))
    let authority = try Authority(in: files, now: clock.now())
    identity = try ServerIdentity(conduct.certificatePlan, authority: authority, now: clock.now())
    self.configuration = configuration
    self.logger = logger
    self.didStart = didStart
  }

  /// How to get into the admin panel.
  public var signInHint: SignInHint { SignInHint(storefront.secrets) }

  /// Sells until the task is cancelled or the process is told to end.
  public func run() async throws {
    let http = HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(60)))
    let (addresses, conduct, didStart) = (storefront.addresses, storefront.conduct, didStart)
    let secure = Application(
      router: ShopRouter.shop(storefront, isSecure: true),
      server: conduct.speaksTLS ? try .tls(http, tlsConfiguration: conduct.tls(identity)) : http,
      configuration: listening(on: configuration.httpsPort),
      onServerRunning: { channel in
        if let ports = addresses.setHTTPS(channel.localAddress?.port ?? 0) { await didStart(ports) }
      }, logger: logger)
    let plain = Application(
      router: ShopRouter.plain(storefront), server: http, configuration: listening(on: configuration.httpPort),
      onServerRunning: { channel in
        if let ports = addresses.setHTTP(channel.localAddress?.port ?? 0) { await didStart(ports) }
      }, logger: logger)
    try await ServiceGroup(configuration: .init(services: [secure, plain], logger: logger)).run()
  }

  private func listening(on port: Int) -> ApplicationConfiguration {
    // The server's name stays its own business.
    ApplicationConfiguration(
      address: .hostname("127.0.0.1", port: port), serverName: nil,
      availableConnectionsDelegate: MaximumAvailableConnections(200))
  }
}
