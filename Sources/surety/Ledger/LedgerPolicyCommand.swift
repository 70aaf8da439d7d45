import ArgumentParser
import Foundation
import Journal
import Storage
import TransparencyLog

struct LedgerPolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Print the policy file that verifiers need.",
    discussion: """
      Publish it where outsiders find it without asking you each time.

      Example:
        surety ledger policy > shop.policy
      """)

  @OptionGroup var options: InstallationOptions

  func run() async throws { print(try options.installation.keyringAndPolicy().1.text, terminator: "") }
}
