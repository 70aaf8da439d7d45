import Obligations

/// Which of the files that shops leak are there. What is in them is not kept.
struct ExposureSighting: Codable, Sendable {
  struct Hit: Codable, Hashable, Sendable {
    let signature: String
    let kind: String
    let title: String
    let address: String
  }

  let hits: [Hit]
  /// How many paths were asked for.
  let asked: Int
  /// Paths that gave no answer that could be read.
  let unanswered: [String]

  func verdict() -> Verdict {
    // One file may look like two of a kind.
    var findings: [Finding] = []
    for hit in hits where !findings.contains(where: { $0.place == hit.address && $0.code.text.hasSuffix(hit.kind) }) {
      findings.append(
        Finding(
          Code("exposed-\(hit.kind)"), Self.severity(of: hit.kind), seen: "\(hit.title) can be fetched by anybody.",
          at: hit.address))
    }
    let worst = findings.max { $0.severity < $1.severity }
    return Verdict(
      summary: worst.map { "\($0.seen) (\(findings.count) in all)" }
        ?? "None of \(asked) files that shops leak is there.",
      findings: findings, unseen: unanswered.unansweredSentences(most: 20))
  }

  private static func severity(of kind: String) -> Severity {
    switch kind {
    case "repository", "secrets", "backup", "dump": .critical
    case "log", "debug", "installer", "admin-file": .high
    case "listing": .medium
    default: .low
    }
  }
}
