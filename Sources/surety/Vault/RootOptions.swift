import ArgumentParser
import Foundation

/// What opens the root key of the vault.
struct RootOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the passphrase of the vault's root key in its first line, or with the device's PIN.",
      discussion: """
        SURETY_PASSPHRASE_FILE names another default. Without either, the one that 'surety init' made beside the root key \
        is taken: whoever copies the directory has both then, so keep it elsewhere as soon as you can.
        """))
  private var passphraseFile: String?

  /// Nil for the passphrase that lies beside the root key.
  var path: String? { passphraseFile ?? ProcessInfo.processInfo.environment["SURETY_PASSPHRASE_FILE"] }
}

/// A device that is to hold the root key.
struct DeviceOptions: ParsableArguments {
  @Option(help: "The library of a PKCS #11 device that holds the root key instead of a file.")
  var pkcs11Module: String?
  @Option(help: "The label of the token in that device.")
  var pkcs11Token: String?

  func validate() throws {
    guard (pkcs11Module == nil) == (pkcs11Token == nil) else {
      throw ValidationError("--pkcs11-module and --pkcs11-token go together")
    }
  }

  /// Nil where the root key is in a file.
  var device: RootDevice? {
    pkcs11Module.flatMap { module in pkcs11Token.map { RootDevice(module: module, token: $0) } }
  }
}

/// Which device holds the root key, as the installation remembers it.
struct RootDevice: Codable, Sendable {
  let module: String
  let token: String
}
