/// The score that MDN's HTTP Observatory gives, computed by its published method: a hundred points, less what is
/// missing, more for what goes further where ninety are reached without it.
///
/// Three of its tests need more than a page and are left out, which whoever prints the score has to say: the list of
/// preloaded hosts (five points more), the redirects from http (up to twenty less), and what the shop answers to scripts
/// of other sites (up to fifty less). The last two have checks of their own here.
struct Observatory: Hashable, Sendable {
  /// Zero or more, in steps of five.
  let score: Int
  let letter: String

  static func score(_ page: PageSighting) -> Observatory {
    let changes = [
      policy(page), cookies(page), transport(page), sniffing(page), framing(page), referrer(page), integrity(page),
      isolation(page),
    ]
    let base = changes.filter { $0 < 0 }.reduce(100, +)
    let total = max(0, base >= 90 ? changes.filter { $0 > 0 }.reduce(base, +) : base)
    return Observatory(score: total, letter: letter(for: total))
  }

  static func letter(for score: Int) -> String {
    let steps: [(least: Int, letter: String)] = [
      (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-"),
      (40, "D+"), (30, "D"), (25, "D-"),
    ]
    return steps.first { $0.least <= score }?.letter ?? "F"
  }

  /// Everything has to pass every policy, so the best of them counts.
  private static func policy(_ page: PageSighting) -> Int {
    let policies =
      ContentSecurityPolicy.policies(page.values("content-security-policy"))
      + (page.content?.policies ?? []).map { ContentSecurityPolicy($0) }
    return policies.map(score).max() ?? -25
  }

  private static let broad: Set<String> = [
    "ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*",
  ]

  private static func score(_ policy: ContentSecurityPolicy) -> Int {
    var scripts = Set(policy.sources(for: "script") ?? ["*"])
    if ContentSecurityPolicy.isStrict(Array(scripts)) { scripts.remove("'unsafe-inline'") }
    if scripts.contains("'strict-dynamic'") { scripts.subtract(broad) }
    let objects = policy.sources(for: "object") ?? ["*"]
    let styles = policy.sources(for: "style") ?? ["*"]
    let inline: Set<String> = ["'unsafe-inline'", "data:"]
    if !scripts.isDisjoint(with: broad.union(inline)) || !broad.isDisjoint(with: objects) { return -20 }
    let insecure = policy.directives.filter { $0.value.contains { $0.lowercased().hasPrefix("http:") } }.keys
    if insecure.contains(where: { !["img-src", "media-src"].contains($0) }) { return -20 }
    if (policy.sources(for: "eval") ?? []).contains("'unsafe-eval'") || styles.contains("'unsafe-eval'") { return -10 }
    if !insecure.isEmpty { return -10 }
    if !broad.union(inline).isDisjoint(with: styles) { return 0 }
    return policy.directives["default-src"].map { $0.map { $0.lowercased() } == ["'none'"] } == true ? 10 : 5
  }

  private static func cookies(_ page: PageSighting) -> Int {
    guard !page.cookies.isEmpty else { return 0 }
    let isProtected = page.values("strict-transport-security").first.flatMap { StrictTransportSecurity($0) } != nil
    let changes = page.cookies.map { cookie -> Int in
      let name = cookie.name.lowercased()
      let isSession = name.contains("login") || name.contains("sess")
      if !cookie.isSecure { return isSession ? (isProtected ? -10 : -40) : (isProtected ? -5 : -20) }
      if isSession, !cookie.isHTTPOnly { return -30 }
      if let sameSite = cookie.sameSite, !["strict", "lax", "none"].contains(sameSite) { return -20 }
      return name.contains("csrf") && cookie.sameSite == nil ? -20 : 0
    }
    if let worst = changes.min(), worst < 0 { return worst }
    return page.cookies.allSatisfy { $0.sameSite != nil } ? 5 : 0
  }

  private static func transport(_ page: PageSighting) -> Int {
    guard page.address.hasPrefix("https://"), let header = page.values("strict-transport-security").first,
      let hsts = StrictTransportSecurity(header)
    else { return -20 }
    return hsts.maxAge < StrictTransportSecurity.halfYear ? -10 : 0
  }

  private static func sniffing(_ page: PageSighting) -> Int {
    page.values("x-content-type-options").first?.trimmed.lowercased() == "nosniff" ? 0 : -5
  }

  private static func framing(_ page: PageSighting) -> Int {
    let policies = ContentSecurityPolicy.policies(page.values("content-security-policy"))
    if policies.contains(where: { $0.directives["frame-ancestors"].map { !$0.contains("*") } ?? false }) { return 5 }
    let header = page.values("x-frame-options").first?.trimmed.lowercased() ?? ""
    return ["deny", "sameorigin"].contains(header) || header.hasPrefix("allow-from") ? 0 : -20
  }

  private static func referrer(_ page: PageSighting) -> Int {
    let words = page.values("referrer-policy").flatMap { $0.split(separator: ",") }.map { $0.trimmed.lowercased() }
    guard let policy = page.content?.referrerPolicy ?? words.last else { return 0 }
    if ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"].contains(policy) { return 5 }
    return -5
  }

  private static func integrity(_ page: PageSighting) -> Int {
    guard let content = page.content, let own = try? WebAddress(page.address) else { return 0 }
    let scripts = content.resources.filter { $0.kind == .script }
    let foreign = scripts.filter { (try? WebAddress($0.address))?.hasSameHost(as: own) != true }
    if scripts.isEmpty { return 0 }
    if foreign.isEmpty { return scripts.allSatisfy(\.integrity) ? 5 : 0 }
    let isSecure = foreign.allSatisfy { $0.address.hasPrefix("https:") }
    if foreign.allSatisfy(\.integrity) { return isSecure ? 5 : -20 }
    return isSecure ? -5 : -50
  }

  private static func isolation(_ page: PageSighting) -> Int {
    guard let header = page.values("cross-origin-resource-policy").first?.trimmed.lowercased() else { return 0 }
    if ["same-origin", "same-site"].contains(header) { return 10 }
    return header == "cross-origin" ? 0 : -5
  }
}
