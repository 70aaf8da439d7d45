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

      Without --yes it says what would be done, and does nothing.

      Examples:
        surety vault forget 01997b2e-9a6f-7c3e-8f5d-2b1c0d9e8f7a
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
    guard yes else { return try await preview(id) }
    let receipt = try await options.installation(for: Self.self).withVault(root) { vault in
      try await vault.forget(id, reason: reason, by: .operator)
    }
    print("forgotten as \(receipt.pseudonym); \(receipt.records) records are gone; entry \(receipt.entry)")
    say(receipt.kept)
  }

  private func preview(_ id: Identifier<Subject>) async throws {
    let (records, kept) = try await options.installation(for: Self.self).withVault(root) { vault in
      try await vault.previewForgetting(id)
    }
    print("\(records) records would go\(kept.isEmpty ? "" : ", but for what has to be kept")")
    say(kept)
    print("nothing was changed; --yes does it, and it cannot be undone")
  }

  private func say(_ kept: [KeptField]) {
    for kept in kept {
      print("kept: \(kept.collection).\(kept.field)\(kept.until.map { " until \($0.rfc3339)" } ?? ""): \(kept.reason)")
    }
  }
}
