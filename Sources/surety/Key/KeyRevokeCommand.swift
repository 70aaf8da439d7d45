import Access
import ArgumentParser
import Journal
import Primitives

struct KeyRevokeCommand: ActingCommand {
  static let action = Action.manageKeys
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a key, within a second on every node.",
    discussion: """
      By its name, both the key and the one whose place it takes are ended; by its identifier, just that one.

      Examples:
        surety key revoke build
        surety key revoke 0199f3a1-44b1-794b-8636-84a366b14869
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var key: KeyArgument

  func run() async throws {
    let revoked = try await options.installation(for: Self.self).withAccess { access in
      let found = try await key.find(in: access)
      for key in found { try await access.revokeKey(key.id, by: .operator) }
      return found
    }
    switch output.format {
    case .text: for key in revoked { print("revoked \(key.label), \(key.id)") }
    case .json: Terminal.print(["revoked": .array(revoked.map { .string("\($0.id)") })])
    }
  }
}
