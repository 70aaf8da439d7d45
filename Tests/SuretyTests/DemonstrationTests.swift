import Foundation
import Primitives
import TestKit
import Testing

@testable import Console

/// A demonstration that runs for the length of a test: a shop with weaknesses, and Surety guarding it.
struct RunningDemonstration {
  let place: Workplace
  /// Of the console, with a slash at its end.
  let url: String
  let name: String
  let password: String
  private let secret: OneTimePassword

  static func with(
    weaknesses: [String] = [], _ body: (RunningDemonstration) async throws -> Void
  ) async throws {
    try await Workplace.with { place in
      let chosen = weaknesses.flatMap { ["--weakness", $0] }
      let (server, port) = try await place.start(
        ["serve", "--demo", "--listen", "127.0.0.1:0", "--shop-ports", "0,0"] + chosen, saying: "the console at")
      defer { server.stop() }
      let access = JSON(parsing: try FileBytes.read(place.directory.file("surety-demo/sign-in.json")))
      guard let name = access?["name"]?.text, let password = access?["password"]?.text,
        let secret = access?["secret"]?.text.flatMap({ OneTimePassword(base32: $0) })
      else {
        Issue.record("the demonstration does not say how to sign in")
        return
      }
      try await body(
        RunningDemonstration(
          place: place, url: "https://localhost:\(port)/", name: name, password: password, secret: secret))
    }
  }

  /// Signs in as a person does.
  func signIn(in tab: BrowserTab) async throws {
    try await tab.open(url)
    try await tab.type(name, into: "#name")
    try await tab.type(password, into: "#password")
    try await tab.type(secret.code(at: Surroundings.system.now()), into: "#code")
    try await tab.follow("main form[method=post] button.primary")
    // A code is good once; whoever comes second waits for the next.
    for _ in 0..<40 where try await tab.has("#code") {
      try await Task.sleep(for: .seconds(1))
      try await tab.type(password, into: "#password")
      try await tab.type(secret.code(at: Surroundings.system.now()), into: "#code")
      try await tab.follow("main form[method=post] button.primary")
    }
    try await tab.wait(for: "document.querySelector('h1')")
  }

  /// Waits until every check of the shop has looked once.
  func waitForChecks(in tab: BrowserTab) async throws {
    for _ in 0..<60 {
      try await tab.open(url + "checks")
      let waiting = try await tab.evaluate(
        "String([...document.querySelectorAll('main tbody tr')].filter(row => !row.querySelector('time')).length)")
      if waiting == "0", try await tab.has("main tbody tr") { return }
      try await Task.sleep(for: .milliseconds(500))
    }
    Issue.record("the checks did not all look within a minute")
  }
}

@Suite(.enabled(if: Browser.isInstalled, "Chromium is missing: apt-get install chromium"))
struct `The console in a browser` {
  private static let pages = [
    "", "obligations", "obligations?view=frameworks", "duties/D01", "duties/D06", "requirements/gdpr.32-1-a", "checks",
    "checks/http.csp", "findings", "findings/csp-unsafe-inline", "attestations",
    "attestations/new?control=internal-scan", "exceptions", "exceptions/new?subject=control:internal-scan", "explorer",
    "explorer/0", "settings", "account", "styleguide", "nothing-here",
  ]

  @Test func `lets nobody in without a session, and shows its pages to whoever signs in`() async throws {
    try await RunningDemonstration.with { demo in
      try await Browser.with { browser in
        let tab = try await browser.tab()
        try await tab.open(demo.url + "findings?severity=high")
        #expect(try await tab.evaluate("location.pathname") == "/sign-in")
        try await demo.signIn(in: tab)
        try await demo.waitForChecks(in: tab)
        try await Self.filter(demo, tab)
        try await Self.openAnObligation(demo, tab)
        try await Self.runACheckAndWatchIt(demo, tab)
        try await Self.verifyAndTamper(demo, tab)
        try await Self.signAnAttestation(demo, tab)
        try await Self.takePictures(demo, tab)
        try await Self.lookAtEveryPage(demo, tab)
        try await tab.open(demo.url + "account")
        try await tab.follow("form[action='/sign-out'] button")
        try await tab.open(demo.url)
        #expect(try await tab.evaluate("location.pathname") == "/sign-in")
      }
    }
  }

  private static func filter(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "obligations?standing=not-met")
    #expect(try await tab.text("main").contains("D04"))
    try await tab.open(demo.url + "obligations?q=backups")
    let found = try await tab.text("main")
    #expect(found.contains("D32") || found.contains("D07"))
    #expect(!found.contains("D24"))
    try await tab.open(demo.url + "obligations?q=nothingofthatname")
    #expect(try await tab.has("main a[href^='/obligations']"), "an empty list offers to clear the filter")
  }

  private static func openAnObligation(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "obligations?view=frameworks&framework=gdpr")
    try await tab.follow("a[href='/requirements/gdpr.32-1-a']")
    #expect(try await tab.text("main").contains("32(1)(a)"))
    try await tab.follow("main a[href^='/observations/']")
    #expect(try await tab.has("[data-verify]"), "the page of an observation shows its place in the ledger")
  }

  private static func runACheckAndWatchIt(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "checks")
    let time = "document.querySelector(\"tr[data-check='exposed-files'] time\")?.dateTime"
    let before = try await tab.evaluate(time)
    try await tab.click("tr[data-check='exposed-files'] form button")
    try await tab.wait(for: "(\(time) ?? '') > \(BrowserTab.quoted(before))", seconds: 30)
  }

  private static func verifyAndTamper(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "explorer/0")
    try await tab.wait(for: "!document.querySelector('[data-verify-form]').closest('[data-script]').hidden")
    try await tab.click("[data-verify-form] button.primary")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-pass, .verify-verdict.is-unknown')")
    let entry = try await tab.evaluate("fetch('/ledger/entries/0').then(answer => answer.text())")
    let tampered = entry.replacing("operator", with: "operat0r")
    #expect(tampered != entry)
    try await tab.evaluateForEffect("document.querySelector('[data-verify-tamper]').open = true")
    try await tab.type(tampered, into: "#verify-bytes")
    try await tab.click("[data-verify-bytes]")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-fail')")
    try await tab.click("[data-verify-restore]")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-pass, .verify-verdict.is-unknown')")
  }

  private static func signAnAttestation(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    let document = demo.place.directory.file("scan.txt")
    try FileBytes.write(Array("All ports closed.".utf8), to: document)
    try await tab.open(demo.url + "attestations/new?control=internal-scan")
    try await tab.type("The internal scan of this month found nothing.", into: "#statement")
    try await tab.evaluateForEffect("{ const field = document.querySelector('#expires'); field.value = field.max }")
    try await tab.choose(file: document, for: "#document")
    try await tab.follow("main form[method=post] button.primary")
    let shown = try await tab.text("main")
    #expect(shown.contains("internal scan of this month"), "\(shown)")
    try await tab.open(demo.url + "duties/D06")
    #expect(try await tab.text("#internal-scan").contains("met"))
  }

  /// The picture that README shows, taken anew by `make pictures`.
  private static func takePictures(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    guard let folder = ProcessInfo.processInfo.environment["SURETY_PICTURES"] else { return }
    let directory = SourceTree.root.appending(path: folder)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try await tab.open(demo.url)
    try FileBytes.write(try await tab.picture(), to: directory.appending(path: "overview.png").path)
  }

  /// Every page, wide and narrow, light and dark: axe-core finds nothing, nothing sticks out, and there is one heading.
  private static func lookAtEveryPage(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    let axe = String(
      decoding: try FileBytes.read(SourceTree.root.appending(path: ".build-tools/axe.min.js").path), as: UTF8.self)
    for isDark in [false, true] {
      try await tab.prefer(dark: isDark)
      for (width, height) in [(1_280, 900), (320, 700)] {
        try await tab.resize(width: width, height: height)
        for page in pages + ["standing"] {
          try await tab.open(demo.url + page)
          try await Self.expectAccessible(tab, axe, "\(page) \(width) \(isDark ? "dark" : "light")")
        }
      }
    }
    try await tab.resize(width: 1_280, height: 900)
    try await tab.prefer(dark: false)
  }

  private static func expectAccessible(_ tab: BrowserTab, _ axe: String, _ what: String) async throws {
    // The console's own policy forbids strange scripts; the debugger may run them all the same.
    try await tab.evaluateForEffect(axe)
    let violations = try await tab.evaluate(
      """
      axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
        .then(result => result.violations.map(violation => violation.id + ": "
          + violation.nodes.map(node => node.target.join(" ")).slice(0, 3).join(", ")).join("; "))
      """)
    #expect(violations == "", "\(what)")
    let overflow = try await tab.evaluate(
      "String(document.documentElement.scrollWidth - document.documentElement.clientWidth)")
    #expect(overflow == "0", "\(what) is wider than the window")
    #expect(try await tab.evaluate("String(document.querySelectorAll('h1').length)") == "1", "\(what)")
  }
}
