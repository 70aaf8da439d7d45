/// The file that says to whom a weakness is reported (RFC 9116).
struct SecurityTxtFile: Sendable {
  var contact = "mailto:\(mailbox)"
  var expires: UTCTime
  var canonical: [String]

  static let path = "/.well-known/security.txt"
  static let mailbox = "security@teapot-and-leaf.example"

  var text: String {
    let lines =
      ["# Thank you for telling us before you tell others.", "Contact: \(contact)", "Expires: \(expires.text)"]
      + ["Preferred-Languages: en"] + canonical.map { "Canonical: \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }
}
