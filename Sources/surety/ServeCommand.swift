import ArgumentParser
import Console
import Foundation
import Journal
import Logging
import Primitives
import ServiceLifecycle
import Storage
import TransparencyLog
import UnixSignals

struct TLSOptions: ParsableArguments {
  @Option(help: "A PEM file with the certificate chain. Without it plain HTTP is spoken, for a proxy on this machine.")
  var tlsCertificate: String?
  @Option(help: "A PEM file with the certificate's private key.")
  var tlsKey: String?

  var certificate: Server.Certificate? {
    get throws {
      switch (tlsCertificate, tlsKey) {
      case (let chain?, let key?): Server.Certificate(chain: chain, key: key)
      case (nil, nil): nil
      default: throw ValidationError("--tls-certificate and --tls-key go together")
      }
    }
  }
}

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the server: sequence the journal, publish and serve the ledger.",
    discussion: """
      The ledger is served under /ledger. Several servers may share one PostgreSQL database; one of them sequences.
      Where the installation has a file witnesses.policy, each checkpoint is shown to the witnesses it names, and proofs
      are given under the newest checkpoint that its quorum cosigned.

      Examples:
        surety serve
        surety serve --listen 0.0.0.0:8443 --tls-certificate chain.pem --tls-key key.pem
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var tls: TLSOptions

  @Option(help: "The address to listen on.")
  var listen = "127.0.0.1:8080"

  func run() async throws {
    let installation = try options.installation
    let (address, certificate) = (try Server.Address(listen), try tls.certificate)
    let logger = Terminal.logger()
    let scheme = certificate == nil ? "http" : "https"
    try await installation.withLedger { ledger in
      let server = try Server(on: address, certificate: certificate, logger: logger) { port in
        Terminal.say("serving \(ledger.journal.origin) on \(scheme)://\(address.host):\(port)/ledger/checkpoint")
      }
      server.serve(ledger.journal, under: ledger.policy)
      server.serveHealth(of: ledger.journal)
      try await HTTPFetcher.with { fetcher in
        var services: [any Service] = []
        if ledger.policy.asksForWitnesses {
          let collector = WitnessCollector(
            journal: ledger.journal, policy: { try installation.keyringAndPolicy().1 },
            transport: HTTPWitnessTransport(fetcher), logger: logger)
          // Before anything is signed: a witness may know that this whole machine was restored from an old backup.
          do {
            _ = try await collector.collect()
          } catch let error as ConsoleError {
            logger.warning("\(error)")
          }
          services.append(collector)
        }
        services.append(
          Sequencer(journal: ledger.journal, keyring: ledger.keyring, mark: ledger.mark, logger: logger))
        services.append(try server.service())
        try await ServiceGroup(
          configuration: ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
      }
    }
  }
}
