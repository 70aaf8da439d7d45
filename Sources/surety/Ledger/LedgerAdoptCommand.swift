import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerAdoptCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Let this machine take over a ledger whose mark it does not have.",
    discussion: """
      A machine remembers the last checkpoint it published in the file ledger.mark, and refuses a database that is older.
      A new machine, or one whose mark is lost, cannot tell. Get the last checkpoint that a witness, an auditor or the
      public page holds, and give it here: the ledger must continue it.

      Examples:
        surety ledger adopt --checkpoint last-known.checkpoint
        surety ledger adopt --without-evidence        there is nobody to ask
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "A checkpoint of this ledger that somebody else holds.")
  var checkpoint: String?
  @Flag(help: "Take the stored ledger as it is. If an old backup was restored, this forks the ledger.")
  var withoutEvidence = false

  func validate() throws {
    guard (checkpoint != nil) != withoutEvidence else {
      throw ValidationError("give either --checkpoint <file> or --without-evidence")
    }
  }

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    guard try HighWaterMark(path: installation.markPath).checkpoint == nil else {
      throw ValidationError("\(installation.markPath) is there: nothing needs to be adopted")
    }
    let database = try await installation.openDatabase()
    do {
      let (keyring, _) = try installation.keyringAndPolicy()
      let note = try checkpoint.map { try SignedNote(parsing: FileArgument.read($0, most: SignedNote.largest)) }
      let adopted = try await Journal.adopt(
        in: database, trusting: keyring.policy, continuing: note, markPath: installation.markPath)
      await database.close()
      switch output.format {
      case .text: print("adopted the ledger \(adopted.origin) at \(adopted.size) entries")
      case .json: Terminal.print(["origin": .string(adopted.origin), "size": .integer(Int64(adopted.size))])
      }
    } catch {
      await database.close()
      throw error
    }
  }
}
