import Foundation

/// Looks for a shop's security.txt where RFC 9116 has it, and where it was before that.
struct SecurityTxtVisit: Sendable {
  let reach: Reach

  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at site: WebAddress) async throws -> SecurityTxtSighting {
    try await Visitor.with(reach) { visitor in
      for path in ["/.well-known/security.txt", "/security.txt"] {
        let asked = site.at(path)
        let hops = try await visitor.follow(asked, within: site, most: SecurityTxtSighting.most)
        guard let last = hops.last else { continue }
        let leadsAway = last.leadsAway(from: site)
        guard leadsAway ? path.hasPrefix("/.well-known") : Self.holdsFile(last) else {
          if last.status >= 500 || last.status == 429 {
            throw AssessmentError.malformedAnswer(asked.text, reason: "status \(last.status)")
          }
          continue
        }
        return SecurityTxtSighting(
          site: site.origin, asked: asked.text, found: last.address.withoutQuery.text,
          contentType: last.values("content-type").first, bytes: leadsAway ? Data() : Data(last.body),
          isCutOff: last.isCutOff, leadsAway: leadsAway)
      }
      return SecurityTxtSighting(
        site: site.origin, asked: nil, found: nil, contentType: nil, bytes: Data(), isCutOff: false, leadsAway: false)
    }
  }

  /// Whether an answer is such a file rather than a page that every path gets.
  private static func holdsFile(_ exchange: Exchange) -> Bool {
    guard exchange.status == 200 else { return false }
    if exchange.values("content-type").first?.lowercased().hasPrefix("text/plain") == true { return true }
    return exchange.body.split(whereSeparator: { $0 == 10 || $0 == 13 }).contains { line in
      String(decoding: line.prefix(9), as: UTF8.self).lowercased().hasPrefix("contact:")
    }
  }
}
