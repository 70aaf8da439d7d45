import Journal
import Primitives
import TransparencyLog

/// What the explorer of the ledger shows.
struct ExplorerModel: Sendable {
  struct Row: Sendable {
    let index: String
    let href: String
    let at: TimeText
    let kind: String
    let author: String
    let facts: String?

    init(_ leaf: Journal.Leaf, at now: Instant) throws {
      let entry = try Entry(parsing: leaf.bytes)
      index = String(leaf.index)
      href = ExplorerPages.href(leaf.index)
      at = TimeText(entry.at, asOf: now)
      (kind, author) = (entry.kind.name, AuthorText.name(entry.author.name))
      facts = EntryFacts.line(of: entry)
    }
  }

  /// So many entries a page has.
  static let rows: UInt64 = 50

  let head: HeadText
  let q: String
  let searchError: String?
  let entries: [Row]
  let range: String?
  let newerHref: String?
  let olderHref: String?
  let empty: EmptyText?

  /// - Parameters:
  ///   - leaves: the newest first.
  ///   - published: how many there are in all.
  init(
    head: HeadText, search: String, error: String?, leaves: [Journal.Leaf], of published: UInt64, at now: Instant
  ) throws {
    self.head = head
    q = search
    searchError = error
    entries = try leaves.map { try Row($0, at: now) }
    if let first = leaves.first?.index, let last = leaves.last?.index {
      let count = CountText.words(published, "entry", "entries")
      range = "\(CountText.grouped(first)) to \(CountText.grouped(last)) of \(count)"
      let end = first + 1
      newerHref =
        end >= published
        ? nil : end + Self.rows >= published ? "/explorer" : "/explorer?before=\(end + Self.rows)"
      olderHref = last > 0 ? "/explorer?before=\(last)" : nil
    } else {
      (range, newerHref, olderHref) = (nil, nil, nil)
    }
    empty =
      published > 0
      ? nil
      : EmptyText(
        title: "No entry is published yet",
        text: "Whatever happens here is recorded, and published with a signed checkpoint within moments.", link: nil)
  }
}

/// What the page of one entry shows.
struct ExplorerEntryModel: Sendable {
  struct Body: Sendable {
    let index: String
    let id: String
    let at: TimeText
    let kind: String
    let author: String
    /// The leaf over several lines; its bytes are those of the file that the ledger serves.
    let json: String
    let size: String
    let leafHash: String
    let commitments: [CommitmentText]
    /// Whether the checkpoint that is served covers it.
    let isCovered: Bool
  }

  struct CommitmentText: Sendable {
    let name: String
    let commitment: String
  }

  let entry: Body
  let related: LinkText?
  let previousHref: String?
  let followingHref: String?
  let verify: VerifyText?

  init(_ leaf: Journal.Leaf, under head: LedgerHead, at now: Instant) throws {
    let entry = try Entry(parsing: leaf.bytes)
    let json = JSON(parsing: leaf.bytes) ?? .null
    self.entry = Body(
      index: String(leaf.index), id: "\(entry.id)", at: TimeText(entry.at, asOf: now), kind: entry.kind.name,
      author: AuthorText.name(entry.author.name),
      json: json.laidOut,
      size: CountText.words(leaf.bytes.count, "byte"), leafHash: MerkleHash.leaf(leaf.bytes).base64,
      commitments: entry.commitments.keys.sorted().map { name in
        CommitmentText(name: name, commitment: json["commitments"]?[name]?.text ?? "")
      },
      isCovered: leaf.index < head.size)
    related = EntryFacts.related(to: entry)
    previousHref = leaf.index > 0 ? ExplorerPages.href(leaf.index - 1) : nil
    followingHref = leaf.index + 1 < head.published ? ExplorerPages.href(leaf.index + 1) : nil
    verify = VerifyText.panel(of: leaf.index, under: head)
  }
}
