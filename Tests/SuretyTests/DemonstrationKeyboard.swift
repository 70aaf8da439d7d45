import Foundation
import Primitives
import TestKit
import Testing

@testable import Console

/// Coming in, and working without a mouse.
extension `The console in a browser` {
  /// Wide and on a telephone, light and dark: first with a wrong code, then with the right one.
  static func signInEverySize(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    for (number, setting) in Setting.all.enumerated() {
      try await setting.choose(in: tab)
      let somebody = try await demo.add("ada\(number)")
      try await tab.open(demo.url + "sign-in")
      try await expectAccessible(tab, in: [setting], "sign-in")
      try await tab.type(somebody.name, into: "#name")
      try await tab.type("not the password", into: "#password")
      try await tab.type("000000", into: "#code")
      try await tab.follow("form[action='/sign-in'] button")
      try await expectError(tab, at: "#name", in: [setting], "sign-in with an error")
      #expect(try await tab.evaluate("document.querySelector('#password').value") == "")
      try await demo.signIn(in: tab, as: somebody)
      #expect(try await tab.evaluate("location.pathname") == "/", "\(setting)")
      try await expectAccessible(tab, in: [setting], "the first page")
      try await demo.signOut(in: tab)
    }
    try await Setting.all[0].choose(in: tab)
  }

  /// Signs in, finds the way, changes something and leaves, all by keys.
  static func workByKeyboard(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    let somebody = try await demo.add("grace")
    try await tab.open(demo.url)
    for (field, text) in [("name", somebody.name), ("password", somebody.password), ("code", somebody.code)] {
      try await tabTo("#\(field)", tab)
      try await tab.type(text)
    }
    try await tab.afterLoad { try await tab.press("Enter") }
    #expect(try await tab.evaluate("location.pathname") == "/")
    try await skipAndReach(demo, tab)
    try await useShortcuts(demo, tab)
    try await filterByKeyboard(demo, tab)
    try await tab.open(demo.url + "account")
    try await tabTo("form[action='/sign-out'] button", tab)
    try await tab.afterLoad { try await tab.press("Enter") }
    #expect(try await tab.evaluate("location.pathname") == "/sign-in")
  }

  /// Presses Tab until an element has the focus.
  private static func tabTo(_ selector: String, _ tab: BrowserTab) async throws {
    let isThere = "String(document.activeElement?.matches(\(BrowserTab.quoted(selector))) ?? false)"
    for _ in 0..<200 {
      if try await tab.evaluate(isThere) == "true" { return }
      try await tab.press("Tab")
    }
    Issue.record("Tab does not lead to \(selector)")
  }

  /// The first stop skips the menu; Tab leads to everything that can be used, and each stop is seen to have the focus.
  private static func skipAndReach(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    for page in ["", "obligations", "findings", "explorer/0", "attestations/new?control=internal-scan", "settings"] {
      try await tab.open(demo.url + page)
      try await tab.evaluateForEffect(
        """
        document.activeElement?.blur();
        window.unseen = [];
        addEventListener("focusin", ({ target }) => {
          target.dataset.reached = "";
          const style = getComputedStyle(target);
          const isSeen = style.outlineStyle !== "none" || style.boxShadow !== "none";
          if (!isSeen) window.unseen.push(target.outerHTML.slice(0, 80));
        })
        """)
      let stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
      let count =
        Int(try await tab.evaluate("String(document.querySelectorAll(\(BrowserTab.quoted(stops))).length)")) ?? 0
      #expect(count > 10)
      // A field for a date has several stops of its own.
      for _ in 0..<(count + 10) { try await tab.press("Tab") }
      let missed = try await tab.evaluate(
        """
        [...document.querySelectorAll(\(BrowserTab.quoted(stops)))]
          .filter(element => element.checkVisibility({ visibilityProperty: true }) && !("reached" in element.dataset))
          .map(element => element.outerHTML.slice(0, 80)).join(" ; ")
        """)
      #expect(missed == "", "\(page): Tab does not lead there")
      #expect(try await tab.evaluate("window.unseen.join(' ; ')") == "", "\(page): the focus is not seen there")
    }
    try await tab.open(demo.url)
    try await tab.press("Tab")
    #expect(try await tab.evaluate("document.activeElement.className") == "skip")
    try await tab.press("Enter")
    try await tab.wait(for: "document.activeElement.id === 'main'")
    try await tab.press("Tab")
    #expect(try await tab.evaluate("String(document.activeElement.closest('main') !== null)") == "true")
  }

  private static func useShortcuts(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url)
    for (key, path) in [
      ("d", "/obligations"), ("c", "/checks"), ("f", "/findings"), ("a", "/attestations"), ("x", "/exceptions"),
      ("l", "/explorer"), ("s", "/settings"), ("o", "/"),
    ] {
      try await tab.press("g")
      try await tab.afterLoad { try await tab.press(key) }
      #expect(try await tab.evaluate("location.pathname") == path, "g \(key)")
    }
    try await tab.press("?")
    try await tab.wait(for: "document.querySelector('#shortcuts').open")
    try await expectAccessible(tab, in: [Setting.all[0]], "the list of shortcuts")
    try await tab.press("Escape")
    try await tab.wait(for: "!document.querySelector('#shortcuts').open")
    // Switched off, they stay off, and letters do nothing.
    try await tab.press("?")
    try await tabTo("#shortcuts-on", tab)
    try await tab.press(" ")
    try await tab.press("Escape")
    try await tab.open(demo.url + "findings")
    try await tab.press("?")
    #expect(try await tab.evaluate("String(document.querySelector('#shortcuts').open)") == "false")
    try await tab.evaluateForEffect("localStorage.removeItem('surety.shortcuts')")
  }

  private static func filterByKeyboard(_ demo: RunningDemonstration, _ tab: BrowserTab) async throws {
    try await tab.open(demo.url + "obligations")
    try await tab.press("/")
    #expect(try await tab.evaluate("document.activeElement.id") == "q")
    // In a field, letters are letters.
    try await tab.type("backups")
    try await tab.press("g")
    try await tab.press("s")
    #expect(try await tab.evaluate("location.pathname + document.activeElement.value") == "/obligationsbackupsgs")
    try await tab.type("backups", into: "#q")
    try await tab.afterLoad { try await tab.press("Enter") }
    #expect(try await tab.evaluate("location.search").contains("q=backups"))
    try await tabTo("main tbody a[href^='/duties/']", tab)
    let chosen = try await tab.evaluate("document.activeElement.getAttribute('href')")
    try await tab.afterLoad { try await tab.press("Enter") }
    #expect(try await tab.evaluate("location.pathname") == chosen)
  }
}
