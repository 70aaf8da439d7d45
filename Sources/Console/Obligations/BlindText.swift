import Obligations
import Primitives

/// What cannot be seen at a target and why, with the checks that it concerns, as a row of a page.
struct BlindText: Sendable {
  /// The titles of the checks.
  let title: String
  let target: String
  let href: String
  let reason: String
  let since: TimeText
  /// Such as `3 times in a row`; nil where it looked, and what it saw leaves the matter open.
  let failures: String?
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
    let sorted = blind.sorted { rank($0) < rank($1) }
    // One reason may keep many checks from seeing a target; it is told once.
    var places: [[String]: Int] = [:]
    var groups: [[EvidenceBook.Look]] = []
    for look in sorted {
      let key = [look.target, reason(of: look), look.alerted == nil ? "" : "\(look.check)", "\(look.failures)"]
      if let place = places[key] {
        groups[place].append(look)
      } else {
        places[key] = groups.count
        groups.append([look])
      }
    }
    return groups.compactMap { group in
      group.first.map { first in
        BlindText(first, titles: group.map { titles[$0.check] ?? $0.check.text }, at: book.now)
      }
    }
  }

  private static func reason(of look: EvidenceBook.Look) -> String {
    look.verdict.outcome == .couldNotCheck ? look.verdict.summary : "It has not looked again"
  }

  private init(_ look: EvidenceBook.Look, titles: [String], at now: Instant) {
    let more = titles.count > 3 ? ", and \(titles.count - 2) more" : ""
    title = (titles.count > 3 ? Array(titles.prefix(2)) : titles).joined(separator: "; ") + more
    target = look.target
    reason = Self.reason(of: look)
    href =
      titles.count == 1
      ? CheckLook.href(look.check, at: look.target) : "/checks?q=\(Routes.encoded(look.target))"
    if look.verdict.outcome == .couldNotCheck {
      failures = look.failures > 0 ? CountText.words(look.failures, "time in a row", "times in a row") : nil
      since = TimeText(look.alerted ?? look.at, asOf: now)
    } else {
      failures = "and what it saw is stale"
      since = TimeText(look.expires, asOf: now)
    }
    isAlert = look.alerted != nil
  }
}
