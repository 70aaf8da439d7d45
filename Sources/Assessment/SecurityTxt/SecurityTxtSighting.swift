import Foundation
import Obligations
import Primitives

/// What was found where security.txt belongs. The file is public and short, so it is kept as it is.
struct SecurityTxtSighting: Codable, Sendable {
  /// Scheme, host and port of the shop.
  let site: String
  /// Where it was asked for; nil when it was not found.
  let asked: String?
  /// Where it was found, after redirects.
  let found: String?
  let contentType: String?
  let bytes: Data
  /// Whether the file went on beyond what was read.
  let isCutOff: Bool
  /// Whether a redirect leads to another host.
  let leadsAway: Bool

  /// No such file is longer, in bytes; RFC 9116, section 5.4 leaves the limit to the reader.
  static let most = 32_768

  func verdict(at now: Instant) -> Verdict {
    let belongs = "\(site)/.well-known/security.txt"
    guard let asked, let found else {
      let seen = "There is no security.txt at \(belongs)."
      return Verdict(summary: seen, findings: [Finding("security-txt-missing", .low, seen: seen, at: belongs)])
    }
    func invalid(_ fault: String) -> Finding {
      Finding("security-txt-invalid", .low, seen: "In security.txt, \(fault).", at: asked)
    }
    if leadsAway { return verdict([invalid("a redirect leads to another host (section 5.1)")]) }
    if isCutOff { return verdict([invalid("there is more than \(Self.most) bytes (section 5.4)")]) }
    let file = SecurityTxt(Array(bytes), contentType: contentType, at: [asked, found])
    var findings = file.faults.map(invalid)
    if !found.hasPrefix("https://") {
      findings.append(invalid("nothing protects it: it is served over http (section 3)"))
    }
    if !asked.hasSuffix("/.well-known/security.txt") && !found.hasSuffix("/.well-known/security.txt") {
      findings.append(invalid("the place is wrong: it is not below /.well-known/ (section 3)"))
    }
    if let expires = file.expires {
      let date = CalendarDate(at: expires)
      if expires <= now {
        findings.append(Finding("security-txt-expired", .low, seen: "security.txt ran out on \(date).", at: asked))
      } else if expires.since(now) < .seconds(14 * 86_400) {
        findings.append(
          Finding("security-txt-expires-soon", .note, seen: "security.txt runs out on \(date).", at: asked))
      } else if expires.since(now) > .seconds(366 * 86_400) {
        let seen = "security.txt runs out only on \(date); less than a year ahead is recommended (section 2.5.5)."
        findings.append(Finding("security-txt-expires-late", .note, seen: seen, at: asked))
      }
    }
    return verdict(findings, "security.txt names \(file.contacts.count) ways to report a weakness.\(Self.extras(file))")
  }

  /// What RFC 9116 recommends or allows, and is no fault to leave out.
  private static func extras(_ file: SecurityTxt) -> String {
    switch (file.isSigned, file.namesKey) {
    case (true, true): ""
    case (false, true): " It is not signed."
    case (true, false): " It names no key to encrypt a report with."
    case (false, false): " It is not signed, and names no key to encrypt a report with."
    }
  }

  private func verdict(_ findings: [Finding], _ summary: String = "") -> Verdict {
    Verdict(summary: findings.first { $0.severity > .note }?.seen ?? summary, findings: findings)
  }
}
