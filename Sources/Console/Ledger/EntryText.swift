import Journal
import Primitives

/// The journal entry that records something, as a page links it.
struct EntryText: Sendable {
  let index: String
  let href: String
  let id: String
  let kind: String
  let at: TimeText

  /// Nil while the entry waits for its place in the ledger, and for what keeps no entry.
  static func of(_ id: Identifier<Entry>?, in journal: Journal, asOf now: Instant) async throws -> EntryText? {
    guard let id, let leaf = try await journal.leaf(of: id) else { return nil }
    return try EntryText(of: id, in: leaf, asOf: now)
  }

  init(of id: Identifier<Entry>, in leaf: Journal.Leaf, asOf now: Instant) throws {
    let entry = try Entry(parsing: leaf.bytes)
    index = String(leaf.index)
    href = ExplorerPages.href(leaf.index)
    self.id = "\(id)"
    kind = entry.kind.name
    at = TimeText(entry.at, asOf: now)
  }
}
