import Obligations
import Primitives

/// A change in the history of one thing.
struct HistoryText: Sendable {
  let was: StatusText
  let became: StatusText
  let reason: String
  let at: TimeText

  init(_ change: StandingChange, at now: Instant) {
    was = StatusText(change.was)
    became = StatusText(change.became)
    reason = change.reason
    at = TimeText(change.at, asOf: now)
  }
}

/// The history of a duty or a requirement, as far as its page shows it.
struct HistorySlice: Sendable {
  /// So many changes are shown at first.
  static let rows = 20
  /// So many when somebody asks for the older ones.
  static let mostRows = 1_000

  /// The newest first.
  let changes: [HistoryText]
  /// To the older ones; nil where there are none.
  let older: LinkText?
  /// Says that even this is not all; nil where it is.
  let cut: String?

  /// - Parameters:
  ///   - subject: such as `duty:D01`.
  ///   - visit: with `history=all` in the query, somebody asks for the older ones.
  init(of subject: String, in register: ObligationRegister, for visit: Visit) async throws {
    let isWhole = visit.query("history") == "all"
    let limit = isWhole ? Self.mostRows : Self.rows
    let found = try await register.changes(of: subject, limit: limit + 1)
    changes = found.prefix(limit).map { HistoryText($0, at: visit.now) }
    let isCut = found.count > limit
    older =
      isCut && !isWhole ? LinkText(words: "See the older changes", href: "\(visit.path)?history=all#history") : nil
    cut =
      isCut && isWhole
      ? "These are the newest \(CountText.grouped(limit)) changes; the ledger has those before them." : nil
  }
}
