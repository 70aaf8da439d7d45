/// A check began to keep failing to look, or looks again.
struct LookAlert: Hashable, Sendable {
  let check: Code<CheckName>
  let target: String
  /// So many times in a row it could not look.
  let failures: Int64
  /// Why it could not look, or what it saw when it could again.
  let summary: String
  let isOver: Bool

  /// What a look means beside the one before it; nil where nothing begins and nothing ends.
  init?(before: EvidenceBook.Look?, after look: EvidenceBook.Look) {
    switch (before?.alerted, look.alerted) {
    case (nil, .some): isOver = false
    case (.some, nil): isOver = true
    default: return nil
    }
    (check, target, summary) = (look.check, look.target, look.verdict.summary)
    failures = isOver ? before?.failures ?? 0 : look.failures
  }
}
