/// The addresses that a security.txt may give (RFC 9116, sections 2.5.1 to 2.5.7; each is a URI, RFC 3986).
enum SecurityTxtAddress {
  /// Where to report: a page over https, a mailbox (RFC 6068), or a telephone (RFC 3966).
  static func isContact(_ value: String) -> Bool {
    switch scheme(value) {
    case "https": isSecure(value)
    case "mailto": isMailbox(rest(value))
    case "tel": isTelephone(rest(value))
    default: false
    }
  }

  /// Where a key is: a page over https, a DNS record (RFC 4501), or the fingerprint of an OpenPGP key.
  static func isKey(_ value: String) -> Bool {
    switch scheme(value) {
    case "https": isSecure(value)
    case "dns": isURI(value) && rest(value).contains { $0 != "/" }
    case "openpgp4fpr": [32, 40, 64].contains(rest(value).count) && rest(value).allSatisfy(\.isHexDigit)
    default: false
    }
  }

  /// A whole address over https, with a host.
  static func isSecure(_ value: String) -> Bool {
    guard value.lowercased().hasPrefix("https://"), isURI(value) else { return false }
    return (try? WebAddress(value)) != nil
  }

  /// Whether only characters occur that a URI may have: neither spaces nor letters beyond ASCII.
  private static func isURI(_ value: String) -> Bool {
    value.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"<>\\^`{|}".utf8.contains($0) }
  }

  private static func scheme(_ value: String) -> String { value.prefix { $0 != ":" }.lowercased() }

  private static func rest(_ value: String) -> Substring { value.drop { $0 != ":" }.dropFirst() }

  private static func isMailbox(_ text: Substring) -> Bool {
    let mailbox = text.prefix { $0 != "?" }
    let parts = mailbox.split(separator: "@", omittingEmptySubsequences: false)
    return isURI(String(text)) && parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
      && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
  }

  private static func isTelephone(_ text: Substring) -> Bool {
    let number = text.prefix { $0 != ";" }
    return number.contains(where: \.isNumber)
      && number.allSatisfy { $0.isASCII && ($0.isNumber || "+-.()".contains($0)) }
  }
}
