import Obligations

/// What the shop answers to scripts of other sites (Fetch standard, CORS protocol).
struct SharingSighting: Codable, Sendable {
  struct Answer: Codable, Sendable {
    /// The origin that asked.
    let origin: String
    let status: Int
    let allowOrigin: String?
    let allowsCredentials: Bool
  }

  let address: String
  let answers: [Answer]

  /// Origins that no shop has a reason to trust (RFC 2606): a stranger's, one that a careless comparison takes for the
  /// shop's own, and that of a page without any.
  static func strangers(to host: String) -> [String] {
    ["https://surety-check.example", "https://\(host).surety-check.example", "null"]
  }

  func verdict() -> Verdict {
    var findings: [Finding] = []
    for answer in answers {
      guard let allowed = answer.allowOrigin else { continue }
      if allowed == "*" || allowed == answer.origin && !answer.allowsCredentials {
        findings.append(
          Finding("cors-any-origin", .note, seen: "Scripts of every site may read this page.", at: address))
      } else if allowed == answer.origin {
        let code: Code<Advice> = answer.origin == "null" ? "cors-null-origin" : "cors-reflects-origin"
        let who = answer.origin == "null" ? "a page without an origin" : "any site that asks"
        findings.append(
          Finding(code, .high, seen: "Scripts of \(who) may read answers meant for a signed-in customer.", at: address))
      }
    }
    let unique = findings.reduce(into: [Finding]()) { if !$0.contains($1) { $0.append($1) } }
    // Whoever is turned away learns nothing of what others are answered.
    let refusal = answers.first { [403, 429].contains($0.status) || $0.status >= 500 }
    let unseen = refusal.map { ["\(address) turns this check away (status \($0.status))."] } ?? []
    return Verdict(
      summary: unique.first { $0.severity > .note }?.seen ?? unseen.first
        ?? "Scripts of other sites may not act as a customer.",
      findings: unique, unseen: unseen)
  }
}
