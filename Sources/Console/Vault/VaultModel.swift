import Primitives
import Vault

/// The page of the vault: what is held, and how it stands with keys, work, indexes, retention and backups.
struct VaultModel: Sendable {
  struct KeyText: Sendable {
    let version: Int64
    let made: TimeText
    let subjects: String
    let state: MarkText
  }

  struct JobText: Sendable {
    let title: String
    let state: MarkText
    let progress: String
    let done: Int64
    let total: Int64
    let by: String
    let begun: TimeText
    /// Nil for one that is done.
    let changeHref: String?
    /// What the button asks for: `running` or `stopped`.
    let change: String
    let changeWords: String
  }

  struct IndexText: Sendable {
    let name: String
    let kept: String
    let allowed: String
    let told: String
    let state: MarkText
  }

  struct Retention: Sendable {
    let summary: String
    let isEmpty: Bool
    let confirm: ConfirmText
  }

  struct Backups: Sendable {
    let made: TimeText?
    let isApart: Bool
    let tried: TimeText?
    let didFail: Bool
  }

  let subjects: String
  let records: String
  let forgotten: String
  let mapVersion: Int64?
  let rootPlace: String
  let rootName: String
  let custody: String
  let keys: [KeyText]
  let jobs: [JobText]
  let indexes: [IndexText]
  /// Nil while there is no map.
  let retention: Retention?
  let backups: Backups
  let rotation: ConfirmText
  let mayKeep: Bool
  let empty: EmptyText?
}

extension VaultModel {
  static func words(for custody: KeyCustody) -> String {
    switch custody {
    case .passphraseBeside: "opened by a passphrase that lies beside it; keep that elsewhere"
    case .passphrase: "opened by a passphrase that is kept elsewhere"
    case .device: "in a device that does not give it away"
    }
  }

  static func key(_ key: VaultStatus.Key, isNewest: Bool, at now: Instant) -> KeyText {
    let state =
      key.isDestroyed
      ? MarkText(token: "withdrawn", words: "destroyed")
      : isNewest ? MarkText(token: "fresh", words: "in use") : MarkText(token: "stale", words: "followed")
    return KeyText(
      version: key.version, made: TimeText(key.made, asOf: now),
      subjects: CountText.grouped(key.subjects), state: state)
  }

  static func job(_ job: VaultJob, at now: Instant) -> JobText {
    let titles: [VaultJob.Kind: String] = [
      .rotation: "Rotation to key \(job.target)", .indexes: "Indexes of map \(job.target)",
      .retention: "Retention",
    ]
    let state =
      switch job.state {
      case .running: MarkText(token: "fresh", words: "running")
      case .stopped: MarkText(token: "stale", words: "stopped")
      case .done: MarkText(token: "fresh", words: "done")
      }
    let total = max(job.total, job.done)
    return JobText(
      title: titles[job.kind] ?? job.kind.rawValue, state: state,
      progress: "\(CountText.grouped(job.done)) of \(CountText.grouped(total))", done: job.done, total: max(1, total),
      by: AuthorText.name(job.author), begun: TimeText(job.begun, asOf: now),
      changeHref: job.state == .done ? nil : "/vault/jobs/\(job.id)",
      change: job.state == .running ? "stopped" : "running", changeWords: job.state == .running ? "Stop" : "Go on")
  }

  /// - Parameter isBuilt: whether every record is in it already.
  static func index(_ report: IndexReport, isBuilt: Bool = true) -> IndexText {
    IndexText(
      name: "\(report.collection).\(report.name)",
      kept: report.isUnique ? "all 256 bits" : CountText.words(report.bits, "bit"),
      allowed: report.bounds.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "all",
      told: report.coincidences < 2
        ? "each value by itself" : "about \(Int(report.coincidences.rounded())) records share one",
      state: !isBuilt
        ? MarkText(token: "stale", words: "being built")
        : report.isWithinBounds
          ? MarkText(token: "fresh", words: "within bounds") : MarkText(token: "stale", words: "outside bounds"))
  }

  static func retention(_ summary: RetentionSummary, asked: String?) -> Retention {
    let records = summary.deletedRecords.values.reduce(0, +)
    let fields = summary.deletedFields.values.reduce(0, +)
    let isEmpty = records == 0 && fields == 0
    var words = "\(CountText.words(records, "record")) and \(CountText.words(fields, "field")) would go"
    if summary.forgotten > 0 { words += ", and \(CountText.words(summary.forgotten, "subject")) with them" }
    if summary.held > 0 { words += "; \(CountText.words(summary.held, "record")) are under a legal hold" }
    return Retention(
      summary: isEmpty ? "Nothing is past its time." : "\(words).", isEmpty: isEmpty,
      confirm: ConfirmText(on: "/vault", step: "retention", deed: "retention", asked: asked))
  }
}
