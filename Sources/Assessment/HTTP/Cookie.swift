/// A cookie as a server set it, without its value (RFC 6265bis).
struct Cookie: Codable, Hashable, Sendable {
  let name: String
  let isSecure: Bool
  let isHTTPOnly: Bool
  /// In lower case; nil where the server leaves it to the browser.
  let sameSite: String?
  let domain: String?
  let path: String?
  /// Whether the server asks for it to be forgotten.
  let isTakenBack: Bool

  /// Reads a `Set-Cookie` header; nil where there is no name.
  init?(_ header: String) {
    let parts = header.split(separator: ";", omittingEmptySubsequences: false)
    let name = (parts.first ?? "").prefix { $0 != "=" }.trimmed
    guard parts.first?.contains("=") == true, !name.isEmpty else { return nil }
    var attributes: [String: String] = [:]
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      attributes[(pair.first ?? "").trimmed.lowercased()] = pair.count == 2 ? pair[1].trimmed : ""
    }
    self.name = String(name.prefix(100))
    isSecure = attributes["secure"] != nil
    isHTTPOnly = attributes["httponly"] != nil
    sameSite = attributes["samesite"]?.lowercased()
    domain = attributes["domain"].flatMap { $0.isEmpty ? nil : $0 }
    path = attributes["path"]
    let ends = attributes["expires"] ?? ""
    isTakenBack = attributes["max-age"].flatMap { Int64($0) }.map { $0 <= 0 } ?? (ends.contains("1970") || ends == "0")
  }

  /// Whether its name is one of those by which servers recognise who is signed in or who has which cart.
  var isSession: Bool {
    let name = name.lowercased()
    guard !isToken else { return false }
    let words = name.split { !$0.isLetter && !$0.isNumber }
    return ["sess", "login", "jwt", "remember"].contains { name.contains($0) }
      || words.contains { $0.hasSuffix("sid") || $0.hasSuffix("auth") || $0 == "identity" }
      || ["frontend", "adminhtml", "admin", "prestashop", "sw-context-token", "auth_", "auth-", "authtoken"]
        .contains { name.hasPrefix($0) }
  }

  /// Whether it is a token against forged requests, which scripts must be able to read.
  var isToken: Bool { ["csrf", "xsrf", "form_key", "requesttoken"].contains { name.lowercased().contains($0) } }

  /// What breaks the rules of its prefix (RFC 6265bis, 4.1.3); nil where nothing does.
  var brokenPrefix: String? {
    let lowered = name.lowercased()
    if lowered.hasPrefix("__host-") {
      if !isSecure { return "__Host- without Secure" }
      if domain != nil { return "__Host- with a Domain" }
      if path != "/" { return "__Host- without Path=/" }
    }
    if lowered.hasPrefix("__secure-"), !isSecure { return "__Secure- without Secure" }
    return nil
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
