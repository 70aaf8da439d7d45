/// What can go wrong with the journal, and what to do about it.
public enum JournalError: Error, Hashable, Sendable {
  /// The database holds no ledger yet.
  case notCreated
  /// The database already holds a ledger.
  case alreadyCreated(origin: String)
  /// A draft that cannot become an entry.
  case malformedEntry(reason: String)
  /// No entry has this index or identifier, or none that is published.
  case noSuchEntry(String)
  /// What is stored does not add up to the stored root.
  case damaged(reason: String)
  /// The ledger is older than what this machine has published: a backup was restored.
  case rolledBack(stored: UInt64, published: UInt64)
  /// The ledger is not a continuation of what was published.
  case forked(size: UInt64, where: String)
  /// This machine does not know how far the ledger was published.
  case markMissing(path: String)
  /// A file of keys or the mark cannot be read or written.
  case unusableFile(path: String, reason: String)
  /// Another process does the sequencing and did not publish in time.
  case notPublishedInTime(Duration)
  /// A witness answered with something that is not a cosignature.
  case witnessFailed(name: String, reason: String)
  /// A bundle that cannot be read.
  case malformedBundle(file: String, reason: String)
}

extension JournalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notCreated: "there is no ledger here yet; make one with 'surety init'"
    case .alreadyCreated(let origin): "there is a ledger here already, \(origin); nothing was changed"
    case .malformedEntry(let reason): "this cannot become an entry: \(reason)"
    case .noSuchEntry(let what): "there is no published entry \(what)"
    case .damaged(let reason):
      "the stored ledger is damaged: \(reason). Nothing more is signed. Restore a backup that is not older than the "
        + "last published checkpoint; keep the damaged files, they are evidence"
    case .rolledBack(let stored, let published):
      "the database holds \(stored) entries, but \(published) were published: an older backup was restored. Nothing more "
        + "is signed, because that would fork the ledger. Restore a newer backup; if there is none, those entries are "
        + "lost: say so to your auditors and witnesses, and begin a ledger of another name with 'surety init --origin'"
    case .forked(let size, let place):
      "the ledger at size \(size) differs from what \(place) holds. Nothing more is signed. Restore the database that was "
        + "published; keep both, they are evidence"
    case .markMissing(let path):
      "\(path) is missing, so this machine cannot tell whether an old backup was restored. Compare the size with the last "
        + "checkpoint that your witnesses or auditors hold, then run 'surety ledger adopt'"
    case .unusableFile(let path, let reason): "\(path): \(reason)"
    case .notPublishedInTime(let limit): "recorded, but not published within \(limit); look at the server's log"
    case .witnessFailed(let name, let reason): "the witness \(name) did not cosign: \(reason)"
    case .malformedBundle(let file, let reason): "the bundle's \(file) cannot be used: \(reason)"
    }
  }
}
