import Access
import ArgumentParser
import Console
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct InitCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make an installation: its database, its signing key, its ledger, its owner.",
    discussion: """
      Nothing that is there already is replaced. The first owner signs in to the console with a password and a one-time
      code; both secrets are shown once.

      Examples:
        surety init --origin shop.example/ledger
        surety init --origin shop.example/ledger --owner ada --password-file ada.password
        surety init --origin shop.example/ledger --pkcs11-module /usr/lib/softhsm/libsofthsm2.so --pkcs11-token surety \
          --passphrase-file pin
        surety init --origin shop.example/ledger --data /var/lib/surety --database postgres://db1,db2/surety
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var password: PasswordOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var device: DeviceOptions

  @Option(help: "The first member's name: 1 to 60 letters, digits, dots, hyphens and underscores.")
  var owner = "owner"

  @Option(help: "The ledger's name: where it will be served, without https:// and without a slash at the end.")
  var origin: String

  @Flag(help: "Make no owner; 'surety member add' makes one later.")
  var noOwner = false

  func validate() throws {
    guard VerifierKey.isUnambiguousName(origin), !origin.contains("://"), !origin.hasSuffix("/") else {
      throw ValidationError(
        "--origin is a URL without https:// and without a slash at the end, such as shop.example/ledger")
    }
  }

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    let made = try await installation.make(
      origin: origin, owner: noOwner ? nil : (owner, try password.password),
      remembering: options.database)
    report(installation, made, passphraseIsBeside: try installation.makeRoot(root, in: device.device))
  }

  private func report(_ installation: Installation, _ made: NewInstallation, passphraseIsBeside: Bool) {
    let key = made.keyring.verifierKeys.map { "\($0)" }.joined(separator: "\n")
    switch output.format {
    case .json:
      var members: [String: JSON] = [
        "origin": .string(origin), "key": .string(key), "database": .string("\(installation.location)"),
      ]
      if let enrolment = made.enrolment {
        members["owner"] = EnrolmentReport(enrolment, password.generated(made.password)).json
      }
      Terminal.print(.object(members))
    case .text:
      print(
        """
        The ledger \(origin) is made, in \(installation.location).

        Its key, for everyone who is to verify it:
          \(key)

        Keep a copy of \(installation.keysPath) in a safe place: without it the ledger cannot go on.
        \(device.device == nil
          ? "And one of \(installation.rootPath) with its passphrase: without them no customer's data opens."
          : "The root key of customers' data is in the device: back that up as its maker says.")
        """)
      if passphraseIsBeside {
        print(
          """
          The passphrase was made here and lies beside it, in \(installation.passphrasePath): keep it elsewhere, and name it
          with --passphrase-file.
          """)
      }
      if let enrolment = made.enrolment {
        print("\n" + EnrolmentReport(enrolment, password.generated(made.password)).text)
      }
      print("\nNext: surety serve")
    }
  }
}
