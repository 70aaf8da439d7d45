import Foundation
import Primitives

/// A security.txt file, judged by every rule of RFC 9116. A signature is looked for, not verified: nobody here knows
/// the key it should be of.
struct SecurityTxt: Hashable, Sendable {
  /// What breaks a rule, each with the section.
  private(set) var faults: [String] = []
  private(set) var contacts: [String] = []
  private(set) var expires: Instant?
  private(set) var canonicals: [String] = []
  private(set) var isSigned = false
  /// Whether it names a key with which a report can be encrypted.
  private(set) var namesKey = false
  private var expiresCount = 0
  private var languagesCount = 0

  /// Reads a file.
  /// - Parameters:
  ///   - contentType: the header it came with; nil when there was none.
  ///   - addresses: where it was asked for and where it was found.
  init(_ bytes: [UInt8], contentType: String?, at addresses: [String]) {
    readType(contentType)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { faults.append("it begins with a byte order mark (section 4)") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      faults.append("it is not UTF-8 (section 2.2)")
      return
    }
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      let mark = "\u{feff}".utf8
      let start = line.starts(with: mark) ? line.dropFirst(mark.count) : line
      return String(Substring(start.last == UInt8(ascii: "\r") ? start.dropLast() : start))
    }
    if !text.isEmpty, text.utf8.last != UInt8(ascii: "\n") { faults.append("its last line does not end (section 4)") }
    if lines.first == "-----BEGIN PGP SIGNED MESSAGE-----" { lines = unwrap(lines) }
    for line in lines { read(line) }
    finish(at: addresses)
  }

  private mutating func readType(_ contentType: String?) {
    let parts = (contentType ?? "").lowercased().split(separator: ";").map { $0.trimmed }
    guard parts.first == "text/plain" else { return faults.append("it is not sent as text/plain (section 3)") }
    if !parts.contains("charset=utf-8"), !parts.contains("charset=\"utf-8\"") {
      faults.append("it is not sent with charset=utf-8 (section 3)")
    }
  }

  /// The lines inside a cleartext signature (RFC 4880, section 7).
  private mutating func unwrap(_ lines: [String]) -> [String] {
    isSigned = true
    guard let start = lines.firstIndex(of: ""), let end = lines.firstIndex(of: "-----BEGIN PGP SIGNATURE-----"),
      start < end, lines[end...].contains("-----END PGP SIGNATURE-----")
    else {
      faults.append("its signature is not whole (section 2.3)")
      return []
    }
    return lines[(start + 1)..<end].map { $0.hasPrefix("- ") ? String($0.dropFirst(2)) : $0 }
  }

  private mutating func read(_ line: String) {
    guard !line.trimmed.isEmpty, !line.hasPrefix("#") else { return }
    guard line.first?.isWhitespace == false else { return faults.append("a line begins with a space (section 4)") }
    guard let colon = line.firstIndex(of: ":") else {
      return faults.append("a line is neither a field nor a comment (section 2.2)")
    }
    let name = line[..<colon].lowercased()
    guard name.last?.isWhitespace != true else {
      return faults.append("a space stands before the colon of '\(name.trimmed.prefix(30))' (section 4)")
    }
    let rest = line[line.index(after: colon)...]
    guard rest.hasPrefix(" ") else { return faults.append("there is no space after '\(name.prefix(30)):' (section 4)") }
    field(name, rest.trimmed)
  }

  private mutating func field(_ name: String, _ value: String) {
    switch name {
    case "contact":
      contacts.append(value)
      if !SecurityTxtAddress.isContact(value) {
        faults.append("a contact is no whole address that begins with mailto:, https:// or tel: (section 2.5.3)")
      }
    case "expires":
      expiresCount += 1
      expires = Instant(rfc3339: value)
      if expires == nil { faults.append("Expires is not a date and time such as 2027-01-01T00:00:00Z (section 2.5.5)") }
    case "preferred-languages":
      languagesCount += 1
      let tags = value.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
      if !tags.allSatisfy(Self.isLanguageTag) {
        faults.append("Preferred-Languages is not a list of language tags (section 2.5.8)")
      }
    case "canonical":
      canonicals.append(value)
      expectSecure(name, value, "2.5.2")
    case "encryption":
      namesKey = true
      if !SecurityTxtAddress.isKey(value) { faults.append("Encryption is no address of a key (section 2.5.4)") }
    case "acknowledgments": expectSecure(name, value, "2.5.1")
    case "hiring": expectSecure(name, value, "2.5.6")
    case "policy": expectSecure(name, value, "2.5.7")
    case "csaf": expectSecure(name, value, "the registry")
    // Unknown fields are to be ignored (section 2.4).
    default: break
    }
  }

  private static func isLanguageTag(_ tag: String) -> Bool {
    !tag.isEmpty && tag.utf8.allSatisfy { (97...122).contains($0 | 0x20) || $0 == 45 || (48...57).contains($0) }
  }

  private mutating func expectSecure(_ name: String, _ value: String, _ section: String) {
    if !SecurityTxtAddress.isSecure(value) {
      faults.append("\(name.capitalized) is no whole address that begins with https:// (section \(section))")
    }
  }

  private mutating func finish(at addresses: [String]) {
    if contacts.isEmpty { faults.append("there is no Contact (section 2.5.3)") }
    if expiresCount == 0 { faults.append("there is no Expires (section 2.5.5)") }
    if expiresCount > 1 { faults.append("Expires is there more than once (section 2.5.5)") }
    if languagesCount > 1 { faults.append("Preferred-Languages is there more than once (section 2.5.8)") }
    if !canonicals.isEmpty, !canonicals.contains(where: addresses.contains) {
      faults.append("no Canonical names the address it was found at (section 2.5.2)")
    }
  }
}
