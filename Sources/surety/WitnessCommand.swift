import ArgumentParser
import Console
import Foundation
import Journal
import Primitives
import ServiceLifecycle
import Storage
import TransparencyLog
import UnixSignals

struct WitnessCommand: AsyncParsableCommand, StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "witness", abstract: "Watch the ledgers of others: cosign what continues what was cosigned before.",
    discussion: """
      The logs to watch are the 'log' lines of a policy file (C2SP tlog-policy). Give the log's operator the 'witness'
      line that is printed. Two installations that watch each other need nobody else.

      A witness's memory is its worth: never restore its database from a backup, begin anew under another name instead.

      Examples:
        surety witness --name witness.example/w1 --watch logs.policy
        surety witness --name witness.example/w1 --watch logs.policy --print-key
      """)

  @Option(
    help:
      "The directory of the witness: its key and, by default, its database. SURETY_WITNESS_DATA names another default.")
  var data = ProcessInfo.processInfo.environment["SURETY_WITNESS_DATA"] ?? "witness-data"
  @Option(help: "The database: postgres://…, sqlite:<path> or a path.")
  var database: String?
  @Option(help: "The witness's name, a URL without scheme; used when its key is made.")
  var name: String
  @Option(help: "A policy file with a 'log' line for each ledger to watch.")
  var watch: String
  @Option(help: "The address to listen on.")
  var listen = "127.0.0.1:8081"
  @Option(help: "The URL at which logs reach this witness, for the line that is printed.")
  var url: String?
  @Flag(help: "Print the 'witness' line for policy files, and end.")
  var printKey = false
  @OptionGroup var tls: TLSOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let files = try DataDirectory(data, database: database)
    let (address, certificate) = (try Server.Address(listen), try tls.certificate)
    try files.create(remembering: database)
    let keysPath = "\(data)/witness.keys"
    let keyring =
      FileManager.default.fileExists(atPath: keysPath)
      ? try Keyring(path: keysPath) : try Keyring.create(path: keysPath, name: name, kind: .cosignature)
    guard let key = keyring.keys.first, key.verifierKey.name == name else {
      throw ValidationError(
        "\(keysPath) holds the key of another witness; use its name, or another directory with --data")
    }
    let scheme = certificate == nil ? "http" : "https"
    let line = { @Sendable [self] (port: Int) in
      "witness \(label) \(key.verifierKey) \(url ?? "\(scheme)://\(address.host):\(port)/witness")"
    }
    if printKey {
      switch output.format {
      case .text: print(line(address.port))
      case .json:
        Terminal.print([
          "name": .string(name), "key": .string("\(key.verifierKey)"), "line": .string(line(address.port)),
        ])
      }
      return
    }
    let policy = try LogPolicy(parsing: FileArgument.read(watch, most: LogPolicy.largest))
    guard !policy.logs.isEmpty else {
      throw ValidationError("\(watch) has no 'log' line, so there is nothing to watch")
    }

    let logger = Terminal.logger()
    let database = try await Database.open(files.location, logger: logger)
    try await database.migrate([Witness.migrations], at: Surroundings.system.now())
    let server = try Server(on: address, certificate: certificate, logger: logger) { port in
      Terminal.say(
        "watching \(policy.logs.map(\.key.name).joined(separator: ", ")). For the operators' witnesses.policy:\n\(line(port))"
      )
    }
    server.serve(try Witness(database: database, key: key, watching: policy))
    server.serveHealth(of: nil)
    try await ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [try server.service()], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
    await database.close()
  }

  /// The last part of the name, as a word in a policy file.
  private var label: String { name.split(separator: "/").last.map { String($0) } ?? name }
}
