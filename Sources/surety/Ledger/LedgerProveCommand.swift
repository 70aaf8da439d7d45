import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerProveCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Write an entry and the proof that it stands in the ledger.",
    discussion: """
      Two files are written: the entry, and beside it a .tlog-proof (C2SP tlog-proof). Whoever gets both can verify them
      without a network, with 'surety verify'.

      Examples:
        surety ledger prove 17                      writes entry-17.json and entry-17.json.tlog-proof
        surety ledger prove 17 --output note.json
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "The index or the identifier of an entry.")
  var entry: String
  @Option(name: .customLong("output"), help: "Where to write the entry; the proof goes beside it.")
  var path: String?

  func run() async throws {
    try await options.installation(for: Self.self).withLedger { ledger in
      let leaf = try await EntryArgument.find(entry, in: ledger.journal)
      let proof = try await ledger.journal.proof(of: leaf.index, under: ledger.policy)
      let size = try Checkpoint(text: proof.checkpoint.text).size
      let entryPath = path ?? "entry-\(leaf.index).json"
      try Data(leaf.bytes).write(to: URL(filePath: entryPath), options: .atomic)
      try Data(proof.text.utf8).write(to: URL(filePath: entryPath + ".tlog-proof"), options: .atomic)
      switch output.format {
      case .text: print("wrote \(entryPath) and \(entryPath).tlog-proof, under the checkpoint of \(size) entries")
      case .json:
        Terminal.print([
          "index": .integer(Int64(leaf.index)), "size": .integer(Int64(size)), "entry": .string(entryPath),
          "proof": .string(entryPath + ".tlog-proof"),
        ])
      }
    }
  }
}
