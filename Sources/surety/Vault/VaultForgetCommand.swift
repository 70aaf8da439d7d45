import Access
import ArgumentParser
import Journal
import Primitives
import Vault

struct VaultForgetCommand: ActingCommand {
  static let action = Action.forgetSubject
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Forget a subject: destroy the key, delete what is held.",
    discussion: """
      What the data map says has to be kept stays, under another key, and is named. This cannot be undone.

      Example:
        surety vault forget 01997b2e-9a6f-7c3e-8f5d-2b1c0d9e8f7a --yes
      """)

  @Argument(help: "The subject.")
  var subject: String
  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @Option(help: "A word for the ledger: small letters, digits and hyphens.")
  var reason = "request"
  @Flag(help: "Do it.")
  var yes = false

  func run() async throws {
    guard let id = Identifier<Subject>(subject) else { throw ValidationError("\(subject) is not a subject's name") }
    guard yes else { throw ValidationError("this cannot be undone; say --yes to do it") }
    let receipt = try await options.installation(for: Self.self).withVault(root) { vault in
      try await vault.forget(id, reason: reason, by: .operator)
    }
    print("forgotten as \(receipt.pseudonym); \(receipt.records) records are gone; entry \(receipt.entry)")
    for kept in receipt.kept {
      print("kept: \(kept.collection).\(kept.field)\(kept.until.map { " until \($0.rfc3339)" } ?? ""): \(kept.reason)")
    }
  }
}
