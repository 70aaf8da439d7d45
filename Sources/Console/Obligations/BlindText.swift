import Obligations
import Primitives

/// A check that cannot look at a target, as a row of a page.
struct BlindText: Sendable {
  let check: String
  let title: String
  let target: String
  let href: String
  let reason: String
  let since: TimeText
  let failures: String
  let isAlert: Bool

  /// Every look where a check is to look that failed, or stands alerted, or has gone stale: alerts first, then what has
  /// been so longest.
  static func all(in book: EvidenceBook, titles: [Code<CheckName>: String]) -> [BlindText] {
    let looks = book.targets.flatMap { check, targets in targets.compactMap { book.looks[check]?[$0] } }
    let blind = looks.filter { look in
      look.verdict.outcome == .couldNotCheck || look.alerted != nil || look.expires <= book.now
    }
    func rank(_ look: EvidenceBook.Look) -> (Int, Instant, Code<CheckName>, String) {
      (look.alerted == nil ? 1 : 0, look.at, look.check, look.target)
    }
    return blind.sorted { rank($0) < rank($1) }.map { look in
      BlindText(look, title: titles[look.check] ?? look.check.text, at: book.now)
    }
  }

  private init(_ look: EvidenceBook.Look, title: String, at now: Instant) {
    check = look.check.text
    self.title = title
    target = look.target
    href = CheckLook.href(look.check, at: look.target)
    if look.verdict.outcome == .couldNotCheck {
      reason = look.verdict.summary
      failures = CountText.words(max(1, look.failures), "time in a row", "times in a row")
      since = TimeText(look.alerted ?? look.at, asOf: now)
    } else {
      reason = "It has not looked again"
      failures = "and what it saw is stale"
      since = TimeText(look.expires, asOf: now)
    }
    isAlert = look.alerted != nil
  }
}
