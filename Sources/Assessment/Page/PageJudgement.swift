import Obligations

/// What the content of a page means.
enum PageJudgement {
  private static let notPage = "The address does not answer with a page."
  private static let partial = ["The page has more in it than was read."]

  static func mixedContent(_ page: PageSighting) -> Verdict {
    guard let content = page.content else { return .couldNotCheck(notPage) }
    var findings: [Finding] = []
    let isSecure = page.address.hasPrefix("https:")
    for resource in content.resources.unique where isSecure && resource.address.hasPrefix("http:") {
      let isActive = resource.kind != .passive
      findings.append(
        Finding(
          isActive ? "mixed-active-content" : "mixed-passive-content", isActive ? .high : .low,
          seen: "The page loads \(resource.address.prefix(200)) over http.",
          at: "\(page.address) \(resource.address.prefix(200))"))
    }
    for form in content.forms.unique where form.action.hasPrefix("http:") && (isSecure || form.hasPassword) {
      findings.append(
        Finding(
          "form-insecure", .high, seen: "A form sends what is typed to \(form.action.prefix(200)), over http.",
          at: "\(page.address) \(form.action.prefix(200))"))
    }
    return verdict(page, content, findings, "Everything that the page's HTML names is loaded over https.")
  }

  static func integrity(_ page: PageSighting) -> Verdict {
    guard let content = page.content, let own = try? WebAddress(page.address) else { return .couldNotCheck(notPage) }
    let foreign = content.resources.filter { (try? WebAddress($0.address))?.hasSameHost(as: own) != true }.unique
    let scripts = foreign.filter { $0.kind == .script }
    // What is fetched in advance and pinned where it is run does no harm.
    let known = Set(scripts.map(\.address))
    let run = scripts + foreign.filter { $0.kind == .preload && !known.contains($0.address) }
    let styles = foreign.filter { $0.kind == .style }
    func unpinned(_ resources: [PageContent.Resource], _ code: Code<Advice>, _ severity: Severity, _ words: String)
      -> [Finding]
    {
      resources.filter { !$0.integrity }.map(\.address).unique.map { address in
        Finding(
          code, severity, seen: "\(address.prefix(200)) \(words), whatever it becomes.",
          at: "\(page.address) \(address.prefix(200))")
      }
    }
    let findings =
      unpinned(run, "script-without-integrity", .medium, "is run as it comes")
      + unpinned(styles, "style-without-integrity", .note, "lays out the page as it comes")
    let summary =
      run.isEmpty
      ? "The page's HTML names no scripts of other hosts."
      : "All \(run.count) scripts of other hosts are pinned."
    return verdict(page, content, findings, summary)
  }

  private static func verdict(
    _ page: PageSighting, _ content: PageContent, _ findings: [Finding], _ summary: String
  ) -> Verdict {
    Verdict(
      summary: findings.filter { $0.severity > .note }.max { $0.severity < $1.severity }?.seen ?? summary,
      findings: findings,
      unseen: content.isPartial || page.isCutOff ? partial : [])
  }
}
