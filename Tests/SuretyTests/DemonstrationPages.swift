import Foundation
import Primitives
import TestKit
import Testing

@testable import Console

/// Looking at pages as people see them who see badly, or on a telephone.
extension `The console in a browser` {
  /// A size of the window and a colour scheme.
  struct Setting: Sendable, CustomStringConvertible {
    let width: Int
    let isDark: Bool

    static let all = [false, true].flatMap { isDark in [1_280, 320].map { Setting(width: $0, isDark: isDark) } }

    var description: String { "\(width) \(isDark ? "dark" : "light")" }

    func choose(in tab: BrowserTab) async throws {
      try await tab.prefer(dark: isDark)
      try await tab.resize(width: width, height: width < 600 ? 700 : 900)
    }
  }

  private static let pages = [
    "", "changes", "obligations", "obligations?view=frameworks", "obligations?q=nothingofthatname", "duties/D01",
    "duties/D06", "duties/D01?history=all", "requirements/gdpr.32-1-a", "checks", "checks?q=nothingofthatname",
    "checks/http.csp", "findings", "findings?q=nothingofthatname", "findings/csp-unsafe-inline", "attestations",
    "attestations?q=nothingofthatname", "attestations/new?control=internal-scan", "exceptions",
    "exceptions?state=ended", "exceptions/new?subject=control:internal-scan", "explorer", "explorer?q=nothing",
    "explorer?kind=check.observed", "explorer?kind=exception.ended", "explorer/0", "settings", "account",
    "account/passkeys/new", "account/password", "prove", "members", "members/invite", "members/review", "emergency",
    "keys", "keys/new", "vault", "vault?confirm=rotation", "vault/map", "vault/holds", "vault/unlocks", "invitation",
    "styleguide",
    "sign-in", "standing", "nothing-here",
  ]

  /// Pages of things whose names are not known before: where they are linked.
  private static let linked = [
    ("checks/http.csp", "main a[href^='/observations/']"), ("attestations", "main tbody a[href^='/attestations/']"),
    ("exceptions", "main tbody a[href^='/exceptions/']"), ("members", "main tbody a[href^='/members/']"),
  ]

  /// Every page, wide and narrow, light and dark: axe-core finds nothing, nothing sticks out, and there is one heading.
  static func lookAtEveryPage(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    for page in pages {
      try await tab.open(demo.url + page)
      try await expectAccessible(tab, page)
    }
    for (page, link) in linked {
      try await tab.open(demo.url + page)
      try await tab.follow(link)
      let path = try await tab.evaluate("location.pathname")
      #expect(path.split(separator: "/").count == 2)
      try await expectAccessible(tab, path)
    }
    try await lookAtErrors(demo, tab)
    try await lookAtTheMenu(demo, tab)
  }

  /// Forms that were sent with something wrong in them.
  private static func lookAtErrors(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "settings")
    try await tab.type("platform: [Teapot", into: "#profile")
    try await tab.follow("button[name=intent][value=check]")
    try await expectError(tab, at: "#profile", "settings with an error")
    try await tab.open(demo.url + "attestations/new?control=internal-scan")
    try await tab.follow("main form[method=post] button.primary")
    try await expectError(tab, at: "#statement", "an attestation with errors")
    try await tab.open(demo.url + "exceptions/new?subject=control:internal-scan")
    try await tab.follow("main form[method=post] button.primary")
    try await expectError(tab, at: "#reason", "an exception with errors")
  }

  /// The title says it first, the field is marked, and a link of the summary leads to it.
  static func expectError(
    _ tab: BrowserTab, at field: String, in settings: [Setting] = Setting.all, _ what: String
  ) async throws {
    #expect(try await tab.evaluate("document.title").hasPrefix("Error: "), "\(what)")
    #expect(try await tab.has("\(field)[aria-invalid=true]"), "\(what)")
    #expect(try await tab.has("a[href='\(field)']"), "\(what)")
    try await expectAccessible(tab, in: settings, what)
  }

  /// On a telephone the menu is behind a button.
  private static func lookAtTheMenu(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    for setting in Setting.all where setting.width < 600 {
      try await setting.choose(in: tab)
      try await tab.open(demo.url)
      let isOpen = "document.querySelector('#menu a').checkVisibility()"
      #expect(try await tab.evaluate("String(\(isOpen))") == "false")
      try await tab.click(".menu-button")
      try await tab.wait(for: isOpen)
      try await expectAccessible(tab, in: [setting], "the open menu")
      try await tab.press("Escape")
      try await tab.wait(for: "!\(isOpen)")
      try await tab.click(".menu-button")
      try await tab.wait(for: isOpen)
      try await tab.follow("#menu a[href='/findings']")
      #expect(try await tab.evaluate("location.pathname") == "/findings")
    }
    try await Setting.all[0].choose(in: tab)
  }

  /// In these settings; in all of them when none are named. The first of all is left in force.
  static func expectAccessible(
    _ tab: BrowserTab, in settings: [Setting] = Setting.all, _ what: String
  ) async throws {
    let axe = try SourceTree.text(of: ".build-tools/axe.min.js")
    // The console's own policy forbids strange scripts; the debugger may run them all the same.
    try await tab.evaluateForEffect(axe)
    for setting in settings {
      try await setting.choose(in: tab)
      // Colours go over into each other, and in between they are neither.
      try await tab.wait(for: "document.getAnimations().length === 0")
      let violations = try await tab.evaluate(
        """
        axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
          .then(result => result.violations.map(violation => violation.id + ": "
            + violation.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")).join("; "))
        """)
      #expect(violations == "", "\(what) \(setting)")
      let overflow = try await tab.evaluate(
        "String(document.documentElement.scrollWidth - document.documentElement.clientWidth)")
      #expect(overflow == "0", "\(what) \(setting) is wider than the window")
      #expect(try await tab.evaluate("String(document.querySelectorAll('h1').length)") == "1", "\(what)")
    }
    if settings.count > 1 { try await Setting.all[0].choose(in: tab) }
  }
}
