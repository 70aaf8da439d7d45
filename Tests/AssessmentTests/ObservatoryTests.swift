import Obligations
import Testing

@testable import Assessment

/// MDN's published rules: a hundred points, each test's change, extra points only from ninety on.
@Suite struct `MDN's method of scoring` {
  /// Headers worth nothing more and nothing less than a hundred.
  static let even = [
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'",
    "Strict-Transport-Security": "max-age=63072000", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
  ]

  private func score(
    _ changes: [String: String?] = [:], cookies: [String] = [], body: String = "<p>"
  ) throws -> Int {
    let headers = Self.even.merging(changes.mapValues { $0 ?? "" }) { $1 }.filter { !$0.value.isEmpty }
    return Observatory.score(
      try .sample(headers.map { ($0.key, $0.value) } + cookies.map { ("Set-Cookie", $0) }, body: body)
    ).score
  }

  @Test func `a page in order has a hundred points`() throws { #expect(try score() == 100) }

  @Test(arguments: [
    (nil, 75), ("default-src 'none'; script-src 'self'", 110), ("default-src 'self'", 105),
    ("default-src 'self'; script-src 'unsafe-inline'", 80),
    ("default-src 'self'; script-src 'nonce-a' 'unsafe-inline'", 105),
    ("default-src 'self'; script-src 'unsafe-eval'", 90), ("img-src 'self'", 80), ("default-src https:", 80),
    ("default-src 'self'; script-src data:", 80), ("default-src 'self'; object-src *", 80),
    ("default-src 'self'; img-src http://a.test", 90), ("default-src 'self'; font-src http://a.test", 80),
    ("default-src 'self'; style-src *", 100),
  ])
  func `the policy`(policy: String?, expected: Int) throws {
    #expect(try score(["Content-Security-Policy": policy]) == expected)
  }

  @Test(arguments: [
    ([], 100), (["a=1; Secure; SameSite=Lax"], 105), (["a=1; Secure"], 100), (["a=1"], 95),
    (["session=1; HttpOnly; SameSite=Lax"], 90), (["session=1; Secure; SameSite=Lax"], 70),
    (["a=1; Secure; SameSite=Maybe"], 80), (["csrf=1; Secure"], 80), (["a=1; Secure; SameSite=Lax", "b=1"], 95),
  ])
  func `cookies`(cookies: [String], expected: Int) throws { #expect(try score(cookies: cookies) == expected) }

  @Test func `cookies without the protection of Strict-Transport-Security`() throws {
    let without: [String: String?] = ["Strict-Transport-Security": nil]
    #expect(try score(without, cookies: ["a=1"]) == 60)
    #expect(try score(without, cookies: ["login=1; HttpOnly"]) == 40)
  }

  @Test(arguments: [
    ("Strict-Transport-Security", nil, 80), ("Strict-Transport-Security", "max-age=100", 90),
    ("Strict-Transport-Security", "nonsense", 80), ("X-Content-Type-Options", nil, 95),
    ("X-Content-Type-Options", "yes", 95), ("X-Frame-Options", nil, 80), ("X-Frame-Options", "yes", 80),
    ("Referrer-Policy", "no-referrer", 105), ("Referrer-Policy", "unsafe-url", 95),
    ("Cross-Origin-Resource-Policy", "same-origin", 110), ("Cross-Origin-Resource-Policy", "same-site", 110),
    ("Cross-Origin-Resource-Policy", "cross-origin", 100), ("Cross-Origin-Resource-Policy", "nonsense", 95),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; style-src 'unsafe-inline'", 105),
  ])
  func `other headers`(name: String, value: String?, expected: Int) throws {
    #expect(try score([name: value]) == expected)
  }

  @Test(arguments: [
    ("<script src=/a.js></script>", 100), ("<script src=/a.js integrity=sha384-x></script>", 105),
    ("<script src=https://cdn.test/a.js></script>", 95),
    ("<script src=https://cdn.test/a.js integrity=sha384-x></script>", 105),
    ("<script src=http://cdn.test/a.js></script>", 50),
    ("<script src=http://cdn.test/a.js integrity=sha384-x></script>", 80),
  ])
  func `scripts`(body: String, expected: Int) throws { #expect(try score(body: body) == expected) }

  @Test func `the page's own referrer policy comes last`() throws {
    let policy: [String: String?] = ["Referrer-Policy": "unsafe-url"]
    #expect(try score(policy, body: "<meta name=referrer content=no-referrer>") == 105)
    #expect(try score(body: "<meta name=referrer content=unsafe-url>") == 95)
  }

  @Test func `the score says what it leaves out`() throws {
    let summary = HeaderJudgement.headers(try .sample([])).summary
    for test in ["CORS", "redirection", "preloading"] { #expect(summary.contains(test)) }
  }

  @Test func `extra points count only from ninety on`() throws {
    let extra: [String: String?] = ["Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"]
    #expect(try score(extra) == 115)
    #expect(try score(extra.merging(["X-Content-Type-Options": nil]) { $1 }) == 110)
    #expect(try score(extra.merging(["X-Frame-Options": nil]) { $1 }) == 80)
  }

  @Test func `nothing is worth less than nothing`() throws {
    let page = try PageSighting.sample(
      [("Set-Cookie", "session=1"), ("Referrer-Policy", "unsafe-url")],
      body: "<script src=http://cdn.test/a.js></script>")
    #expect(Observatory.score(page) == Observatory(score: 0, letter: "F"))
  }

  @Test(arguments: [
    (135, "A+"), (100, "A+"), (95, "A"), (90, "A"), (85, "A-"), (80, "B+"), (75, "B"), (70, "B"), (65, "B-"),
    (60, "C+"),
    (55, "C"), (50, "C"), (45, "C-"), (40, "D+"), (35, "D"), (30, "D"), (25, "D-"), (20, "F"), (0, "F"),
  ])
  func `grades`(score: Int, letter: String) { #expect(Observatory.letter(for: score) == letter) }
}
