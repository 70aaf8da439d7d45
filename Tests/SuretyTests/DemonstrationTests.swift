import Foundation
import Primitives
import TestKit
import Testing

@testable import Console

@Suite(.enabled(if: Browser.isInstalled, "Chromium is missing: apt-get install chromium"))
struct `The console in a browser` {
  @Test func `lets nobody in without a session, and shows its pages to whoever signs in`() async throws {
    try await RunningDemonstration.with { demo in
      try await Browser.with { browser in
        let tab = try await browser.tab()
        try await tab.open(demo.url + "findings?severity=high")
        #expect(try await tab.evaluate("location.pathname") == "/sign-in")
        try await Self.signInEverySize(demo, tab)
        try await Self.workByKeyboard(demo, tab)
        try await demo.signIn(in: tab)
        try await demo.waitForChecks(in: tab)
        try await Self.filter(demo, tab)
        try await Self.openAnObligation(demo, tab)
        try await Self.runACheckAndWatchIt(demo, tab)
        try await Self.verifyAndTamper(demo, tab)
        try await Self.signAnAttestation(demo, tab)
        try await Self.takePictures(demo, tab)
        try await Self.grantAnException(demo, tab)
        try await Self.switchTheStandingOn(demo, tab)
        try await Self.lookAtEveryPage(demo, tab)
        try await demo.signOut(in: tab)
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
    let row = "document.querySelector(\"tr[data-check='exposed-files']\")"
    let time = "\(row).querySelector('time')?.dateTime"
    let before = try await tab.evaluate(time)
    // What is shown while it looks is gone a moment later, so the page itself takes notes.
    try await tab.evaluateForEffect(
      """
      window.isFirstLoad = true;
      window.told = new Set();
      new MutationObserver(() => window.told.add(\(row)?.querySelector("[data-progress]")?.textContent ?? ""))
        .observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true })
      """)
    try await tab.click("tr[data-check='exposed-files'] form button")
    try await tab.wait(for: "(\(time) ?? '') > \(BrowserTab.quoted(before))", seconds: 30)
    #expect(try await tab.evaluate("String(window.isFirstLoad === true)") == "true", "the page was not loaded again")
    let told = try await tab.evaluate("[...window.told].filter(Boolean).join('|')")
    let progress = told.split(separator: "|").filter { $0 != "asked for…" }
    #expect(!progress.isEmpty, "what the check did was shown while it looked: \(told)")
    try await tab.wait(
      for: "document.querySelector('[data-live]').textContent.startsWith('exposed-files has looked at ')")
    #expect(try await tab.evaluate("\(row).querySelector('[data-progress]').textContent") == "")
  }

  private static func verifyAndTamper(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    let key = try await demo.key()
    try await tab.open(demo.url + "explorer/0")
    try await tab.wait(for: "!document.querySelector('[data-verify-form]').closest('[data-script]').hidden")
    // Without a key that a person gave, all fits together and nothing is verified.
    try await tab.click("[data-verify-form] button.primary")
    try await tab.wait(for: "document.querySelector('.verify-verdict')")
    #expect(
      try await tab.evaluate("document.querySelector('.verify-verdict').className") == "verify-verdict is-consistent")
    #expect(try await tab.text(".verify-verdict") == "Consistent, but not verified: the key is the server's own word.")
    try await tab.type(key, into: "#verify-key")
    try await tab.click("[data-verify-form] button.primary")
    try await tab.wait(for: "document.querySelector('.verify-verdict:not(.is-consistent)')")
    #expect(try await tab.evaluate("document.querySelector('.verify-verdict').className") == "verify-verdict is-pass")
    #expect(try await tab.text(".verify-verdict") == "Verified: this is entry 0 of the ledger, unchanged.")
    // The browser remembers the key that a person gave, for every other entry.
    try await tab.open(demo.url + "explorer/1")
    try await tab.click("[data-verify-form] button.primary")
    try await tab.wait(for: "document.querySelector('.verify-verdict')")
    #expect(try await tab.has(".verify-verdict.is-pass"))
    try await tab.open(demo.url + "explorer/0")
    try await tab.click("[data-verify-form] button.primary")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-pass')")
    let entry = try await tab.evaluate("fetch('/ledger/entries/0').then(answer => answer.text())")
    let tampered = entry.replacing("operator", with: "operat0r")
    #expect(tampered != entry)
    try await tab.evaluateForEffect("document.querySelector('[data-verify-tamper]').open = true")
    try await tab.type(tampered, into: "#verify-bytes")
    try await tab.click("[data-verify-bytes]")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-fail')")
    try await tab.click("[data-verify-restore]")
    try await tab.wait(for: "document.querySelector('.verify-verdict.is-pass')")
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

  /// The pictures of the documentation, taken anew by `make pictures`.
  private static func takePictures(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    guard let folder = ProcessInfo.processInfo.environment["SURETY_PICTURES"] else { return }
    let directory = SourceTree.root.appending(path: folder)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (page, name) in [("", "overview"), ("vault", "vault")] {
      try await tab.open(demo.url + page)
      try FileBytes.write(try await tab.picture(), to: directory.appending(path: "\(name).png").path)
    }
  }

  private static func grantAnException(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "exceptions/new?subject=requirement:gdpr.32-1-a")
    try await tab.type("The vendor mends it next month.", into: "#reason")
    try await tab.follow("main form[method=post] button.primary")
    #expect(try await tab.text("main").contains("The vendor mends it next month."))
    try await tab.open(demo.url + "exceptions?state=in-force&q=vendor")
    #expect(try await tab.has("main tbody a[href^='/exceptions/']"))
  }

  private static func switchTheStandingOn(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "settings")
    try await tab.follow("form[action='/settings/standing-page'] button")
    try await tab.open(demo.url + "standing")
    #expect(try await tab.text("h1").hasPrefix("Security standing of"))
  }
}
