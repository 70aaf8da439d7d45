import Access
import ArgumentParser
import Assessment
import Console
import Foundation
import Journal
import Obligations
import Primitives
import Shop

struct TLSOptions: ParsableArguments {
  @Option(help: "A PEM file with the certificate chain.")
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

/// Where the checks may go, and whom they trust.
struct ReachOptions: ParsableArguments {
  @Flag(help: "Let checks reach private networks and this machine, for a shop that is there.")
  var allowPrivate = false
  @Option(help: "A PEM file of authorities that checks trust besides the system's, for a shop with its own.")
  var trust: String?

  var reach: Reach { Reach(allowPrivate ? .anywhere : .publicInternet) }

  var authorities: String? {
    get throws { try trust.map { String(decoding: try FileArgument.read($0, most: 1 << 20), as: UTF8.self) } }
  }
}

struct ServeCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Run the server: the console, the checks, the journal and its ledger.",
    discussion: """
      The console is served over HTTPS, with a certificate made for this machine where none is named. The ledger is
      served under /ledger. Several servers may share one PostgreSQL database; one of them sequences, and each check is
      run by one of them. Where the installation has a file witnesses.policy, each checkpoint is shown to the witnesses
      it names, and proofs are given under the newest checkpoint that its quorum cosigned.

      --demo runs a small shop with weaknesses on this machine, guards it, and says where to look and how to sign in. It
      keeps to a directory of its own.

      Examples:
        surety serve
        surety serve --profile surety.yaml
        surety serve --listen 0.0.0.0:443 --tls-certificate chain.pem --tls-key key.pem --public-listen 0.0.0.0:8080
        surety serve --url https://surety.shop.example --listen 0.0.0.0:443 --tls-certificate chain.pem --tls-key key.pem
        surety serve --plain-http --listen 127.0.0.1:8080      behind a proxy on this machine that speaks TLS
        surety serve --attestation-roots makers.pem --url https://surety.shop.example
        surety serve --gateway gateway.yaml --url https://surety.shop.example
        surety serve --openid openid.yaml --url https://surety.shop.example
        surety serve --backup-to /mnt/backup --backup-keys-to /mnt/other/keys
        surety serve --demo
        surety serve --demo --weakness csp-missing --weakness exposed-repository
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var tls: TLSOptions
  @OptionGroup var reach: ReachOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var backups: BackupOptions

  @Option(help: "The address to listen on.")
  var listen = "127.0.0.1:8443"

  @Option(
    help: ArgumentHelp(
      "Where people reach the console, such as https://surety.shop.example; passkeys are bound to this name.",
      discussion: "Without it passkeys work on https://localhost only."))
  var url: String?

  @Option(
    help: ArgumentHelp(
      "A PEM file with root certificates of authenticators' makers: new passkeys have to prove that one of them made it.",
      discussion: "Without it every authenticator is taken, and recorded as unattested."))
  var attestationRoots: String?

  @Option(
    help: ArgumentHelp(
      "A YAML file with the gateway's rules: who may come to which part of the shop's admin panel.",
      discussion: "docs/gateway.md shows one, and what nginx, Traefik and Caddy need."))
  var gateway: String?

  @Option(
    help: ArgumentHelp(
      "A YAML file with the OpenID provider through which members sign in; needs --url.",
      discussion:
        "docs/single-sign-on.md shows one. Authorities named with --trust are trusted for it instead of the system's."))
  var openid: String?

  @Flag(help: "Speak HTTP without TLS, for a proxy on this machine that speaks TLS.")
  var plainHttp = false

  @Option(help: "A second address, for what anybody may see: the standing, if it is switched on, and the ledger.")
  var publicListen: String?

  @Option(help: "Put this profile in force when the server starts.")
  var profile: String?

  @Flag(help: "Run the demonstration: a shop with weaknesses, guarded by this server.")
  var demo = false

  @Option(
    help: ArgumentHelp(
      "A weakness of the demonstration's shop; may be repeated. 'all', 'none', or a finding's code.",
      discussion: "'surety serve --list-weaknesses' lists them."))
  var weakness: [String] = []

  @Option(help: "The demonstration's ports: of the shop over https, and over http. 0 for any that is free.")
  var shopPorts = "8444,8082"

  @Flag(help: "List the weaknesses that the demonstration's shop can have.")
  var listWeaknesses = false

  func validate() throws {
    guard !plainHttp || tls.tlsCertificate == nil else {
      throw ValidationError("--plain-http and --tls-certificate exclude each other")
    }
    guard demo || weakness.isEmpty else { throw ValidationError("--weakness belongs to --demo") }
    _ = try DemoWeaknesses.named(weakness)
    _ = try party
    guard openid == nil || url != nil else {
      throw ValidationError("--openid needs --url: the provider sends people back there")
    }
    guard ports.count == 2 else { throw ValidationError("--shop-ports is two numbers, such as 8444,8082") }
  }

  private var ports: [Int] { shopPorts.split(separator: ",").compactMap { UInt16($0).map { Int($0) } } }

  private var party: RelyingParty {
    get throws {
      guard let url else { return .thisMachine }
      guard let party = RelyingParty(address: url) else {
        throw ValidationError(
          "--url is https:// and a name in small letters, perhaps a port, such as https://surety.shop.example")
      }
      return party
    }
  }

  /// - Throws: `AccessError/unusableAttestationRoots(file:reason:)`.
  var configuration: Access.Configuration {
    get throws {
      var configuration = Access.Configuration()
      configuration.attestation = try attestationRoots.map { path in
        try AttestationTrust(pem: try FileArgument.read(path, most: 1 << 20), file: path)
      }
      return configuration
    }
  }

  func run() async throws {
    if listWeaknesses { return print(DemoWeaknesses.list) }
    CoreDump.forbid()
    let rules = try gateway.map { file in
      try GatewayRules(FileArgument.read(file, most: 1 << 20), file: file, roles: .shipped())
    }
    let provider = try openid.map { file in
      try OpenIDProvider(FileArgument.read(file, most: 1 << 20), file: file, roles: .shipped())
    }
    let serving = Serving(
      address: try Server.Address(listen), publicAddress: try publicListen.map { try Server.Address($0) },
      certificate: try tls.certificate, speaksTLS: !plainHttp, party: try party, configuration: try configuration,
      gatewayRules: rules,
      singleSignOn: provider.flatMap { provider in url.map { (provider, console: $0, authorities: reach.trust) } },
      root: root, backups: backups, logger: Terminal.logger())
    if demo {
      // A directory of its own, so that nobody's installation becomes a demonstration.
      let isNamed = options.data != "surety-data"
      let installation = try Installation(
        in: DataDirectory(isNamed ? options.data : "surety-demo", database: isNamed ? options.database : nil),
        for: Self.self)
      return try await Demonstration(
        installation: installation, serving: serving, weaknesses: DemoWeaknesses.named(weakness),
        httpsPort: ports[0], httpPort: ports[1]
      ).run()
    }
    let installation = try options.installation(for: Self.self)
    if profile != nil { try installation.expectPermission(for: .configure) }
    let assessment = try Assessment(
      reach: reach.reach, trusting: reach.authorities, guarded: serving.guarded)
    let yaml = try profile.map { String(decoding: try FileArgument.read($0, most: 1 << 20), as: UTF8.self) }
    try await installation.withLedger { ledger in
      try await serving.run(installation, ledger, assessment: assessment, isDemo: false) { register in
        if let yaml { try await register.setProfile(yaml, by: .operator, file: profile ?? "surety.yaml") }
      }
    }
  }
}
