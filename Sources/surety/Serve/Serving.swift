import Access
import Assessment
import Console
import Foundation
import Journal
import Logging
import Obligations
import Primitives
import ServiceLifecycle
import TransparencyLog
import UnixSignals
import Vault

/// Puts the rooms together and runs them until the process is told to stop.
struct Serving: Sendable {
  let address: Server.Address
  let publicAddress: Server.Address?
  /// Nil for one made for this machine.
  let certificate: Server.Certificate?
  let speaksTLS: Bool
  /// Where people reach the console; passkeys are bound to it.
  let party: RelyingParty
  /// What sessions and passkeys must be.
  let configuration: Access.Configuration
  /// Nil where no admin panel is guarded.
  let gatewayRules: GatewayRules?
  /// Who vouches for members, where people reach the console, and a PEM file of authorities that are trusted for it; nil
  /// where nobody does.
  let singleSignOn: (provider: OpenIDProvider, console: String, authorities: String?)?
  /// What opens the vault's root key.
  let root: RootOptions
  let backups: BackupOptions
  let logger: Logger

  /// - Parameters:
  ///   - onSignInPage: called when somebody opens the page of the sign-in.
  ///   - extra: what runs beside it.
  ///   - prepare: called with the register before anything runs.
  func run(
    _ installation: Installation, _ ledger: OpenLedger, assessment: Assessment, isDemo: Bool,
    onSignInPage: (@Sendable () -> Void)? = nil, beside extra: [any Service] = [],
    prepare: (ObligationRegister) async throws -> Void
  ) async throws {
    let catalogue = try Catalogue.shipped()
    let access = try installation.access(
      in: ledger.database, journal: ledger.journal, party: party, configuration: configuration)
    let root = try installation.root(root)
    let vault = try installation.vault(over: ledger, root)
    let selfChecks = SelfChecks.all(
      in: ledger.database, journal: ledger.journal, catalogue: catalogue,
      trusting: { try installation.keyringAndPolicy().0.policy }, markPath: installation.markPath)
    let register = ObligationRegister(
      in: ledger.database, journal: ledger.journal, catalogue: catalogue,
      checks: assessment.checks + access.checks + vault.checks(files: installation.databaseFiles) + selfChecks)
    if let difference = try await register.adoptCatalogue(), !difference.isEmpty {
      Terminal.say(
        """
        the catalogue changed: \(difference.added.count) added, \(difference.removed.count) removed, \
        \(difference.changed.count) changed
        """)
    }
    try await prepare(register)
    let looks = LookFeed()
    let gateway = try await gateway(over: access)
    if try await !access.hasMembers() {
      Terminal.say("nobody can sign in yet; make an owner with 'surety member add'")
    }
    try await withSingleSignOn { singleSignOn in
      let rooms = Rooms(
        database: ledger.database, register: register, advice: assessment.advice, journal: ledger.journal,
        policy: ledger.policy, access: access, singleSignOn: singleSignOn, gateway: gateway, looks: looks,
        isDemo: isDemo, databaseName: "\(installation.location)", vault: vault, onSignInPage: onSignInPage)
      let servers = try self.servers(installation, ledger, rooms)
      var keepers: [any Service] = [VaultWorker(vault, logger: logger)]
      if let place = backups.place {
        keepers.append(
          BackupWorker(
            place: place, options: backups, installation: installation, ledger: ledger, root: root, logger: logger))
      }
      try await self.serve(
        servers + keepers + extra, installation, ledger, register, looks)
    }
  }

  private func withSingleSignOn(_ body: (SingleSignOn?) async throws -> Void) async throws {
    guard let singleSignOn else { return try await body(nil) }
    try await HTTPFetcher.with(trusting: singleSignOn.authorities) { fetcher in
      let client = OpenIDClient(singleSignOn.provider, over: OpenIDFetcher(fetcher))
      try await body(SingleSignOn(client, console: singleSignOn.console))
    }
  }

  private func serve(
    _ servers: [any Service], _ installation: Installation, _ ledger: OpenLedger, _ register: ObligationRegister,
    _ looks: LookFeed
  ) async throws {
    try await HTTPFetcher.with { fetcher in
      var services = try await witnessing(installation, ledger, fetcher)
      services.append(Sequencer(journal: ledger.journal, keyring: ledger.keyring, mark: ledger.mark, logger: logger))
      services.append(CheckScheduler(register: register, logger: logger) { looks.report($0) })
      services += servers
      services.append(looks.relay(of: ledger.database))
      try await ServiceGroup(
        configuration: ServiceGroupConfiguration(
          services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
      ).run()
    }
  }

  /// What the gateway guards, to be looked at from outside.
  var guarded: [GuardedHost] {
    (gatewayRules?.places ?? []).map {
      GuardedHost(name: $0.host, address: $0.address, paths: $0.closedPaths, origins: $0.origins)
    }
  }

  private func gateway(over access: Access) async throws -> Gateway? {
    guard let gatewayRules else { return nil }
    Terminal.say("guarding \(gatewayRules.guarded.joined(separator: ", "))")
    return try await Gateway(over: access, rules: gatewayRules)
  }

  private func servers(
    _ installation: Installation, _ ledger: OpenLedger, _ rooms: Rooms
  ) throws -> [any Service] {
    var certificate = certificate
    if certificate == nil, speaksTLS {
      let local = try LocalCertificate(in: installation.directory, host: address.host)
      certificate = local.files
      Terminal.say("no certificate was named; using one made for this machine, SHA-256 \(local.fingerprint)")
    }
    let scheme = speaksTLS ? "https" : "http"
    let server = try Server(on: address, certificate: certificate, logger: logger) { [address] port in
      let host = ["0.0.0.0", "127.0.0.1", "::", "::1"].contains(address.host) ? "localhost" : address.host
      Terminal.say("serving \(ledger.journal.origin): the console at \(scheme)://\(host):\(port)/")
    }
    server.serve(ledger.journal, under: ledger.policy)
    server.serveHealth(of: ledger.journal, register: rooms.register, access: rooms.access)
    try server.serveConsole(of: rooms)
    guard let publicAddress else { return [try server.service()] }
    let outside = try Server(on: publicAddress, certificate: certificate, logger: logger) { port in
      Terminal.say("serving what anybody may see on \(scheme)://\(publicAddress.host):\(port)/")
    }
    outside.serve(ledger.journal, under: ledger.policy)
    try outside.servePublicPages(of: rooms)
    return [try server.service(), try outside.service()]
  }

  private func witnessing(
    _ installation: Installation, _ ledger: OpenLedger, _ fetcher: HTTPFetcher
  ) async throws -> [any Service] {
    guard ledger.policy.asksForWitnesses else { return [] }
    let collector = WitnessCollector(
      journal: ledger.journal, policy: { try installation.keyringAndPolicy().1 },
      transport: HTTPWitnessTransport(fetcher), logger: logger)
    // Before anything is signed: a witness may know that this whole machine was restored from an old backup.
    do {
      _ = try await collector.collect()
    } catch let error as ConsoleError {
      logger.warning("\(error)")
    }
    return [collector]
  }
}
