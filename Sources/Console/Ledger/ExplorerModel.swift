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

    init(_ leaf: Journal.Leaf, _ entry: Entry, at now: Instant) {
      index = String(leaf.index)
      href = ExplorerPages.href(leaf.index)
      at = TimeText(entry.at, asOf: now)
      (kind, author) = (entry.kind.name, AuthorText.name(entry.author.name))
      facts = EntryFacts.line(of: entry)
    }
  }

  /// So many entries a page has.
  static let rows: UInt64 = 50
  /// So many entries are looked through for those of a kind: the ledger keeps no list of each kind.
  static let reach: UInt64 = 1_024

  /// What entries there are.
  static let kinds = [
    "access.reviewed", "attestation.withdrawn", "catalogue.changed", "catalogue.loaded", "check.failing",
    "check.observed", "check.recovered", "check.requested", "control.attested", "exception.ended",
    "exception.granted", "emergency.ended", "emergency.opened", "emergency.reviewed", "gateway.denied",
    "gateway.passed", "invitation.withdrawn", "key.made", "key.revoked", "key.rotated", "ledger.created",
    "ledger.key-added", "ledger.key-retired", "member.added", "member.deactivated", "member.federated",
    "member.invited", "member.locked", "member.reactivated", "member.role-changed", "passkey.added",
    "passkey.count-regressed", "passkey.removed", "password.changed", "password.removed", "profile.changed",
    "recovery-code.used", "recovery-codes.made", "session.opened", "session.proven", "session.revoked",
    "settings.changed", "standing.changed", "suppliers.changed", "vault.backup-made", "vault.bulk-approved",
    "vault.bulk-asked",
    "vault.bulk-ended", "vault.bulk-read", "vault.document-read", "vault.document-stored", "vault.event-noted",
    "vault.hold-ended", "vault.hold-set", "vault.job-resumed", "vault.job-stopped", "vault.map-adopted",
    "vault.record-added", "vault.record-changed", "vault.record-removed", "vault.refused",
    "vault.restore-tested", "vault.restored", "vault.retention-carried-out", "vault.rotation-begun",
    "vault.rotation-ended", "vault.searched",
    "vault.subject-forgotten", "vault.subject-read", "vault.subject-restricted", "vault.subjects-added",
    "vault.token-made", "vault.tokens-read",
  ]

  /// The entries that are to be shown.
  struct Window: Sendable {
    /// Those that were looked through, from the oldest on.
    let leaves: [Journal.Leaf]
    /// Nil for all.
    let kind: String?
    /// How many there are in all.
    let published: UInt64
  }

  let head: HeadText
  let q: String
  let kinds: [ChoiceText]
  let isFiltered: Bool
  let searchError: String?
  let entries: [Row]
  let range: String?
  let newerHref: String?
  let olderHref: String?
  let empty: EmptyText?

  init(head: HeadText, search: String, error: String?, _ window: Window, at now: Instant) throws {
    self.head = head
    q = search
    searchError = error
    isFiltered = window.kind != nil
    kinds =
      [ChoiceText(value: "", words: "Any kind", isSelected: window.kind == nil)]
      + Self.kinds.map { ChoiceText(value: $0, words: $0, isSelected: $0 == window.kind) }
    let matching = try window.leaves.reversed().map { ($0, try Entry(parsing: $0.bytes)) }
      .filter { window.kind == nil || $0.1.kind.name == window.kind }
    let shown = matching.prefix(Int(Self.rows))
    entries = shown.map { Row($0.0, $0.1, at: now) }
    // Of a kind there may be few or none where it was looked for; the next page goes on from there.
    let last = matching.count > shown.count ? shown.last?.0.index : window.leaves.first?.index
    if let first = window.leaves.last?.index, let last {
      let count = CountText.words(window.published, "entry", "entries")
      let range = "\(CountText.grouped(first)) to \(CountText.grouped(last)) of \(count)"
      self.range = isFiltered ? "\(CountText.grouped(shown.count)) in \(range)" : range
      newerHref = Self.newer(than: first + 1, window)
      olderHref = last > 0 ? Self.href(before: last, kind: window.kind) : nil
    } else {
      (range, newerHref, olderHref) = (nil, nil, nil)
    }
    empty = Self.empty(window, isShown: !shown.isEmpty)
  }

  private static func href(before end: UInt64?, kind: String?) -> String {
    let query = [end.map { "before=\($0)" }, kind.map { "kind=\(Routes.encoded($0))" }].compactMap { $0 }
    return query.isEmpty ? "/explorer" : "/explorer?\(query.joined(separator: "&"))"
  }

  /// How far the page before went cannot be told where entries of other kinds lie between: then it is the first one.
  private static func newer(than end: UInt64, _ window: Window) -> String? {
    guard end < window.published else { return nil }
    let isFirst = window.kind != nil || end + rows >= window.published
    return href(before: isFirst ? nil : end + rows, kind: window.kind)
  }

  private static func empty(_ window: Window, isShown: Bool) -> EmptyText? {
    if isShown { return nil }
    guard window.published > 0, let first = window.leaves.first?.index, let last = window.leaves.last?.index else {
      return EmptyText(
        title: "No entry is published yet",
        text: "Whatever happens here is recorded, and published with a signed checkpoint within moments.", link: nil)
    }
    return EmptyText(
      title: "Nothing of that kind here",
      text: "Entries \(CountText.grouped(first)) to \(CountText.grouped(last)) were looked through."
        + (first > 0 ? " There may be some among the older ones." : ""),
      link: first > 0
        ? LinkText(words: "Look through the older ones", href: href(before: first, kind: window.kind))
        : LinkText(words: "Show all kinds", href: "/explorer"))
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
