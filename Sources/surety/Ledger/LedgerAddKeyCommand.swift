import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerAddKeyCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "add-key",
    abstract: "Rotate the signing key, first step: add a new key that signs beside the old one.",
    discussion: """
      From the next checkpoint on both keys sign, and the ledger says so under the old one. Give verifiers and witnesses
      the new policy ('surety ledger policy'); when all have it, retire the old key with 'surety ledger retire-key'.
      A running server takes up the new key by itself. Other nodes need a copy of the file of keys.

      Example:
        surety ledger add-key
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let key = try await options.installation(for: Self.self).withLedger { ledger in
      var keyring = ledger.keyring
      let key = try await ledger.journal.addKey(to: &keyring)
      try await ledger.with(keyring).publishPending()
      return key
    }
    switch output.format {
    case .text: print("added \(key)")
    case .json: Terminal.print(["id": .string("\(key.id)"), "key": .string("\(key)")])
    }
  }
}
