import ArgumentParser

struct VaultCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault", abstract: "Customers' data: the data map, the keys, retention, and forgetting.",
    discussion: "What is done here is written to the ledger, as done by the operator.",
    subcommands: [
      VaultStatusCommand.self, VaultMapCommand.self, VaultRotateCommand.self, VaultRetentionCommand.self,
      VaultForgetCommand.self,
    ])
}
