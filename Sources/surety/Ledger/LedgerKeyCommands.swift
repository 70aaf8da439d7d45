import ArgumentParser
import Foundation
import Journal
import Primitives
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

struct LedgerAddKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-key",
    abstract: "Rotate the signing key, first step: add a new key that signs beside the old one.",
    discussion: """
      From the next checkpoint on both keys sign, and the ledger says so under the old one. Give verifiers and witnesses
      the new policy ('surety ledger policy'); when all have it, retire the old key with 'surety ledger retire-key'.
      A running server takes up the new key by itself. Other nodes need a copy of the file of keys.

      Example:
        surety ledger add-key
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let key = try await options.installation.withLedger { ledger in
      var keyring = ledger.keyring
      let key = try await ledger.journal.addKey(to: &keyring)
      try await OpenLedger(journal: ledger.journal, keyring: keyring, policy: ledger.policy, mark: ledger.mark)
        .publishPending()
      return key
    }
    switch output.format {
    case .text: print("added \(key)")
    case .json: Terminal.print(["id": .string("\(key.id)"), "key": .string("\(key)")])
    }
  }
}

struct LedgerRetireKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retire-key", abstract: "Rotate the signing key, last step: stop signing with an old key.",
    discussion: """
      What it signed stays valid. Whoever knows only this key can no longer verify new checkpoints.

      Example:
        surety ledger retire-key 1a2b3c4d
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "The id of the key: the eight digits after its name.")
  var id: String

  func run() async throws {
    guard let bytes = Hexadecimal.decode(id.utf8), let keyID = KeyID(bytes: bytes) else {
      throw ValidationError("a key id has eight hexadecimal digits")
    }
    let key = try await options.installation.withLedger { ledger in
      var keyring = ledger.keyring
      let key = try await ledger.journal.retireKey(keyID, from: &keyring)
      try await OpenLedger(journal: ledger.journal, keyring: keyring, policy: ledger.policy, mark: ledger.mark)
        .publishPending()
      return key
    }
    switch output.format {
    case .text: print("retired \(key)")
    case .json: Terminal.print(["id": .string("\(key.id)"), "key": .string("\(key)")])
    }
  }
}

struct LedgerCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read the whole stored ledger from its entries up, as an outsider would.",
    discussion: """
      Exit status: 0 all in order, 1 something is not, 2 it could not be looked at.

      Example:
        surety ledger check
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let progress = Progress("checked")
    let report: LedgerAudit.Report
    do {
      report = try await options.installation.withLedger { ledger in
        let policy = ledger.keyring.policy
        return try await LedgerAudit(of: ledger.journal.source(under: policy), under: policy)
          .run { progress.report($0, of: $1) }
      }
    } catch let error where error is TransparencyLogError || error is JournalError {
      progress.finish()
      throw NotVerified(what: options.data, reason: "\(error)", format: output.format)
    }
    progress.finish()
    let size = report.checkpoint.checkpoint.size
    switch output.format {
    case .text: print("in order: \(size) entries and \(report.tileCount) tiles")
    case .json:
      Terminal.print(["verified": true, "size": .integer(Int64(size)), "tiles": .integer(Int64(report.tileCount))])
    }
  }
}

struct LedgerAdoptCommand: AsyncParsableCommand {
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
    let installation = try options.installation
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
      print("adopted the ledger \(adopted.origin) at \(adopted.size) entries")
    } catch {
      await database.close()
      throw error
    }
  }
}
