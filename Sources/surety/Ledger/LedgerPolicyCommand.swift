import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerPolicyCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Print the policy file that verifiers need.",
    discussion: """
      Publish it where outsiders find it without asking you each time.

      Example:
        surety ledger policy > shop.policy
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let policy = try options.installation(for: Self.self).keyringAndPolicy().1
    switch output.format {
    case .text: print(policy.text, terminator: "")
    case .json:
      Terminal.print([
        "keys": .array(policy.logs.map { .string("\($0.key)") }),
        "witnesses": .array(policy.witnesses.map { ["name": .string($0.name), "key": .string("\($0.key)")] }),
        "policy": .string(policy.text),
      ])
    }
  }
}
