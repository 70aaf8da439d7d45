import Foundation
import TestKit

/// The files of a shop for a real server: its pages, its certificate, and whatever a test adds.
struct ShopFolder: Sendable {
  let directory: TemporaryDirectory
  let httpsPort: Int
  let httpPort: Int

  static let host = "shop.test"

  init(_ certificate: TestAuthority.Issued, pages: [String: String]) async throws {
    directory = try TemporaryDirectory()
    (httpsPort, httpPort) = (try await FreePort.next(), try await FreePort.next())
    for folder in ["pages", "logs", "run"] { try write(nil, "\(folder)/.keep") }
    try write(certificate.chain, "cert.pem")
    try write(certificate.key, "key.pem")
    for (name, text) in pages { try write(text, "pages/\(name)") }
  }

  /// Writes a file, or only makes its folder.
  func write(_ text: String?, _ name: String) throws {
    let url = URL(filePath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    if let text { try text.write(to: url, atomically: true, encoding: .utf8) }
  }

  func path(_ name: String) -> String { directory.file(name) }

  var url: String { "https://\(Self.host):\(httpsPort)/" }

  /// The profile of the shop.
  var profile: String {
    AssessedShop.profile(
      url, ["plainAddress": "http://\(Self.host):\(httpPort)/", "adminPanel": "\(url)admin"],
      pages: ["\(url)checkout.html"])
  }

  /// The whole of a page.
  static func page(_ title: String, _ body: String, head: String = "") -> String {
    "<!doctype html><html><head><title>\(title)</title>\(head)</head><body>\(body)</body></html>\n"
  }

  /// The pages of a shop in good order.
  static var goodPages: [String: String] {
    let links = "<a href=/privacy.html>Privacy notice</a> <a href=/imprint.html>Imprint</a>"
    let notice = String(repeating: "We keep your address to send you tea, and nothing else. ", count: 20)
    return [
      "index.html": page("Tea", "<h1>Tea</h1><script src=/shop.js></script><img src=/tea.png>\(links)"),
      "checkout.html": page("Checkout", "<form action=/pay method=post><input name=card></form>\(links)"),
      "shop.js": "void 0;\n", "privacy.html": page("Privacy", notice),
      "imprint.html": page("Imprint", "Tea Ltd, 1 Tea Street. <a href=mailto:shop@shop.test>Write to us</a>"),
      ".well-known/security.txt": "Contact: mailto:security@shop.test\nExpires: \(inHalfAYear)\n",
    ]
  }

  /// The pages of a shop with everything wrong that pages can have wrong.
  static var badPages: [String: String] {
    [
      "index.html": page(
        "Tea",
        """
        <h1>Tea</h1><script src=http://cdn.test/a.js></script><script src=https://cdn.test/b.js></script>
        <img src=http://cdn.test/tea.png><form action=http://shop.test/in><input type=password></form>
        <a href=/privacy.html>Privacy</a>
        """, head: "<meta name=generator content='Shop 3.1.4'>"),
      "checkout.html": page("Checkout", "<form><input name=card></form>"), "privacy.html": page("Privacy", "Soon."),
      "admin": page("Admin", "<h1>Orders</h1><a href=/logout>Log out</a>"),
      ".well-known/security.txt": "Contact: security@shop.test\nExpires: 2020-01-01T00:00:00Z\n",
      ".git/HEAD": "ref: refs/heads/main\n", ".env": "APP_KEY=x\nDB_PASSWORD=secret\n",
    ]
  }

  private static var inHalfAYear: String {
    let formatter = ISO8601DateFormatter()
    return formatter.string(from: Date(timeIntervalSinceNow: 180 * 86_400))
  }

  /// What a shop with these pages and no protection at all has wrong, but for what differs between servers.
  static let badCodes: Set<String> = [
    "redirect-missing", "hsts-missing", "csp-missing", "framing-allowed", "nosniff-missing", "referrer-leaks",
    "version-disclosed", "session-cookie-without-secure", "session-cookie-without-httponly", "cookie-without-secure",
    "cookie-without-samesite", "cookie-prefix-broken", "cors-reflects-origin", "cors-null-origin",
    "mixed-active-content",
    "mixed-passive-content", "form-insecure", "script-without-integrity", "security-txt-invalid",
    "security-txt-expired",
    "admin-open", "exposed-repository", "exposed-secrets", "privacy-notice-empty", "imprint-missing",
  ]

  static let goodPolicy =
    "default-src 'none'; script-src 'self'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    + "frame-ancestors 'none'"
}
