import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerRetireKeyCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "retire-key", abstract: "Rotate the signing key, last step: stop signing with an old key.",
    discussion: """
      What it signed stays valid. Whoever knows only this key can no longer verify new checkpoints.

      Example:
        surety ledger retire-key 1a2b3c4d
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "The id of the key: the eight digits after its name.")
  var id: String

  func run() async throws {
    guard let bytes = Hexadecimal.decode(id.utf8), let keyID = KeyID(bytes: bytes) else {
      throw ValidationError("a key id has eight hexadecimal digits")
    }
    let key = try await options.installation(for: Self.self).withLedger { ledger in
      var keyring = ledger.keyring
      let key = try await ledger.journal.retireKey(keyID, from: &keyring)
      try await ledger.with(keyring).publishPending()
      return key
    }
    switch output.format {
    case .text: print("retired \(key)")
    case .json: Terminal.print(["id": .string("\(key.id)"), "key": .string("\(key)")])
    }
  }
}
