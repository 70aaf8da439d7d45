import ArgumentParser
import Foundation

/// What opens the root key of the vault.
struct RootOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the passphrase of the vault's root key in its first line.",
      discussion: """
        SURETY_PASSPHRASE_FILE names another default. Without either, the one that 'surety init' made beside the root key \
        is taken: whoever copies the directory has both then, so keep it elsewhere as soon as you can.
        """))
  private var passphraseFile: String?

  /// Nil for the passphrase that lies beside the root key.
  var path: String? { passphraseFile ?? ProcessInfo.processInfo.environment["SURETY_PASSPHRASE_FILE"] }
}
