import Access
import ArgumentParser
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerExportCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a bundle: entries, proofs, checkpoint, cosignatures and keys in one file.",
    discussion: """
      The bundle verifies offline with 'surety verify', or with the Python program inside it.

      Examples:
        surety ledger export ledger.tar                    the whole ledger
        surety ledger export march.tar --from 1000 --to 1999
        surety ledger export evidence.tar --entry 17 --entry 42 --with-payloads
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "The file to write.")
  var path: String
  @Option(help: "The first entry; 0 by default.")
  var from: UInt64?
  @Option(help: "The last entry; the newest by default.")
  var to: UInt64?
  @Option(help: "The index or the identifier of an entry; may be repeated.")
  var entry: [String] = []
  @Flag(help: "Include what opens the commitments: personal data, for whoever may see it.")
  var withPayloads = false

  func validate() throws {
    guard entry.isEmpty || (from == nil && to == nil) else {
      throw ValidationError("--entry goes without --from and --to")
    }
    guard from ?? 0 <= to ?? .max, to ?? 0 < .max else { throw ValidationError("--from is larger than --to") }
  }

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    if withPayloads { try installation.expectPermission(for: .disclose) }
    let progress = Progress("exported")
    let (checkpoint, count) = try await installation.withLedger { ledger in
      let selection = try await selection(in: ledger.journal)
      let checkpoint = try await ledger.journal.export(
        selection, payloads: withPayloads ? .included : .leftOut, under: ledger.policy, to: path
      ) { progress.report($0, of: $1) }
      return (checkpoint, selection.count(size: checkpoint.size))
    }
    progress.finish()
    switch output.format {
    case .text: print("wrote \(path): \(count) entries under the checkpoint of \(checkpoint.size)")
    case .json:
      Terminal.print([
        "bundle": .string(path), "entries": .integer(Int64(count)), "size": .integer(Int64(checkpoint.size)),
      ])
    }
  }

  private func selection(in journal: Journal) async throws -> LedgerBundle.Selection {
    if entry.isEmpty { return from == nil && to == nil ? .all : .range((from ?? 0)..<(to ?? .max - 1) + 1) }
    var indexes: [UInt64] = []
    for text in entry { indexes.append(try await EntryArgument.find(text, in: journal).index) }
    return .indexes(indexes)
  }
}
