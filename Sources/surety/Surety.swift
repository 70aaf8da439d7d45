import ArgumentParser
import Console
import Foundation
import Primitives

/// The command line. Exit status: 0 done, or all verified; 1 something is not verified; 2 unusable input or a failure.
@main struct Surety: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "surety",
    abstract: "Carries out a shop's cybersecurity obligations and proves that it did.",
    discussion: """
      Begin with:
        surety check https://shop.example     what this shop owes and how it stands; needs nothing else
        surety serve --demo                   a shop with weaknesses, guarded on this machine
        surety init --origin shop.example/ledger
        surety serve

      Exit status: 0 done, in order or verified; 1 something is not; 2 unusable input or a failure.
      """,
    version: "0.2.0",
    subcommands: [
      CheckCommand.self, ProfileCommand.self, InitCommand.self, ServeCommand.self, MemberCommand.self, KeyCommand.self,
      VaultCommand.self, BackupCommand.self, RestoreCommand.self, LedgerCommand.self, VerifyCommand.self,
      WitnessCommand.self,
    ])

  static func main() async {
    Server.shareCores()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let finished as Finished {
      Foundation.exit(finished.status)
    } catch let error as NotVerified {
      error.print()
      Foundation.exit(1)
    } catch {
      let code = exitCode(for: error)
      guard !code.isSuccess, code != .failure else {
        if code.isSuccess { exit(withError: error) }
        Terminal.say("error: \(error)")
        Foundation.exit(2)
      }
      Terminal.say(fullMessage(for: error))
      Foundation.exit(2)
    }
  }
}

/// What was looked at does not verify: exit status 1.
struct NotVerified: Error {
  let what: String
  let reason: String
  let format: OutputFormat

  func print() {
    switch format {
    case .text: Terminal.say("NOT verified: \(what): \(reason)")
    case .json: Terminal.print(["verified": false, "what": .string(what), "reason": .string(reason)])
    }
  }
}
