import Access
import ArgumentParser
import Journal
import Vault

struct VaultRotateCommand: ActingCommand {
  static let action = Action.keepVault
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Make a new platform key, and put every subject's key under it.",
    discussion: """
      Everything new is under the new key at once. What there is, is rewrapped batch by batch, while everybody goes on
      reading and writing; a run that is cut off goes on where it was with the same command, or by itself in 'surety
      serve'. Then the old key is destroyed.

      Examples:
        surety vault rotate
        surety vault rotate --data /var/lib/surety --passphrase-file /run/credentials/surety/passphrase
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions

  func run() async throws {
    try await options.installation(for: Self.self).withVault(root) { vault in
      if try await !vault.jobs().contains(where: { $0.kind == .rotation && $0.state == .running }) {
        _ = try await vault.beginRotation(by: .operator)
      }
      let progress = Progress("rewrapped")
      let isDone = try await vault.workUntilDone { job in
        progress.report(UInt64(job.done), of: UInt64(max(job.done, job.total)))
      }
      progress.finish()
      Terminal.say(isDone ? "every key is under the new one" : "begun; the running server does the rest")
    }
  }
}
