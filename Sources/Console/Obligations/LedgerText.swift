import Journal
import Primitives
import TransparencyLog

/// The head of the ledger, in short.
struct LedgerText: Sendable {
  let origin: String
  let size: String
  /// Base 64.
  let root: String
  let rootShort: String
  /// When a witness saw it last, or its last entry was made; nil for an empty tree.
  let at: TimeText?
  let href: String
  let newestHref: String
  let witnesses: String
  /// The ledger's verifier key as text.
  let key: String
  let checkpointURL: String

  static func now(of rooms: Rooms, asOf now: Instant) async throws -> LedgerText {
    let head = try await LedgerHead(of: rooms)
    let newest = head.size > 0 ? try await Entry(parsing: rooms.journal.leaf(at: head.size - 1).bytes).at : nil
    return LedgerText(head, newest: newest, witnesses: rooms.policy.witnesses.count, asOf: now)
  }

  /// - Parameters:
  ///   - newest: when the last entry under it was made.
  ///   - count: how many witnesses are asked.
  init(_ head: LedgerHead, newest: Instant?, witnesses count: Int, asOf now: Instant) {
    let verified = head.checkpoint
    origin = verified.checkpoint.origin
    size = CountText.grouped(head.size)
    root = verified.checkpoint.root.base64
    rootShort = "\(verified.checkpoint.root.base64.prefix(12))…"
    at = (verified.witnesses.map(\.time).max() ?? newest).map { TimeText($0, asOf: now) }
    href = "/explorer"
    newestHref = head.size > 0 ? ExplorerPages.href(head.size - 1) : href
    witnesses =
      count == 0
      ? "No witness is configured."
      : "Cosigned by \(verified.witnesses.count) of \(CountText.words(count, "witness", "witnesses"))."
    key = head.key
    checkpointURL = "/ledger/checkpoint"
  }
}
