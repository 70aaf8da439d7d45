import ArgumentParser

struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Record in the ledger, look into it, prove from it, look after its keys.",
    discussion: "These commands are for the operator and work beside a running server.",
    subcommands: [
      LedgerAppendCommand.self, LedgerShowCommand.self, LedgerProveCommand.self, LedgerExportCommand.self,
      LedgerPolicyCommand.self, LedgerCheckCommand.self, LedgerAddKeyCommand.self, LedgerRetireKeyCommand.self,
      LedgerAdoptCommand.self,
    ])
}
