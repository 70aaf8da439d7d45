import Foundation
import Obligations
import Testing

@testable import Assessment

extension PageSighting {
  /// A page as a test says it was answered.
  static func sample(
    at address: String = "https://shop.test/", status: Int = 200, _ headers: [(String, String)] = [],
    body: String = "<p>"
  ) throws -> PageSighting {
    let headers =
      headers.contains { $0.0.lowercased() == "content-type" } ? headers : headers + [("Content-Type", "text/html")]
    return PageSighting([
      Exchange(
        address: try WebAddress(address), status: status, headers: headers.map { (name: $0.0, value: $0.1) },
        body: Array(body.utf8), isCutOff: false)
    ])
  }
}

extension Verdict {
  var codes: [String] { findings.map(\.code.text).sorted() }
}

@Suite struct `Headers of a page` {
  static let good = [
    ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Referrer-Policy", "strict-origin"),
  ]

  private func codes(_ headers: [(String, String)]) throws -> [String] {
    HeaderJudgement.headers(try .sample(headers)).codes
  }

  @Test func `a page with every header is in order`() throws {
    let verdict = HeaderJudgement.headers(try .sample(Self.good))
    #expect(verdict.outcome == .satisfied)
    #expect(verdict.findings.isEmpty)
  }

  @Test func `missing headers are found`() throws {
    #expect(try codes([]) == ["framing-allowed", "nosniff-missing"])
    #expect(try codes([("X-Content-Type-Options", "sniff"), ("X-Frame-Options", "DENY")]) == ["nosniff-missing"])
    #expect(try codes([("x-content-type-options", " NoSniff "), ("x-frame-options", "SameOrigin")]) == [])
  }

  @Test func `frame-ancestors outweighs X-Frame-Options`() throws {
    let sniff = ("X-Content-Type-Options", "nosniff")
    #expect(
      try codes([sniff, ("Content-Security-Policy", "frame-ancestors *"), ("X-Frame-Options", "DENY")]) == [
        "framing-allowed"
      ])
    #expect(try codes([sniff, ("Content-Security-Policy", "frame-ancestors https:")]) == ["framing-allowed"])
    #expect(try codes([sniff, ("Content-Security-Policy", "frame-ancestors 'self' https://partner.test")]) == [])
    #expect(try codes([sniff, ("Content-Security-Policy", "frame-ancestors *, frame-ancestors 'self'")]) == [])
    #expect(try codes([sniff, ("X-Frame-Options", "ALLOW-FROM https://partner.test")]) == ["framing-allowed"])
    #expect(try codes([sniff, ("X-Frame-Options", "SAMEORIGIN, SAMEORIGIN")]) == [])
    #expect(
      try codes([sniff, ("Content-Security-Policy-Report-Only", "frame-ancestors 'none'")]) == ["framing-allowed"])
  }

  @Test func `the last referrer policy that browsers know counts`() throws {
    let rest = Array(Self.good.prefix(2))
    #expect(try codes(rest + [("Referrer-Policy", "unsafe-url")]) == ["referrer-leaks"])
    #expect(try codes(rest + [("Referrer-Policy", "unsafe-url, strict-origin")]) == [])
    #expect(try codes(rest + [("Referrer-Policy", "unsafe-url, of-the-future")]) == ["referrer-leaks"])
    #expect(try codes(rest) == [])
  }

  @Test(arguments: [
    ("Server", "nginx/1.22.1"), ("Server", "Apache/2.4.57 (Debian)"), ("X-Powered-By", "PHP/8.2.1"),
    ("X-Generator", "Drupal 10.1 (https://www.drupal.org)"), ("X-AspNet-Version", "4.0.30319"),
    ("X-AspNetMvc-Version", "5.2"),
    ("Via", "1.1 varnish (Varnish/6.0)"),
  ])
  func `a version in a header is found`(name: String, value: String) throws {
    #expect(HeaderJudgement.disclosure(try .sample([(name, value)])).codes == ["version-disclosed"])
  }

  @Test(arguments: [
    ("Server", "nginx"), ("Server", "cloudflare"), ("Via", "1.1 vegur"), ("Via", "2 proxy, HTTP/1.1 other"),
    ("X-Powered-By", "Express"),
    ("X-Generator", "Shop"), ("Date", "Tue, 24 Nov 2026 20:00:00 GMT"), ("X-AspNet-Version", ""),
  ])
  func `a name without a version is none`(name: String, value: String) throws {
    #expect(HeaderJudgement.disclosure(try .sample([(name, value)])).outcome == .satisfied)
  }

  @Test func `the page's own referrer policy counts last`() throws {
    let meta = "<meta name=referrer content=Unsafe-URL>"
    let page = try PageSighting.sample(Self.good, body: meta)
    #expect(HeaderJudgement.headers(page).codes == ["referrer-leaks"])
    let mended = Array(Self.good.prefix(2)) + [("Referrer-Policy", "unsafe-url")]
    let strict = try PageSighting.sample(mended, body: "<meta name=referrer content=no-referrer>")
    #expect(HeaderJudgement.headers(strict).codes == [])
  }

  @Test func `a version in the page's generator is found`() throws {
    let page = try PageSighting.sample(body: "<meta name=generator content='WordPress 6.4.1'>")
    #expect(HeaderJudgement.disclosure(page).codes == ["version-disclosed"])
  }

  @Test(
    arguments: [
      (["http://shop.test/"], "https://shop.test/", []), (["http://shop.test/"], nil, ["redirect-missing"]),
      (["http://shop.test/", "http://www.shop.test/"], "https://www.shop.test/", ["redirect-insecure"]),
      (["http://shop.test/"], "https://www.shop.test/", ["redirect-insecure"]), ([], nil, []),
    ] as [([String], String?, [String])])
  func `the way from http to https is judged`(hops: [String], secure: String?, codes: [String]) {
    let sighting = RedirectSighting(
      plainAddress: "http://shop.test/", hops: hops.map { PageSighting.Hop(address: $0, status: 301) },
      secureAddress: secure)
    #expect(TransportJudgement.redirect(sighting).codes == codes)
  }

  @Test func `a shop on a port of its own without a plain address cannot be checked`() {
    let sighting = RedirectSighting(plainAddress: nil, hops: [], secureAddress: nil)
    #expect(TransportJudgement.redirect(sighting).outcome == .couldNotCheck)
  }

  @Test func `sharing with strangers is found`() {
    func codes(_ answers: [(origin: String, allowed: String?, credentials: Bool)]) -> [String] {
      SharingSighting(
        address: "https://shop.test/",
        answers: answers.map {
          .init(origin: $0.origin, status: 200, allowOrigin: $0.allowed, allowsCredentials: $0.credentials)
        }
      ).verdict().codes
    }
    let stranger = "https://surety-check.example"
    #expect(codes([(stranger, nil, true), ("null", nil, false)]) == [])
    #expect(codes([(stranger, "https://partner.test", true)]) == [])
    #expect(codes([(stranger, "*", true), ("null", "*", true)]) == ["cors-any-origin"])
    #expect(codes([(stranger, stranger, false)]) == ["cors-any-origin"])
    #expect(
      codes([(stranger, stranger, true), ("null", "null", true)]) == ["cors-null-origin", "cors-reflects-origin"])
    #expect(codes([(stranger, nil, true), ("null", "null", true)]) == ["cors-null-origin"])
  }

  @Test func `whoever is turned away has not seen what others are answered`() {
    for (status, outcome) in [
      (200, Outcome.satisfied), (401, .satisfied), (404, .satisfied), (403, .couldNotCheck), (502, .couldNotCheck),
    ] {
      let answer = SharingSighting.Answer(origin: "null", status: status, allowOrigin: nil, allowsCredentials: false)
      #expect(SharingSighting(address: "https://shop.test/", answers: [answer]).verdict().outcome == outcome)
    }
  }

  @Test func `a page that is not answered properly is not the shop`() throws {
    for status in [301, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503] {
      let page = try PageSighting.sample(status: status)
      #expect(throws: AssessmentError.self) { try page.expectWorking() }
    }
    try PageSighting.sample(status: 200).expectWorking()
  }

  @Test func `nothing secret is kept of a page`() throws {
    let page = try PageSighting.sample(
      at: "https://shop.test/reset?token=SECRET",
      [
        ("Set-Cookie", "session=SECRET; Path=/"), ("X-Auth-Token", "SECRET"), ("Location", "/x?SECRET"),
        ("Server", "nginx"),
      ],
      body:
        "<a href='/x?k=SECRET'>x</a><script src='/y?k=SECRET'></script>"
        + "<form action='/z;jsessionid=SECRET'></form><p>SECRET"
    )
    let stored = String(decoding: try JSONEncoder().encode(page), as: UTF8.self)
    #expect(!stored.contains("SECRET"))
    #expect(stored.contains("nginx"))
  }
}
