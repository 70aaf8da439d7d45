import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives
import TransparencyLog

/// The ledger for people: its head, its entries, and each entry with what proves it.
struct ExplorerPages {
  let routes: Routes

  private var journal: Journal { routes.rooms.journal }

  static func href(_ index: UInt64) -> String { "/explorer/\(index)" }

  func add() {
    routes.page("explorer", for: .read) { visit in
      guard let search = visit.query("q") else { return .page(try await list(visit)) }
      if let index = try await find(search) { return .seeOther(Self.href(index)) }
      return .page(try await list(visit, search: search))
    }
    routes.page("explorer/{index}", for: .read) { visit in .page(try await entry(visit)) }
  }

  private func list(_ visit: Visit, search: String? = nil) async throws -> Page {
    let head = try await LedgerHead(of: routes.rooms)
    let end = try min(Self.end(visit.query("before")), head.published)
    let kind = visit.query("kind").flatMap { kind in ExplorerModel.kinds.first { $0 == kind } }
    let start = end - min(end, kind == nil ? ExplorerModel.rows : ExplorerModel.reach)
    let leaves = try await journal.leaves(from: start, limit: Int(end - start))
    let newest = head.size == 0 ? nil : try await Entry(parsing: journal.leaf(at: head.size - 1).bytes).at
    let model = try ExplorerModel(
      head: HeadText(head, policy: routes.rooms.policy, newest: newest, at: visit.now), search: search ?? "",
      error: search.map { Self.notFound($0, published: head.published) },
      ExplorerModel.Window(leaves: leaves, kind: kind, published: head.published), at: visit.now)
    var page = Page("explorer", heading: "Ledger", menu: .explorer, model: model)
    if search != nil { page.status = .notFound }
    return page
  }

  private static func end(_ before: String?) throws(Problem) -> UInt64 {
    guard let before else { return .max }
    guard let end = UInt64(decimal: before) else {
      throw Problem(.badRequest, "'before' is the index of an entry.")
    }
    return end
  }

  /// The index of the entry that somebody looks for by index or identity; nil when none is published.
  private func find(_ search: String) async throws -> UInt64? {
    if let id = Identifier<Entry>(search.lowercased()) { return try await journal.leaf(of: id)?.index }
    guard let index = Self.index(search), index < (try await journal.publishedSize()) else { return nil }
    return index
  }

  /// A number may be typed as pages show it.
  private static func index(_ text: String) -> UInt64? { UInt64(decimal: text.filter { $0 != "," }) }

  private static func notFound(_ search: String, published: UInt64) -> String {
    if Identifier<Entry>(search.lowercased()) != nil {
      return "No entry with this identity is published. One that was just recorded is within moments."
    }
    guard let index = index(search) else {
      return "An entry is found by its index, such as 0, or by its identity, which has 32 digits and letters."
    }
    return published == 0
      ? "There is no entry \(index); none is published yet."
      : "There is no entry \(index); the newest is \(published - 1)."
  }

  private func entry(_ visit: Visit) async throws -> Page {
    guard let index = UInt64(decimal: try visit.parameter("index")) else {
      throw Problem(.notFound, "An entry is named by its index: a number from 0.")
    }
    let head = try await LedgerHead(of: routes.rooms)
    let leaf: Journal.Leaf
    do {
      leaf = try await journal.leaf(at: index)
    } catch JournalError.noSuchEntry {
      throw Problem(.notFound, "The ledger has no entry of that index, or it is not published yet.")
    }
    return Page(
      "explorer-entry", heading: "Entry \(CountText.grouped(index))", menu: .explorer,
      model: try ExplorerEntryModel(leaf, under: head, at: visit.now))
  }
}
