import Journal
import Primitives

/// Finds the entry of the journal that records what somebody decided.
///
/// A decision does not say which entry that is, only when it was made. Entries lie in the ledger in the order in which
/// they were committed, so the place is near where the time says, and the fact that names the decision makes it sure.
struct DecisionEntry {
  let journal: Journal

  /// So many entries are looked through, a quarter of them before the place that the time gives, since clocks differ.
  private static let width: UInt64 = 2_048

  /// Nil while it is not published.
  func text(
    of kind: String, stating fact: String, as value: String, made: Instant, asOf now: Instant
  ) async throws -> ObservationModel.EntryText? {
    let place = try await place(of: made)
    let marker = Array("\"\(value)\"".utf8)
    for leaf in try await journal.leaves(from: place - min(place, Self.width / 4), limit: Int(Self.width))
    where leaf.bytes.contains(marker) {
      // Facts are free text, so what looks like it is read before it is believed.
      let entry = try Entry(parsing: leaf.bytes)
      guard entry.kind.name == kind, entry.facts[fact]?.text == value else { continue }
      return ObservationModel.EntryText(
        index: String(leaf.index), href: ExplorerPages.href(leaf.index), id: "\(entry.id)", kind: kind,
        at: TimeText(entry.at, asOf: now))
    }
    return nil
  }

  /// The index of the first entry that is not older than a moment.
  /// - Complexity: O(log n) entries.
  private func place(of moment: Instant) async throws -> UInt64 {
    var (low, high) = (UInt64(0), try await journal.publishedSize())
    while low < high {
      let middle = low + (high - low) / 2
      if try await Entry(parsing: journal.leaf(at: middle).bytes).at < moment {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
