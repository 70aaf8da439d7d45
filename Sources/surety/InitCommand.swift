import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make an installation: its database, its signing key, its ledger.",
    discussion: """
      Nothing that is there already is replaced.

      Examples:
        surety init --origin shop.example/ledger
        surety init --origin shop.example/ledger --data /var/lib/surety --database postgres://db1,db2/surety
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "The ledger's name: where it will be served, without https:// and without a slash at the end.")
  var origin: String

  func validate() throws {
    guard VerifierKey.isUnambiguousName(origin), !origin.contains("://"), !origin.hasSuffix("/") else {
      throw ValidationError(
        "--origin is a URL without https:// and without a slash at the end, such as shop.example/ledger")
    }
  }

  func run() async throws {
    let installation = try options.installation
    guard !FileManager.default.fileExists(atPath: installation.markPath) else {
      throw ValidationError("there is an installation in \(options.data) already; nothing was changed")
    }
    try installation.create(remembering: options.database)
    let database = try await installation.openDatabase()
    do {
      // A key that an interrupted 'init' left behind is used; a ledger that is there is refused below.
      let keyring =
        FileManager.default.fileExists(atPath: installation.keysPath)
        ? try Keyring(path: installation.keysPath)
        : try Keyring.create(path: installation.keysPath, name: origin, kind: .ed25519)
      guard keyring.verifierKeys.allSatisfy({ $0.name == origin }) else {
        throw ValidationError(
          "\(installation.keysPath) holds keys of another ledger; name another directory with --data")
      }
      let journal = try await Journal.create(in: database, signedBy: keyring)
      let sequencer = Sequencer(
        journal: journal, keyring: keyring, mark: try HighWaterMark(path: installation.markPath),
        logger: Terminal.logger())
      _ = try await sequencer.runOnce()
      await sequencer.stop()
      await database.close()
      report(installation, keyring)
    } catch {
      await database.close()
      throw error
    }
  }

  private func report(_ installation: Installation, _ keyring: Keyring) {
    let key = keyring.verifierKeys.map { "\($0)" }.joined(separator: "\n")
    switch output.format {
    case .json:
      Terminal.print([
        "origin": .string(origin), "key": .string(key), "database": .string("\(installation.location)"),
      ])
    case .text:
      print(
        """
        The ledger \(origin) is made, in \(installation.location).

        Its key, for everyone who is to verify it:
          \(key)

        Keep a copy of \(installation.keysPath) in a safe place: without it the ledger cannot go on.
        Next: surety serve
        """)
    }
  }
}
