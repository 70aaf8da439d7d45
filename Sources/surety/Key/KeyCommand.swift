import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "The keys by which programs come to the API.",
    discussion: "What is done here is written to the ledger, as done by the operator.",
    subcommands: [KeyListCommand.self, KeyMakeCommand.self, KeyRotateCommand.self, KeyRevokeCommand.self])
}
