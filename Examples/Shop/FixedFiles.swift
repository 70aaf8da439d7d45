import HTTPTypes
import Hummingbird
import NIOCore

/// What is the same for everybody: the style sheet, the script, the pictures, security.txt, and whatever leaks.
struct FixedFiles: Sendable {
  let storefront: Storefront

  private var conduct: Conduct { storefront.conduct }

  func add(to router: Router<ShopRequestContext>) {
    router.get("style.css") { _, _ in Self.file(Stylesheet.text, type: "text/css; charset=utf-8") }
    router.get("shop.js") { _, _ in Self.file(ShopScript.text, type: "text/javascript; charset=utf-8") }
    router.get("pictures/{name}.svg") { _, context in
      guard let picture = Pictures.named(try context.parameters.require("name")) else { throw Refusal.notFound }
      return Self.file(picture, type: "image/svg+xml")
    }
    router.get("robots.txt") { _, _ in
      Self.file("User-agent: *\nDisallow: /account\nDisallow: /checkout\n", type: "text/plain; charset=utf-8")
    }
    router.get(".well-known/security.txt") { _, _ in
      guard let file = conduct.securityTxt(at: storefront.clock.now(), storefront.addresses) else {
        throw Refusal.notFound
      }
      return Self.file(file.text, type: "text/plain; charset=utf-8", caching: "no-cache")
    }
    if conduct.servesPartnerScript {
      router.get("partner.js") { _, _ in
        var response = Self.file(ShopScript.partner, type: "text/javascript; charset=utf-8")
        // It is loaded from another host than the pages.
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { response.headers[name] = "cross-origin" }
        return response
      }
    }
    router.add(middleware: Leaks(files: conduct.leaks))
  }

  static func file(_ text: String, type: String, caching: String = "public, max-age=3600") -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: caching],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
