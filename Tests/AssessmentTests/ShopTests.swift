import Foundation
import TestKit
import Testing

@testable import Shop

@Suite struct `The demonstration shop` {
  // MARK: In perfect order

  @Test func `has its pages, each with every header`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let pages = [
          "/", "/teas", "/pots", "/products/jasmine-pearls", "/search?q=pot", "/cart", "/account/sign-in",
          "/account/sign-up", "/admin", "/privacy", "/imprint", "/contact", "/style.css", "/shop.js",
          "/pictures/jasmine-pearls.svg", "/robots.txt",
        ]
        for path in pages {
          let page = try await browser.get(path)
          #expect(page.status == 200, "\(path)")
          expectOrder(page)
        }
        let nothing = try await browser.get("/wp-login.php")
        #expect(nothing.status == 404)
        #expect(nothing.text.contains("<h1>Page not found</h1>"))
        expectOrder(nothing)
        #expect(try await browser.get("/products/no-such-thing").status == 404)
      }
    }
  }

  private func expectOrder(_ page: ShopBrowser.Page) {
    #expect(
      page.header("content-security-policy")
        == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'")
    #expect(page.header("x-content-type-options") == "nosniff")
    #expect(page.header("x-frame-options") == "DENY")
    #expect(page.header("strict-transport-security") == "max-age=63072000; includeSubDomains")
    #expect(page.header("cross-origin-resource-policy") == "same-origin")
    #expect(page.header("referrer-policy") == "strict-origin-when-cross-origin")
    #expect(page.header("server") == nil)
    #expect(page.header("access-control-allow-origin") == nil)
  }

  @Test func `gives a browser one cookie with every flag, once`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let cookies = try await browser.get("/").cookies
        #expect(cookies.count == 1)
        #expect(cookies.first?.hasPrefix("__Host-session=") == true)
        #expect(cookies.first?.hasSuffix("; Path=/; Secure; HttpOnly; SameSite=Lax") == true)
        #expect(try await browser.get("/teas").cookies == [])
      }
    }
  }

  @Test func `leads from http to https, and to nobody else`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let page = try await browser.get("\(shop.plain)/search?q=pot")
        #expect(page.status == 308)
        #expect(page.header("location") == "\(shop.secure)/search?q=pot")
        #expect(page.header("strict-transport-security") == nil)
        let other = try await browser.get("\(shop.plain)/", headers: ["host": "elsewhere.example"])
        #expect(other.header("location") == "\(shop.secure)/")
      }
    }
  }

  @Test func `has a security txt that names where it is`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let page = try await browser.get("/.well-known/security.txt")
        #expect(page.header("content-type") == "text/plain; charset=utf-8")
        #expect(page.text.contains("\nCanonical: \(shop.secure)/.well-known/security.txt\n"))
        #expect(page.text.contains("\nContact: mailto:"))
        #expect(page.text.contains("\nExpires: 20"))
      }
    }
  }

  // MARK: Buying

  private static let card = ["card": "4242 4242 4242 4242", "expiry": "12/40", "code": "123"]
  private static let delivery = [
    "name": "Ann <b>\"Tea\"", "street": "Way 1", "postcode": "10000", "town": "Steepham", "country": "Atlantis",
  ]

  private func signUp(_ browser: ShopBrowser, email: String = "ann@mail.example") async throws -> ShopBrowser.Page {
    try await browser.post(
      "/account/sign-up", from: "/account/sign-up",
      ["name": "Ann <b>\"Tea\"", "email": email, "password": "correct horse battery"])
  }

  @Test func `sells something to somebody, and shows it to nobody else`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        #expect(try await browser.get("/checkout").header("location") == "/account/sign-in")
        let added = try await browser.post(
          "/cart", from: "/products/glass-pot", ["product": "glass-pot", "quantity": "2"])
        #expect(added.status == 303)
        let planted = await browser.jar
        #expect(try await signUp(browser).header("location") == "/cart")
        // The session that was there before the sign-in is worth nothing after it.
        #expect(await browser.jar != planted)
        #expect(try await browser.get("/cart").text.contains("€69.80"))
        let delivered = try await browser.post("/checkout", from: "/checkout", Self.delivery)
        #expect(delivered.header("location") == "/checkout/payment")
        let paid = try await browser.post("/checkout/payment", from: "/checkout/payment", Self.card)
        #expect(paid.header("location") == "/account/orders/10001")
        let order = try await browser.get("/account/orders/10001")
        #expect(order.text.contains("paid with the card that ends in 4242"))
        #expect(order.text.contains("Ann &lt;b&gt;&quot;Tea&quot;"))
        #expect(!order.text.contains("<b>\"Tea\""))
        #expect(try await browser.get("/cart").text.contains("Your cart is empty"))
      }
      try await ShopBrowser.with(shop) { stranger in
        #expect(try await stranger.get("/account/orders/10001").header("location") == "/account/sign-in")
        _ = try await signUp(stranger, email: "bob@mail.example")
        #expect(try await stranger.get("/account/orders/10001").status == 404)
      }
      let database = try Data(contentsOf: URL(filePath: shop.directory.file("shop.sqlite")))
      for trace in ["4242424242424242", "4242 4242 4242 4242", "correct horse battery"] {
        #expect(database.range(of: Data(trace.utf8)) == nil)
      }
    }
  }

  @Test func `signs in with the right password only, and out`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        _ = try await signUp(browser)
        _ = try await browser.post("/account/sign-out", from: "/account", [:])
        #expect(try await browser.get("/account").header("location") == "/account/sign-in")
        func signIn(_ password: String) async throws -> Int {
          try await browser.post(
            "/account/sign-in", from: "/account/sign-in", ["email": "Ann@Mail.example", "password": password]
          ).status
        }
        #expect(try await signIn("correct horse batter") == 422)
        #expect(try await signIn("correct horse battery") == 303)
        #expect(try await browser.get("/account").text.contains("ann@mail.example"))
        let again = try await signUp(browser)
        #expect(again.status == 422)
        #expect(again.text.contains("There is an account with this address already"))
      }
    }
  }

  @Test func `takes test cards only`() throws {
    let now = UTCTime(seconds: 1_790_000_000)
    func obstacle(_ number: String, _ expiry: String = "12/40", _ code: String = "123") -> CardPayment.Obstacle? {
      do {
        _ = try CardPayment(number: number, runsOut: expiry, verification: code, at: now)
        return nil
      } catch {
        return error
      }
    }
    #expect(obstacle("5555 5555 5555 4444") == nil)
    #expect(obstacle("5555 5555 5555 4445") == .noCardNumber)
    #expect(obstacle("4111 1111 1111 1111") == .realCard)
    #expect(obstacle("4000 0000 0000 0002") == .declined)
    #expect(obstacle("4242424242424242", "09/26") == nil)
    #expect(obstacle("4242424242424242", "08/26") == .runOut)
    #expect(obstacle("4242424242424242", "13/40") == .runOut)
    #expect(obstacle("4242424242424242", "12/40", "12") == .noVerificationCode)
  }

  // MARK: What strangers try

  @Test func `does nothing for a form that is not its own`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let fields = ["product": "glass-pot", "quantity": "1"]
        let strangers = try await browser.get("/products/glass-pot").token
        try await ShopBrowser.with(shop) { victim in
          _ = try await victim.get("/")
          for token in ["", "guess", strangers] {
            let page = try await victim.post("/cart", from: "/", fields.merging(["token": token]) { $1 })
            #expect(page.status == 403)
          }
          #expect(try await victim.get("/cart").text.contains("Your cart is empty"))
        }
        let long = ["product": String(repeating: "x", count: 20_000)]
        #expect(try await browser.post("/cart", from: "/products/glass-pot", long).status == 413)
        let many = ["product": "glass-pot", "quantity": "999999999999"]
        #expect(try await browser.post("/cart", from: "/products/glass-pot", many).status == 400)
      }
    }
  }

  @Test func `escapes what it is asked for`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let page = try await browser.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22'%26")
        #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"))
        #expect(!page.text.contains("<script>alert"))
        // What means something to the database means nothing here.
        #expect(try await browser.get("/search?q=%25").text.contains("Nothing found"))
        #expect(try await browser.get("/search?q='%20OR%20'1'='1").text.contains("Nothing found"))
        #expect(try await browser.get("/search?q=malty").text.contains("Assam breakfast"))
      }
    }
  }

  @Test func `stops listening to whoever tries passwords`() {
    let limit = SignInLimit()
    for _ in 0..<10 {
      #expect(limit.allows("ann@mail.example", at: 1_000))
      limit.failed("ann@mail.example", at: 1_000)
    }
    #expect(!limit.allows("ann@mail.example", at: 1_899))
    #expect(limit.allows("ann@mail.example", at: 1_900))
    #expect(limit.allows("bob@mail.example", at: 1_000))
  }

  @Test func `writes its log as Apache does`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        _ = try await browser.get("/teas", headers: ["user-agent": "a \"b\\ \u{e9}", "referer": "https://x.example/"])
        _ = try await browser.get("\(shop.plain)/pots?x=1")
      }
      let log = try String(contentsOfFile: shop.directory.file("access.log"), encoding: .utf8)
      let lines = log.split(separator: "\n")
      #expect(lines.count == 2)
      let form =
        #/127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}(:\d\d){3} \+0000\] "GET /\S+ HTTP/1\.1" \d{3} (\d+|-) ".*" ".*"/#
      for line in lines { #expect(try form.wholeMatch(in: line) != nil, "\(line)") }
      #expect(lines.first?.hasSuffix(#" "https://x.example/" "a \"b\\ \xc3\xa9""#) == true)
      #expect(lines.last?.contains("\"GET /pots?x=1 HTTP/1.1\" 308 - ") == true)
    }
    let line = AccessLog.line(
      peer: nil, at: UTCTime(seconds: 971_211_336), request: "GET / HTTP/1.1", status: 200, bytes: 2_326, referrer: nil,
      browser: nil)
    #expect(line == #"- - - [10/Oct/2000:20:55:36 +0000] "GET / HTTP/1.1" 200 2326 "-" "-""#)
  }

  // MARK: The admin panel

  private func signIn(
    _ browser: ShopBrowser, _ shop: RunningShop, code: String?, password: String? = nil
  ) async throws -> Int {
    var fields = ["user": shop.hint.user, "password": password ?? shop.hint.password]
    fields["code"] = code
    return try await browser.post("/admin/sign-in", from: "/admin", fields).status
  }

  @Test func `lets nobody into the admin panel without password and code, and takes each code once`() async throws {
    try await RunningShop.with { shop in
      try await ShopBrowser.with(shop) { browser in
        let code = shop.hint.code(at: Int64(time(nil)))
        #expect(try await browser.get("/admin").text.contains("one-time-code"))
        #expect(try await signIn(browser, shop, code: nil) == 422)
        #expect(try await signIn(browser, shop, code: code, password: "wrong") == 422)
        #expect(try await signIn(browser, shop, code: code) == 303)
        #expect(try await browser.get("/admin").text.contains("Stoneware pot"))
        try await ShopBrowser.with(shop) { eavesdropper in
          #expect(try await signIn(eavesdropper, shop, code: code) == 422)
          let forged = try await eavesdropper.post("/admin/orders/10001/sent", from: "/", [:])
          #expect(forged.status == 403)
        }
        _ = try await browser.post("/admin/sign-out", from: "/admin", [:])
        #expect(try await !browser.get("/admin").text.contains("Stoneware pot"))
      }
    }
  }

  @Test func `lets people in with less when it is weak`() async throws {
    try await RunningShop.with([.adminWithoutSecondFactor]) { shop in
      try await ShopBrowser.with(shop) { browser in
        func panel(_ password: String?) async throws -> ShopBrowser.Page {
          let given = password.map { Data("\(shop.hint.user):\($0)".utf8).base64EncodedString() }
          return try await browser.get("/admin", headers: given.map { ["Authorization": "Basic \($0)"] } ?? [:])
        }
        let page = try await panel(nil)
        #expect(page.status == 401 && page.header("WWW-Authenticate")?.hasPrefix("Basic ") == true)
        #expect(!page.text.contains("one-time-code"))
        #expect(try await panel("wrong").status == 401)
        #expect(try await panel(shop.hint.password).text.contains("Stoneware pot"))
      }
    }
    try await RunningShop.with([.adminOpen]) { shop in
      try await ShopBrowser.with(shop) { browser in
        let page = try await browser.get("/admin")
        #expect(page.text.contains("Stoneware pot"))
      }
    }
  }

  /// RFC 6238, appendix B, cut to six digits; RFC 4648, section 10.
  @Test func `makes the codes that authenticator apps make`() {
    let code = OneTimeCode(secret: Array("12345678901234567890".utf8))
    let vectors: [(Int64, String)] = [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"),
    ]
    for (seconds, text) in vectors {
      #expect(code.text(step: OneTimeCode.step(at: seconds)) == text)
      #expect(code.step(of: text, at: seconds + OneTimeCode.period) == OneTimeCode.step(at: seconds))
      #expect(code.step(of: text, at: seconds + 2 * OneTimeCode.period) == nil)
    }
    #expect(code.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    #expect(OneTimeCode(secret: Array("foob".utf8)).base32 == "MZXW6YQ")
  }

  // MARK: Its directory

  @Test func `keeps its authority and its secrets, for itself`() async throws {
    try await TemporaryDirectory.with { directory in
      var seen: Set<String> = []
      for _ in 0..<2 {
        try await RunningShop.with(in: directory) {
          seen.insert(try $0.authority + $0.hint.password + $0.hint.oneTimeSecret)
        }
      }
      #expect(seen.count == 1)
      for name in ["secrets.json", "authority-key.pem", "shop.sqlite"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.file(name))
        #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600, "\(name)")
      }
      try "{}".write(toFile: directory.file("secrets.json"), atomically: true, encoding: .utf8)
      await #expect(throws: ShopError.damagedFile(directory.file("secrets.json"))) {
        try await RunningShop.with(in: directory) { _ in }
      }
    }
  }
}
