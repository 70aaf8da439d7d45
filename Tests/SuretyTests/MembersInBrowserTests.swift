import TestKit
import Testing

/// Members in a real browser with a virtual authenticator, and on a real server.
@Suite(.enabled(if: Browser.isInstalled, "Chromium is not installed")) struct `Members in a browser` {
  @Test func `register a passkey, sign in with it, add a second, remove one, and are refused once revoked`()
    async throws
  {
    try await RunningDemonstration.with { demo in
      try await Browser.with { browser in
        let tab = try await browser.tab()
        let first = try await tab.plugInAuthenticator()
        try await demo.signIn(in: tab)

        // The first passkey. The sign-in was a moment ago, so no other proof is asked for.
        try await tab.open(demo.url + "account")
        try await tab.follow("a[href='/account/passkeys/new']")
        try await tab.type("laptop", into: "#label")
        try await tab.follow("form[data-passkey=create] button")
        #expect(try await tab.text(".notice").contains("passkey is added"))
        #expect(try await tab.text("main").contains("laptop"))

        // Signing in with nothing typed.
        try await demo.signOut(in: tab)
        try await tab.open(demo.url + "sign-in?next=/account")
        try await tab.follow("form[data-passkey=get] button")
        #expect(try await tab.text(".facts").contains("Passkey"))

        // The same authenticator does not make another; a second authenticator does.
        try await tab.open(demo.url + "account/passkeys/new")
        try await tab.type("laptop again", into: "#label")
        try await tab.click("form[data-passkey=create] button")
        try await tab.wait(for: "document.querySelector('[data-passkey-error]').textContent.includes('already')")
        try await tab.unplug(first)
        let second = try await tab.plugInAuthenticator()
        try await tab.open(demo.url + "account/passkeys/new")
        try await tab.type("blue key", into: "#label")
        try await tab.follow("form[data-passkey=create] button")
        #expect(try await tab.text("main").contains("blue key"))

        // Another session of the same member, and the removal of the second passkey, which ends it.
        try await demo.signOut(in: tab)
        try await tab.open(demo.url + "sign-in?next=/account")
        try await tab.follow("form[data-passkey=get] button")
        try await tab.evaluateForEffect(
          "[...document.querySelectorAll('main li')].find(item => item.innerText.includes('blue key'))"
            + ".querySelector('details').open = true")
        try await tab.evaluateForEffect(
          "document.querySelector('main li:has(b) details[open] a.danger').setAttribute('id', 'remove-blue')")
        try await tab.follow("#remove-blue")
        try await tab.follow("main li form button.danger")
        #expect(try await tab.text(".notice").contains("removed"))
        #expect(try await !tab.text("main").contains("blue key"))

        // The authenticator still has it; the console does not know it any more.
        try await demo.signOut(in: tab)
        try await tab.open(demo.url + "sign-in")
        try await tab.follow("form[data-passkey=get] button")
        #expect(try await tab.text(".error-summary").contains("not known here"))
        try await tab.unplug(second)
      }
    }
  }

  @Test func `are invited by a link, come in with a passkey or a password, and lose access at once`() async throws {
    try await RunningDemonstration.with { demo in
      try await Browser.with { browser in
        let owner = try await browser.tab()
        try await demo.signIn(in: owner)
        func invite(_ name: String, as role: String) async throws -> String {
          try await owner.open(demo.url + "members/invite")
          try await owner.type(name, into: "#name")
          try await owner.click("#role-\(role)")
          try await owner.follow("main form button.primary")
          return try await owner.text("#link")
        }

        // Members share the browser's cookies with the owner here, so each signs out before the next comes.
        let link = try await invite("grace", as: "privacy")
        try await demo.signOut(in: owner)
        let key = try await owner.plugInAuthenticator()
        try await owner.open(link)
        try await owner.wait(for: "document.querySelector('form[data-passkey=create]')")
        #expect(try await owner.text("main").contains("grace"))
        #expect(try await !owner.evaluate("location.href").contains("#"))
        try await owner.type("phone", into: "#label")
        try await owner.follow("form[data-passkey=create] button")
        #expect(try await owner.text(".notice").contains("You are a member now"))
        #expect(try await owner.text(".facts").contains("Privacy"))
        try await owner.open(demo.url + "members/invite")
        #expect(try await owner.text("main").contains("The role does not include members.manage"))

        // The link is good once.
        try await demo.signOut(in: owner)
        try await owner.open(link)
        try await owner.wait(for: "document.querySelector('.error-summary')")
        try await owner.unplug(key)
      }
    }
  }

  @Test func `open emergency access that everybody is told of, and somebody else reviews it`() async throws {
    try await RunningDemonstration.with { demo in
      let engineer = try await demo.add("sam", role: "engineer")
      try await Browser.with { browser in
        let tab = try await browser.tab()
        try await demo.signIn(in: tab, as: engineer)
        try await tab.open(demo.url + "members")
        #expect(try await tab.text("main").contains("The role does not include members.read"))
        try await tab.open(demo.url + "emergency")
        #expect(try await tab.text("main").contains("Nobody ever needed it"))
        try await tab.follow("a[href='/emergency/open']")
        try await `The console in a browser`.expectAccessible(tab, "emergency/open")
        try await tab.type("The payment page shows a stranger's form.", into: "#reason")
        try await tab.follow("form[action='/emergency/open'] button")
        #expect(try await tab.text(".warning.loud").contains("sam has emergency access until"))
        try await `The console in a browser`.expectAccessible(tab, "emergency/{id}")
        let address = try await tab.evaluate("location.pathname")
        try await tab.open(demo.url + "members")
        #expect(try await tab.text("main").contains("Who has access"), "it adds to the role")
        try await demo.signOut(in: tab)

        try await demo.signIn(in: tab)
        #expect(try await tab.text(".warning.loud").contains("sam has emergency access"))
        try await tab.open(demo.url + address.dropFirst())
        #expect(try await tab.text("main").contains("See who may do what"), "what was done under it")
        try await tab.follow("form[action='\(address)/end'] button")
        try await tab.click("#justified")
        try await tab.type("I looked at the ledger and called sam.", into: "#statement")
        try await `The console in a browser`.expectAccessible(tab, "emergency/{id}, ended")
        try await tab.follow("form[action='\(address)/review'] button")
        #expect(try await tab.text("main").contains("It was justified."))
        #expect(try await !tab.has(".warning.loud"))
      }
    }
  }
}
