import Access
import ArgumentParser
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerShowCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the ledger's head, an entry, or the newest entries.",
    discussion: """
      Examples:
        surety ledger show                 the head and the newest entries
        surety ledger show 17              entry 17
        surety ledger show 0193d7a4-…      the entry with this identifier
        surety ledger show --from 100 --limit 50
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "The index or the identifier of an entry.")
  var entry: String?
  @Option(help: "The first entry to show; by default the newest ones are shown.")
  var from: UInt64?
  @Option(help: "How many entries to show.")
  var limit = 10
  @Flag(help: "Also show what opens the entry's commitments, if it has not been erased.")
  var payload = false

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    if payload { try installation.expectPermission(for: .disclose) }
    try await installation.withLedger { ledger in
      if let entry {
        try await show(EntryArgument.find(entry, in: ledger.journal), ledger.journal)
      } else {
        try await showHead(ledger)
      }
    }
  }

  private func show(_ leaf: Journal.Leaf, _ journal: Journal) async throws {
    let opened = payload ? try await journal.payload(of: Entry(parsing: leaf.bytes).id) : nil
    switch output.format {
    case .text:
      print(String(decoding: leaf.bytes, as: UTF8.self))
      for (name, opening) in (opened?.openings ?? [:]).sorted(by: { $0.key < $1.key }) {
        print("  \(name): \(opening.value)")
      }
      if payload, opened == nil { Terminal.say("there is nothing personal to this entry, or it was erased") }
    case .json:
      Terminal.print([
        "index": .integer(Int64(leaf.index)), "entry": JSON(canonical: leaf.bytes) ?? .null,
        "payload": opened.flatMap { JSON(canonical: $0.bytes) } ?? .null,
      ])
    }
  }

  private func showHead(_ ledger: OpenLedger) async throws {
    let published = try Checkpoint(text: await ledger.journal.publishedCheckpoint().text)
    let served = try ledger.policy.verifyWithoutQuorum(await ledger.journal.servedCheckpoint(under: ledger.policy))
    let count = UInt64(max(0, limit))
    let first = from ?? (published.size > count ? published.size - count : 0)
    let leaves = try await ledger.journal.leaves(from: first, limit: limit)
    switch output.format {
    case .text:
      print("\(published.origin): \(published.size) entries, root \(published.root)")
      for key in ledger.keyring.verifierKeys { print("  signed with  \(key)") }
      for witness in served.witnesses {
        print("  cosigned by  \(witness.name) at \(witness.time.rfc3339), \(served.checkpoint.size) entries")
      }
      for leaf in leaves { print("\(leaf.index)  \(String(decoding: leaf.bytes, as: UTF8.self))") }
    case .json:
      Terminal.print([
        "origin": .string(published.origin), "size": .integer(Int64(published.size)),
        "root": .string(published.root.base64),
        "keys": .array(ledger.keyring.verifierKeys.map { .string("\($0)") }),
        "witnesses": .array(served.witnesses.map { ["name": .string($0.name), "time": .string($0.time.rfc3339)] }),
        "entries": .array(
          leaves.map { ["index": .integer(Int64($0.index)), "entry": JSON(canonical: $0.bytes) ?? .null] }),
      ])
    }
  }
}

/// An entry named on the command line.
enum EntryArgument {
  static func find(_ text: String, in journal: Journal) async throws -> Journal.Leaf {
    if let index = UInt64(decimal: text) { return try await journal.leaf(at: index) }
    guard let id = Identifier<Entry>(text) else {
      throw ValidationError("'\(text)' is neither an index nor an identifier of an entry")
    }
    guard let leaf = try await journal.leaf(of: id) else { throw JournalError.noSuchEntry(text) }
    return leaf
  }
}
