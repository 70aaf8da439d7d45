import Access
import ArgumentParser
import Journal
import Primitives
import Storage

struct LedgerAppendCommand: ActingCommand {
  static let action = Action.record
  static let configuration = CommandConfiguration(
    commandName: "append", abstract: "Record an entry, and wait until it is published.",
    discussion: """
      Facts are public and stay for ever. What is personal is given with --personal: only a salted commitment to it
      enters the ledger, the value is kept apart and can be erased.

      Examples:
        surety ledger append --kind operator.note --fact text='Firewall replaced'
        surety ledger append --kind visit.made --fact room=server --personal visitor='Ann Smith'
        surety ledger append --kind visit.made --personal-from-input < visitor.txt
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "What happened: two or more words joined by dots.")
  var kind: String
  @Option(help: "Who did it, by a pseudonym.")
  var author = "operator"
  @Option(help: "A public fact, <name>=<text>; may be repeated.")
  var fact: [String] = []
  @Option(help: "A personal value, <name>=<text>; may be repeated.")
  var personal: [String] = []

  @Flag(
    help: "Read personal values from standard input, <name>=<text> a line, so that no list of processes shows them.")
  var personalFromInput = false

  func run() async throws {
    var personal = personal
    if personalFromInput { while let line = readLine() { personal.append(line) } }
    let draft = Entry.Draft(
      kind: try Entry.Kind(kind), author: try Entry.Author(author),
      facts: try Self.members(fact).mapValues { .string($0) }, personal: try Self.members(personal))
    let (id, leaf) = try await options.installation(for: Self.self).withLedger { ledger in
      let id = try await ledger.journal.append(draft)
      return (id, try await ledger.publish(id))
    }
    switch output.format {
    case .text: print("recorded as entry \(leaf.index), \(id)")
    case .json: Terminal.print(["index": .integer(Int64(leaf.index)), "id": .string("\(id)")])
    }
  }

  private static func members(_ texts: [String]) throws -> [String: String] {
    var members: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("a fact or personal value is not <name>=<text>")
      }
      guard members.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
        throw ValidationError("'\(parts[0])' is given twice")
      }
    }
    return members
  }
}
