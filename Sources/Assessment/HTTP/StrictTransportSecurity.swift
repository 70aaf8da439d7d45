/// The Strict-Transport-Security header (RFC 6797, section 6.1).
struct StrictTransportSecurity: Hashable, Sendable {
  /// In seconds.
  let maxAge: Int64
  let includesSubdomains: Bool
  /// Whether it asks to be built into browsers.
  let asksForPreload: Bool

  /// Half a year, in seconds: what MDN's observatory asks for at least.
  static let halfYear: Int64 = 15_768_000
  /// A year, in seconds: what hstspreload.org asks for.
  static let year: Int64 = 31_536_000

  /// Nil for a header that browsers ignore: no max-age, one that is no number, or a directive that is there twice.
  init?(_ header: String) {
    var directives: [String: String] = [:]
    for part in header.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = pair[0].trimmed.lowercased()
      if name.isEmpty { continue }
      var value = pair.count == 2 ? pair[1].trimmed : ""
      if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 { value = String(value.dropFirst().dropLast()) }
      guard directives.updateValue(value, forKey: name) == nil else { return nil }
    }
    guard let text = directives["max-age"], !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    maxAge = Int64(text) ?? .max
    includesSubdomains = directives["includesubdomains"] != nil
    asksForPreload = directives["preload"] != nil
  }
}
