import Primitives
import Storage
import Synchronization

/// Keeps the verdicts of the newest looks, which are read for every page and change only with a new observation.
final class VerdictCache: Sendable {
  private let verdicts = Mutex<[Identifier<Observation>: Verdict]>([:])

  /// The newest look at every target.
  func looks(_ transaction: ReadTransaction) throws -> [EvidenceBook.Look] {
    let looks = try ObligationsStore.looks(transaction, known: verdicts.withLock { $0 })
    let read = Dictionary(looks.map { ($0.observation, $0.verdict) }, uniquingKeysWith: { $1 })
    verdicts.withLock { $0 = read }
    return looks
  }
}
