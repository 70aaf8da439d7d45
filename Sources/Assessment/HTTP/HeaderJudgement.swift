import Obligations

/// What the headers of a page mean.
enum HeaderJudgement {
  static func headers(_ page: PageSighting) -> Verdict {
    let grade = Observatory.score(page)
    let findings = [nosniff(page), framing(page), referrer(page)].compactMap { $0 }
    let scored =
      "MDN Observatory's method, without its tests of CORS, redirection and preloading, gives \(grade.score), "
      + "grade \(grade.letter)."
    let summary = findings.isEmpty ? "The headers are in order. \(scored)" : "\(findings[0].seen) \(scored)"
    return Verdict(summary: summary, findings: findings)
  }

  private static func nosniff(_ page: PageSighting) -> Finding? {
    guard list(page, "x-content-type-options").first != "nosniff" else { return nil }
    return Finding(
      "nosniff-missing", .low, seen: "There is no X-Content-Type-Options: nosniff.", at: page.address)
  }

  /// Whether the page may be framed by anybody; a policy's frame-ancestors outweighs the older header.
  private static func framing(_ page: PageSighting) -> Finding? {
    let policies = ContentSecurityPolicy.policies(page.values("content-security-policy"))
    let ancestors = policies.compactMap { $0.directives["frame-ancestors"] }
    if !ancestors.isEmpty {
      let isOpen = ancestors.allSatisfy { $0.contains { ["*", "http:", "https:"].contains($0.lowercased()) } }
      guard isOpen else { return nil }
      return Finding("framing-allowed", .medium, seen: "frame-ancestors allows every site.", at: page.address)
    }
    let header = list(page, "x-frame-options")
    guard !header.contains("deny"), !header.contains("sameorigin") else { return nil }
    let seen =
      header.isEmpty
      ? "Neither frame-ancestors nor X-Frame-Options keeps other sites from framing the page."
      : "X-Frame-Options has a value that browsers ignore."
    return Finding("framing-allowed", .medium, seen: seen, at: page.address)
  }

  private static func referrer(_ page: PageSighting) -> Finding? {
    // Of several policies the last that a browser knows counts, and the page's own comes last; without any, browsers are
    // careful by themselves.
    let policies = list(page, "referrer-policy") + [page.content?.referrerPolicy].compactMap(\.self)
    guard let policy = policies.last(where: Self.referrerPolicies.contains),
      ["unsafe-url", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin"]
        .contains(policy)
    else { return nil }
    return Finding("referrer-leaks", .low, seen: "The referrer policy is \(policy).", at: page.address)
  }

  private static let referrerPolicies: Set<String> = [
    "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin",
    "strict-origin-when-cross-origin", "unsafe-url",
  ]

  /// The members of a header that is a list, in lower case.
  private static func list(_ page: PageSighting, _ name: String) -> [String] {
    page.values(name).flatMap { $0.split(separator: ",") }.map { $0.trimmed.lowercased() }
  }

  static func disclosure(_ page: PageSighting) -> Verdict {
    var findings: [Finding] = []
    func report(_ what: String, _ value: String) {
      let seen = "\(what) says \(value.prefix(80))."
      findings.append(Finding("version-disclosed", .low, seen: seen, at: "\(page.address) \(what)"))
    }
    for name in ["server", "x-powered-by", "x-generator"] {
      for value in page.values(name) where namesVersion(value) { report("header \(name)", value) }
    }
    // The numbers without a name in Via are versions of the protocol.
    for value in page.values("via")
    where value.split(whereSeparator: { " ,()".contains($0) }).contains(where: {
      $0.contains("/") && !$0.lowercased().hasPrefix("http/") && namesVersion(String($0))
    }) {
      report("header via", value)
    }
    for name in ["x-aspnet-version", "x-aspnetmvc-version"] {
      for value in page.values(name) where !value.isEmpty { report("header \(name)", value) }
    }
    if let generator = page.content?.generator, namesVersion(generator) { report("generator", generator) }
    return Verdict(
      summary: findings.first?.seen ?? "No header and no page names the version of a program.", findings: findings)
  }

  /// A digit followed by a point and another digit behind a name, such as `nginx/1.22.1` or `PHP/8.2`.
  private static func namesVersion(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    guard bytes.count >= 4 else { return false }
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    return (1..<bytes.count - 1).contains { index in
      bytes[index] == UInt8(ascii: ".") && isDigit(bytes[index - 1]) && isDigit(bytes[index + 1])
        && bytes[..<(index - 1)].contains { !isDigit($0) }
    }
  }

  static func cookies(_ page: PageSighting) -> Verdict {
    var findings: [Finding] = []
    for cookie in page.cookies {
      func report(_ code: String, _ severity: Severity, _ seen: String) {
        findings.append(Finding(Code(code), severity, seen: seen, at: "\(page.address) cookie \(cookie.name)"))
      }
      if !cookie.isSecure {
        cookie.isSession
          ? report("session-cookie-without-secure", .high, "The session cookie \(cookie.name) is sent over http too.")
          : report("cookie-without-secure", .medium, "The cookie \(cookie.name) is sent over http too.")
      }
      if cookie.isSession, !cookie.isHTTPOnly {
        report("session-cookie-without-httponly", .high, "Scripts can read the session cookie \(cookie.name).")
      }
      if cookie.sameSite == nil || cookie.sameSite == "none" && !cookie.isSecure
        || !["strict", "lax", "none"].contains(cookie.sameSite ?? "lax")
      {
        report("cookie-without-samesite", .low, "The cookie \(cookie.name) does not say where it may be sent from.")
      }
      if let fault = cookie.brokenPrefix {
        report("cookie-prefix-broken", .medium, "The cookie \(cookie.name) breaks the rule of its prefix: \(fault).")
      }
    }
    let number = page.cookies.count
    let summary = number == 0 ? "The page sets no cookies." : "\(number) cookies, all with the right flags."
    return Verdict(summary: findings.max { $0.severity < $1.severity }?.seen ?? summary, findings: findings)
  }
}
