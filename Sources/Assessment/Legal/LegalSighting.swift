import Obligations

/// What a front page links to and what is there, without its words.
struct LegalSighting: Codable, Sendable {
  /// A page that a link leads to.
  struct Page: Codable, Sendable {
    /// Without its query.
    let address: String
    let status: Int
    /// How much text there is to read, in bytes; nil where the answer is not a page.
    let textLength: Int?
    let namesContact: Bool
  }

  let front: String
  /// How many links the front page has in its HTML.
  let links: Int
  /// Whether the front page names an e-mail address or a telephone number, or links to a page for that.
  let namesContact: Bool
  /// Nil where no link's words lead to one.
  let page: Page?
  let isPartial: Bool

  /// A notice that says what is collected, and why, is longer, in bytes.
  static let leastNotice = 400

  /// Judges the link to the privacy notice and what it leads to.
  func privacyNotice() -> Verdict {
    guard let page else {
      return missing("privacy-notice-missing", "No link on the front page leads to a privacy notice.")
    }
    func failed(_ code: Code<Advice>, _ seen: String) -> Verdict {
      Verdict(summary: seen, findings: [Finding(code, .medium, seen: seen, at: page.address)])
    }
    guard page.status == 200 else {
      return failed("privacy-notice-missing", "The link to the privacy notice leads to status \(page.status).")
    }
    guard let length = page.textLength else {
      return .couldNotCheck("The privacy notice is not an HTML page; what is in it cannot be read.")
    }
    guard length >= Self.leastNotice else {
      return failed("privacy-notice-empty", "The privacy notice has \(length) bytes of text only.")
    }
    return Verdict(summary: "The front page links to a privacy notice.", findings: [])
  }

  /// Judges whether the shop says who it is and how to reach it.
  func imprint() -> Verdict {
    guard let page else { return missing("imprint-missing", "No link on the front page says who the shop is.") }
    guard page.status == 200 else {
      let seen = "The link that should say who the shop is leads to status \(page.status)."
      return Verdict(summary: seen, findings: [Finding("imprint-missing", .medium, seen: seen, at: page.address)])
    }
    guard page.namesContact || namesContact else {
      let seen = "Neither the front page nor the imprint names an e-mail address, a telephone number or a contact page."
      return Verdict(summary: seen, findings: [Finding("contact-missing", .low, seen: seen, at: page.address)])
    }
    return Verdict(summary: "The shop says who it is and how to reach it.", findings: [])
  }

  private func missing(_ code: Code<Advice>, _ seen: String) -> Verdict {
    if links == 0 { return .couldNotCheck("The front page has no links in its HTML; a script seems to draw it.") }
    if isPartial { return .couldNotCheck("\(seen) But the front page has more links than were read.") }
    return Verdict(summary: seen, findings: [Finding(code, .medium, seen: seen, at: front)])
  }
}
