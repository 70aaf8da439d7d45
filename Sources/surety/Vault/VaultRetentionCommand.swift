import Access
import ArgumentParser
import Journal
import Primitives
import Vault

struct VaultRetentionCommand: ActingCommand {
  static let action = Action.keepVault
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Say what is not needed any more; with --carry-out, delete it.",
    discussion: """
      'surety serve' does this once a day. Nothing is deleted without --carry-out.

      Examples:
        surety vault retention
        surety vault retention --carry-out
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @Flag(help: "Delete it.")
  var carryOut = false

  func run() async throws {
    try await options.installation(for: Self.self).withVault(root) { vault in
      let summary = try await vault.previewRetention()
      for (collection, count) in summary.deletedRecords.sorted(by: { $0.key < $1.key }) {
        print("\(collection): \(count) records go")
      }
      for (collection, count) in summary.deletedFields.sorted(by: { $0.key < $1.key }) {
        print("\(collection): \(count) fields go out of records that stay")
      }
      if summary.forgotten > 0 { print("\(summary.forgotten) subjects are forgotten with them") }
      if summary.held > 0 { print("\(summary.held) records are kept by a legal hold") }
      if summary.hasMore { print("and more: only 10,000 records were looked at") }
      if summary.isEmpty { print("nothing is past its time") }
      guard carryOut else { return }
      _ = try await vault.beginRetention(by: .operator)
      let isDone = try await vault.workUntilDone()
      Terminal.say(isDone ? "done" : "begun; the running server does it")
    }
  }
}
