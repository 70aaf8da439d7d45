import Foundation
import NIOSSL
import Obligations
import Primitives
import TestKit
import Testing

@testable import Assessment

/// What visits ask for and what they make of the answers, with a server that a test writes itself.
@Suite struct `Visits` {
  private static let page = "<a href=/x>Tea</a>"

  /// Looks at a server over plain http with one check.
  private func look(
    _ check: String, _ more: [String: String] = [:], _ answer: @escaping @Sendable (_ path: String) -> [UInt8]?
  ) async throws -> Verdict {
    let answers: @Sendable (String) -> [UInt8] = { request in
      let path = request.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
      return answer(path) ?? HostileServer.page("gone", status: "404 Not Found")
    }
    return try await HostileServer.with(.answer(answers)) { server in
      let url = "http://shop.test:\(server.port)/"
      let shop = try await AssessedShop(
        AssessedShop.profile(url, more.mapValues { $0.replacing("URL/", with: url) }), only: [check])
      return try #require(shop.observations.first).verdict
    }
  }

  // MARK: The admin panel

  @Test func `a panel is found at a usual place by its marks`() async throws {
    let form = "<body class=login-action-login><form><input type=password></form>"
    let verdict = try await look("admin-panel") { $0 == "/wp-login.php" ? HostileServer.page(form) : nil }
    #expect(verdict.outcome == .couldNotCheck)
    #expect(verdict.summary.contains("/wp-login.php") && verdict.summary.contains("WooCommerce"))
    let inside = "<div id=\"adminmenumain\"><a href=/wp-login.php?action=logout>Log out</a>"
    let open = try await look("admin-panel") { $0 == "/wp-admin/" ? HostileServer.page(inside) : nil }
    #expect(open.codes == ["admin-open"])
  }

  @Test func `a customer's sign-in is no panel`() async throws {
    let form = "<title>Sign in</title><form><input type=password></form>"
    let verdict = try await look("admin-panel") { path in
      path.hasPrefix("/admin") ? HostileServer.redirect(to: "/customer/login") : HostileServer.page(form)
    }
    #expect(verdict.outcome == .couldNotCheck)
    #expect(verdict.codes == [])
  }

  @Test func `a password of the server before the whole site says nothing of a panel`() async throws {
    let verdict = try await look("admin-panel") { _ in
      HostileServer.page("", status: "401 Unauthorized", headers: ["WWW-Authenticate: Basic"])
    }
    #expect(verdict.outcome == .couldNotCheck)
  }

  @Test func `a panel that is named is looked at and no other place`() async throws {
    let asked = Counter()
    let verdict = try await look("admin-panel", ["adminPanel": "URL/secret-place?x=1"]) { path in
      _ = asked.next()
      return path.hasPrefix("/secret-place")
        ? HostileServer.page("<form><input type=password><input name=totp></form>") : nil
    }
    #expect(verdict.outcome == .satisfied)
    #expect(asked.value == 1)
  }

  // MARK: Files

  @Test func `a shop that slows the check down is asked no further, and is not in order`() async throws {
    let asked = Counter()
    let verdict = try await look("exposed-files") { path in
      asked.next() > 2 ? HostileServer.page("slow down", status: "429 Too Many Requests") : nil
    }
    #expect(verdict.outcome == .couldNotCheck)
    #expect(asked.value < 20)
  }

  @Test func `a leak that is found counts however much else was not seen`() async throws {
    let verdict = try await look("exposed-files") { path in
      if path == "/.git/HEAD" { return HostileServer.page("ref: refs/heads/main\n") }
      return path.hasPrefix("/w") ? [] : nil
    }
    #expect(verdict.codes == ["exposed-repository"])
    #expect(verdict.outcome == .notSatisfied)
    #expect(!verdict.unseen.isEmpty)
  }

  @Test func `a shop that sends every path to another host was not looked at`() async throws {
    for check in ["exposed-files", "admin-panel"] {
      let verdict = try await look(check) { HostileServer.redirect(to: "http://elsewhere.test\($0)") }
      #expect(verdict.outcome == .couldNotCheck)
      #expect(verdict.summary.contains("http://elsewhere.test"))
    }
  }

  @Test func `files are asked for where a shop sends every path`() async throws {
    let shop = HostileServer.Conduct.answer {
      $0.hasPrefix("GET /.git/HEAD")
        ? HostileServer.page("ref: refs/heads/main\n") : HostileServer.page("gone", status: "404 Not Found")
    }
    let verdict = try await HostileServer.with(shop) { server in
      try await look("exposed-files") { HostileServer.redirect(to: "http://www.shop.test:\(server.port)\($0)") }
    }
    #expect(verdict.findings.map(\.code) == ["exposed-repository"])
    #expect(verdict.findings.allSatisfy { $0.place.hasPrefix("http://www.shop.test:") })
  }

  @Test func `a redirect is no leak`() async throws {
    let verdict = try await look("exposed-files") { path in
      if path == "/" { return HostileServer.page("DB_PASSWORD=x") }
      return path.hasPrefix("/.env") ? HostileServer.redirect(to: "/") : nil
    }
    #expect(verdict.outcome == .satisfied)
  }

  // MARK: Payment pages

  private static let paymentChecks = [
    "payment.integrity", "http.headers", "http.csp", "http.cookies", "page.mixed-content",
  ]

  /// Looks at a payment page with each check that does.
  private func lookAtPayment(
    _ path: String, _ answer: @escaping @Sendable (_ path: String) -> [UInt8]?
  ) async throws -> [Observation] {
    let answers: @Sendable (String) -> [UInt8] = { request in
      let path = request.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
      return answer(path) ?? HostileServer.page("gone", status: "404 Not Found")
    }
    return try await HostileServer.with(.answer(answers)) { server in
      let url = "http://shop.test:\(server.port)"
      let shop = try await AssessedShop(
        AssessedShop.profile("\(url)/", pages: ["\(url)\(path)"]), only: Set(Self.paymentChecks))
      return shop.observations.filter { $0.target.hasPrefix("payment page ") }
    }
  }

  @Test(arguments: [
    ("/checkout", "/account/sign-in"), ("/checkout", "/"), ("/checkout", "http://other.test/checkout"),
    ("/index.php?route=checkout", "/index.php?route=login"), ("/checkout", "/checkout?step=login"), ("/", "/start"),
  ])
  func `a payment page that leads elsewhere was seen by nobody`(path: String, other: String) async throws {
    let looks = try await lookAtPayment(path) { asked in
      asked == path ? HostileServer.redirect(to: other) : HostileServer.page(Self.page)
    }
    #expect(looks.map(\.check.text).sorted() == Self.paymentChecks.sorted())
    #expect(looks.allSatisfy { $0.verdict.outcome == .couldNotCheck }, "\(looks.map(\.verdict))")
    if !other.contains("other.test") {
      #expect(looks.allSatisfy { $0.verdict.summary.contains("nobody saw the payment page") })
    }
  }

  @Test func `a payment page may be at the same address with a slash or a session`() async throws {
    for other in ["/checkout/", "/checkout;jsessionid=1"] {
      let looks = try await lookAtPayment("/checkout") { asked in
        asked == "/checkout" ? HostileServer.redirect(to: other) : HostileServer.page(Self.page)
      }
      #expect(looks.first { $0.check == "payment.integrity" }?.verdict.outcome == .satisfied, "\(other)")
    }
  }

  @Test func `scripts of payment pages are judged where they are named, and nowhere else`() async throws {
    let script = HostileServer.page("<script src=http://cdn.test/pay.js></script>")
    let looks = try await lookAtPayment("/pay") { $0 == "/pay" ? script : HostileServer.page(Self.page) }
    #expect(looks.first { $0.check == "payment.integrity" }?.verdict.codes == ["script-without-integrity"])
    let unnamed = try await AssessedShop(AssessedShop.profile("http://shop.test:9/"), only: ["payment.integrity"])
    #expect(unnamed.observations.isEmpty)
  }

  // MARK: security.txt

  private static let file = HostileServer.page(
    "Contact: mailto:a@b.test\nExpires: 2099-01-01T00:00:00Z\n", headers: ["Content-Type: text/plain; charset=utf-8"])

  @Test func `security.txt may be reached over a redirect within the shop`() async throws {
    let verdict = try await look("security-txt") { path in
      path == "/.well-known/security.txt"
        ? HostileServer.redirect(to: "/security.txt") : path == "/security.txt" ? Self.file : nil
    }
    // The shop of this test is served over http.
    #expect(
      verdict.findings.filter { $0.severity > .note }.map(\.seen)
        == ["In security.txt, nothing protects it: it is served over http (section 3)."])
  }

  @Test func `security.txt at the old place only is not where it belongs`() async throws {
    let verdict = try await look("security-txt") { $0 == "/security.txt" ? Self.file : nil }
    #expect(verdict.codes == ["security-txt-expires-late", "security-txt-invalid", "security-txt-invalid"])
  }

  @Test func `security.txt of another host is not the shop's`() async throws {
    let verdict = try await look("security-txt") { path in
      path == "/.well-known/security.txt" ? HostileServer.redirect(to: "http://other.test/security.txt") : nil
    }
    #expect(verdict.codes == ["security-txt-invalid"])
  }

  @Test func `a page that every path gets is no security.txt`() async throws {
    #expect(try await look("security-txt") { _ in HostileServer.page(Self.page) }.codes == ["security-txt-missing"])
  }

  @Test func `a shop out of order says nothing of its security.txt`() async throws {
    let verdict = try await look("security-txt") { _ in HostileServer.page("", status: "502 Bad Gateway") }
    #expect(verdict.outcome == .couldNotCheck)
  }

  // MARK: Legal pages

  @Test func `a link is followed with its query`() async throws {
    let notice = String(repeating: "We keep your address. ", count: 40)
    let verdict = try await look("legal.privacy-notice") { path in
      switch path {
      case "/": HostileServer.page("<a href='/index.php?route=information&amp;id=3'>Privacy</a>")
      case "/index.php?route=information&id=3": HostileServer.page("<p>\(notice)")
      default: nil
      }
    }
    #expect(verdict.outcome == .satisfied)
  }

  @Test func `a notice without words is empty, and one that is gone is missing`() async throws {
    for (answer, code) in [(HostileServer.page("<p>Soon."), "privacy-notice-empty"), (nil, "privacy-notice-missing")] {
      let verdict = try await look("legal.privacy-notice") { path in
        path == "/" ? HostileServer.page("<a href=/p>Datenschutz</a>") : answer
      }
      #expect(verdict.codes == [code])
    }
  }

  @Test func `a front page that a script draws cannot be judged`() async throws {
    let verdict = try await look("legal.imprint") { _ in
      HostileServer.page("<div id=app></div><script src=/a.js></script>")
    }
    #expect(verdict.outcome == .couldNotCheck)
  }

  // MARK: Ways to a server

  @Test func `an address in brackets is visited`() async throws {
    try await HostileServer.with(.answer { _ in HostileServer.page("<p>") }) { server in
      let address = try WebAddress("http://[::ffff:127.0.0.1]:\(server.port)/")
      #expect(try await Visitor.with(Reach(.anywhere)) { try await $0.ask(address).status } == 200)
    }
  }

  @Test func `TLS where http should be is told`() async throws {
    let issued = try TestAuthority.shared.get().issue(for: ["shop.test"])
    let certificates = try NIOSSLCertificate.fromPEMBytes(Array(issued.chain.utf8)).map {
      NIOSSLCertificateSource.certificate($0)
    }
    let tls = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: certificates,
        privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(issued.key.utf8), format: .pem))))
    try await HostileServer.with(.answer { _ in HostileServer.page("<p>") }, tls: tls) { server in
      let plain = try WebAddress("http://shop.test:\(server.port)/")
      await #expect(throws: AssessmentError.self) {
        try await Visitor.with(AssessedShop.loopback, limits: Visitor.Limits(time: .seconds(5))) {
          try await $0.ask(plain)
        }
      }
      let secure = try WebAddress("https://shop.test:\(server.port)/")
      #expect(try await Visitor.with(AssessedShop.loopback) { try await $0.ask(secure).status } == 200)
    }
  }

  @Test func `nobody who listens for http is in order, but only when it is known`() async throws {
    let port = try await FreePort.next()
    let visit = RedirectVisit(reach: AssessedShop.loopback)
    let sighting = try await visit.look(at: WebAddress("http://shop.test:\(port)/"))
    #expect(TransportJudgement.redirect(sighting).outcome == .satisfied)
    // The lookup fails as it does when the network is down.
    let offline = RedirectVisit(reach: Reach(.anywhere) { _ in [] })
    await #expect(throws: AssessmentError.self) { try await offline.look(at: WebAddress("http://shop.test:\(port)/")) }
  }

  // MARK: Shared looks

  @Test func `checks share a look, and one that comes back looks anew`() async throws {
    let clock = SettableClock(Instant(seconds: 1_000))
    let looks = SharedLooks<Int>(surroundings: clock.surroundings)
    let made = Counter()
    let look: @Sendable (Code<CheckName>) async throws -> Int = { reader in
      try await looks.look(at: "x", for: reader) { made.next() }
    }
    #expect(try await look("a") == 1)
    #expect(try await look("b") == 1)
    #expect(try await look("a") == 2)
    #expect(try await look("b") == 2)
    clock.set(Instant(seconds: 1_061))
    #expect(try await look("c") == 3)
  }

  @Test func `a look that failed is not kept`() async throws {
    let looks = SharedLooks<Int>(surroundings: .system)
    await #expect(throws: AssessmentError.self) {
      try await looks.look(at: "x", for: "a") { throw AssessmentError.refused("x") }
    }
    #expect(try await looks.look(at: "x", for: "b") { 1 } == 1)
  }

  @Test func `a look goes on while somebody waits for it`() async throws {
    let looks = SharedLooks<Int>(surroundings: .system)
    let (began, released) = (Promised<Bool>(), Promised<Int>())
    let first = Task {
      try await looks.look(at: "x", for: "a") {
        began.settle(.success(true))
        return try await released.value()
      }
    }
    _ = try await began.value()
    let second = Task { try await looks.look(at: "x", for: "b") { 0 } }
    try await Task.sleep(for: .milliseconds(20))
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    released.settle(.success(7))
    #expect(try await second.value == 7)
  }
}
