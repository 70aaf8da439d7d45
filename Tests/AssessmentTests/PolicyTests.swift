import Obligations
import Testing

@testable import Assessment

@Suite struct `Content-Security-Policy` {
  static let strict =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; "
    + "form-action 'self'; frame-ancestors 'none'"

  private func codes(_ policies: [String], meta: String? = nil, reportOnly: String? = nil) throws -> [String] {
    let headers =
      policies.map { ("Content-Security-Policy", $0) }
      + (reportOnly.map { [("Content-Security-Policy-Report-Only", $0)] } ?? [])
    let body = meta.map { "<meta http-equiv=Content-Security-Policy content=\"\($0)\">" } ?? "<p>"
    return PolicyJudgement.verdict(try .sample(headers, body: body)).codes
  }

  @Test(arguments: [
    (strict, []), ("default-src 'self'; base-uri 'none'", []),
    ("default-src 'self'; base-uri 'none'; script-src 'self' 'unsafe-inline'", ["csp-unsafe-inline"]),
    ("default-src 'self'; base-uri 'none'; script-src 'nonce-abc' 'unsafe-inline'", []),
    ("default-src 'self'; base-uri 'none'; script-src 'sha256-abc=' 'unsafe-inline'", []),
    ("default-src 'self'; base-uri 'none'; script-src 'nonce-a' 'strict-dynamic' https: 'unsafe-inline'", []),
    ("default-src 'self'; base-uri 'none'; script-src 'self' 'unsafe-eval'", ["csp-unsafe-eval"]),
    ("default-src *; base-uri 'none'", ["csp-object-missing", "csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; object-src *", ["csp-object-missing"]),
    ("default-src 'self'; base-uri *", ["csp-base-missing"]),
    ("default-src 'self'; base-uri 'none'; form-action *", ["csp-form-missing"]),
    ("default-src 'self'; base-uri 'none'; script-src https://*.com", ["csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; script-src *.co.uk", ["csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; script-src https://*.shop.com *.shop.co.uk", []),
    ("default-src 'self'; base-uri 'none'; script-src https://cdn.jsdelivr.net", ["csp-bypass-host"]),
    ("default-src 'self'; base-uri 'none'; script-src *.googleapis.com", ["csp-bypass-host"]),
    ("default-src 'self'; base-uri 'none'; script-src https://cdn.jsdelivr.net/npm/vue@3.5.0/dist/vue.js", []),
    ("default-src 'self'; base-uri 'none'; script-src 'nonce-a' 'strict-dynamic' https://unpkg.com", []),
    (
      "default-src 'self'; base-uri 'none'; script-src 'unsafe-inline'; script-src-elem 'self'", ["csp-unsafe-inline"]
    ),
    ("default-src 'self'; base-uri 'none'; script-src 'self'; script-src-attr 'unsafe-inline'", ["csp-unsafe-inline"]),
    (
      "default-src 'self'; base-uri 'none'; script-src 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'",
      []
    ),
    ("default-src 'self'; base-uri 'none'; style-src 'self' 'unsafe-inline'", ["csp-style-unsafe-inline"]),
    ("default-src 'self'; base-uri 'none'; style-src 'nonce-a' 'unsafe-inline'", []),
    ("default-src 'self'; base-uri 'none'; script-src https:", ["csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; script-src data:", ["csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; script-src 'nonce-a' 'strict-dynamic' data:", ["csp-wildcard"]),
    ("default-src 'self'; base-uri 'none'; img-src http://pictures.test", ["csp-insecure-source"]),
    ("default-src 'self'; base-uri 'none'; report-uri http://reports.test", []),
    ("img-src 'self'", ["csp-base-missing", "csp-object-missing", "csp-script-missing"]),
    ("script-src 'self'; base-uri 'none'", ["csp-object-missing"]), ("default-src 'self'", ["csp-base-missing"]),
    ("default-src self; base-uri 'none'", ["csp-malformed"]),
    ("default-src 'self'; base-uri 'none'; scrpt-src 'self'", ["csp-malformed"]),
    ("default-src 'self' script-src 'self'; base-uri 'none'", ["csp-malformed"]),
    ("default-src 'self'; default-src *; base-uri 'none'", ["csp-malformed"]),
    ("default-src 'none' https://x.test; base-uri 'none'", ["csp-malformed"]),
    ("default-src 'self; base-uri 'none'", ["csp-malformed"]),
    ("DEFAULT-SRC 'SELF'; BASE-URI 'NONE'; SCRIPT-SRC 'UNSAFE-INLINE'", ["csp-unsafe-inline"]),
    ("", ["csp-missing"]), (" ; ; ", ["csp-missing"]),
  ])
  func `weaknesses of a policy are found`(policy: String, codes: [String]) throws {
    // Forms are limited but where a row is about them.
    let isWhole = policy.contains("form-action") || !policy.contains(where: \.isLetter)
    #expect(try self.codes([isWhole ? policy : "\(policy); form-action 'self'"]) == codes)
  }

  @Test func `a policy that does not say where forms lead lets them lead anywhere`() throws {
    #expect(try codes(["default-src 'self'; base-uri 'none'"]) == ["csp-form-missing"])
  }

  @Test func `a policy that was not read to its end is not judged`() throws {
    let rest = String(repeating: " https://a.example", count: 2_000)
    let long = "\(Self.strict); connect-src\(rest); script-src-attr 'unsafe-inline'"
    let page = try PageSighting.sample([("Content-Security-Policy", long)])
    #expect(PolicyJudgement.verdict(page).outcome == .couldNotCheck && PolicyJudgement.verdict(page).findings.isEmpty)
    let inPage = try PageSighting.sample(
      [], body: "<meta http-equiv=Content-Security-Policy content=\"\(Self.strict); connect-src\(rest)\">")
    #expect(PolicyJudgement.verdict(inPage).outcome == .couldNotCheck)
    let fits = "\(Self.strict); connect-src" + String(repeating: " https://a.example", count: 600)
    #expect(try codes([fits]) == [])
  }

  @Test func `what one policy allows another may forbid`() throws {
    #expect(try codes(["default-src *; base-uri 'none'", Self.strict]) == [])
    #expect(try codes(["default-src *; base-uri 'none', \(Self.strict)"]) == [])
    #expect(
      try codes(["script-src *; \(Self.strict)", "script-src https:; \(Self.strict)"]).filter { $0 != "csp-malformed" }
        == ["csp-wildcard"])
  }

  @Test func `a policy that only reports stops nothing`() throws {
    #expect(try codes([], reportOnly: Self.strict) == ["csp-report-only"])
    #expect(try codes([]) == ["csp-missing"])
    #expect(try codes([Self.strict], reportOnly: "default-src *") == [])
  }

  @Test func `a policy in the page counts, with a note`() throws {
    #expect(
      try codes([], meta: "default-src 'self'; base-uri 'none'; form-action 'self'") == ["csp-in-meta-only"])
    #expect(try codes([Self.strict], meta: "default-src 'self'") == [])
  }

  @Test func `an endless policy is read up to a limit`() throws {
    let policy = ContentSecurityPolicy(String(repeating: "script-src 'self'; ", count: 100_000))
    #expect(policy.directives["script-src"] == ["'self'"])
    #expect(policy.faults.count < 1_000)
  }
}
