import HTTPTypes
import Hummingbird
import NIOCore

/// What every page of the shop has around its content.
struct PageFrame: Sendable {
  let conduct: Conduct
  let addresses: Addresses

  /// A page as it goes out.
  /// - Parameter visit: nil for pages that are the same for everybody.
  func page(
    _ title: String, visit: Visit?, status: HTTPResponse.Status = .ok, _ content: HTML
  ) -> Response {
    let markup: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      \(head("\(title) – Teapot & Leaf"))
      <body>
      <a class="skip" href="#content">To the content</a>
      \(header(visit))
      <main id="content">
      \(content)
      </main>
      \(footer)
      </body>
      </html>

      """
    return Self.response(markup, status: status)
  }

  /// A page of the admin panel.
  func adminPage(_ title: String, status: HTTPResponse.Status = .ok, _ content: HTML) -> Response {
    let markup: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      \(head("Admin: \(title) – Teapot & Leaf"))
      <body class="admin-panel">
      <header class="admin-header"><p class="wide"><strong>Teapot &amp; Leaf</strong> administration</p></header>
      <main id="content">
      \(content)
      </main>
      </body>
      </html>

      """
    return Self.response(markup, status: status)
  }

  private func head(_ title: String) -> HTML {
    let policy: HTML =
      conduct.policyPlace == .page
      ? "<meta http-equiv=\"Content-Security-Policy\" content=\"\(conduct.policy(addresses).text)\">\n" : ""
    let scripts = conduct.scripts(addresses).map { "<script src=\"\($0)\" defer></script>\n" as HTML }
    let styles = conduct.styles(addresses).map { "<link rel=\"stylesheet\" href=\"\($0)\">\n" as HTML }
    return """
      <head>
      <meta charset="utf-8">
      \(policy)<meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <link rel="icon" href="/pictures/leaf.svg" type="image/svg+xml">
      \(styles)\(scripts)</head>
      """
  }

  private func header(_ visit: Visit?) -> HTML {
    let kinds = Product.Kind.allCases.map { "<a href=\"\($0.path)\">\($0.title)</a>" as HTML }
    let count = visit?.cartCount ?? 0
    let cart: HTML = count == 0 ? "Cart" : "Cart <span class=\"count\">\(count)</span>"
    let account = visit?.customer == nil ? "Sign in" : "Account"
    return """
      <header class="shop-header">
      <div class="wide">
      <a class="brand" href="/"><img src="\(conduct.logo(addresses))" width="40" height="40" alt="">
      <span>Teapot &amp; Leaf</span></a>
      <nav aria-label="Shop">\(kinds)</nav>
      <form class="search" role="search" action="\(conduct.search(addresses))">
      <label class="hidden" for="q">Search</label>
      <input id="q" name="q" type="search" placeholder="Search" maxlength="100">
      </form>
      <nav aria-label="Yours"><a href="/account">\(account)</a><a href="/cart">\(cart)</a></nav>
      </div>
      </header>
      """
  }

  private var footer: HTML {
    let links: [(path: String, words: String, isThere: Bool)] = [
      ("/privacy", "Privacy notice", conduct.privacyNotice != .missing),
      ("/imprint", "Legal notice", conduct.hasImprint),
      ("/contact", "Contact", conduct.hasContact),
    ]
    let items = links.filter(\.isThere).map { "<a href=\"\($0.path)\">\($0.words)</a>" as HTML }
    return """
      <footer>
      <div class="wide">
      <p>Free delivery from \(Cart.freeFrom.text). A demonstration: nothing is really sold here.</p>
      <nav aria-label="About the shop">\(items)</nav>
      </div>
      </footer>
      """
  }

  static func response(_ markup: HTML, status: HTTPResponse.Status) -> Response {
    Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: markup.text)))
  }
}
