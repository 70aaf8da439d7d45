import Foundation
import TestKit
import Testing

/// Single sign-on from end to end: a real browser, a real server, and a provider that speaks HTTPS.
@Suite(.enabled(if: Browser.isInstalled, "Chromium is not installed")) struct `Single sign-on in a browser` {
  @Test func `lets in whom the provider vouches for, connects an account, and steps it up`() async throws {
    try await Workplace.with { place in
      let (certificate, key) = (place.directory.file("provider.pem"), place.directory.file("provider.key"))
      let made = try await Command.run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
          "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ])
      #expect(made.status == 0, "\(made.errors)")
      let grace = ProviderServer.Person(subject: "1", name: "grace", groups: ["shop-support"])
      try await ProviderServer.with(certificate: certificate, key: key, grace) { provider in
        let port = try await FreePort.next()
        let file = TestOpenIDProvider.file(of: provider.issuer)
        try await RunningDemonstration.with(
          port: port,
          options: ["--openid", "openid.yaml", "--url", "https://localhost:\(port)", "--trust", certificate],
          preparing: { try FileBytes.write(Array(file.utf8), to: $0.directory.file("openid.yaml")) }
        ) { demo in
          try await Browser.with { browser in try await Self.visit(demo, provider, try await browser.tab()) }
        }
      }
    }
  }

  private static func visit(
    _ demo: RunningDemonstration, _ provider: ProviderServer, _ tab: BrowserTab
  ) async throws {
    // Whoever is in a group that has a role becomes a member.
    try await tab.open(demo.url + "sign-in?next=/account")
    try await `The console in a browser`.expectAccessible(tab, "sign-in with single sign-on")
    try await tab.click("a[href^='/sign-in/openid']")
    try await tab.wait(for: "location.pathname === '/account'")
    #expect(try await tab.text(".facts").contains("grace"))
    #expect(try await tab.text(".facts").contains("single sign-on"))
    #expect(try await tab.text("main").contains("\(provider.issuer) opens this account"))
    try await `The console in a browser`.expectAccessible(tab, "account with single sign-on")
    try await demo.signOut(in: tab)

    // Who is in none does not.
    provider.sit(ProviderServer.Person(subject: "2", name: "guest", groups: []))
    try await tab.open(demo.url + "sign-in")
    try await tab.click("a[href^='/sign-in/openid']")
    try await tab.wait(for: "document.querySelector('.error-summary')")
    #expect(try await tab.text(".error-summary").contains("None of your groups has a role here"))

    // The owner, who was here before, connects the account, and then shows a factor by the provider.
    provider.sit(ProviderServer.Person(subject: "3", name: "somebody", groups: ["shop-owners"]))
    try await demo.signIn(in: tab)
    try await tab.open(demo.url + "account")
    try await tab.follow("a[href='/account/openid']")
    try await `The console in a browser`.expectAccessible(tab, "account/openid")
    try await tab.click("form[action='/account/openid'] button")
    try await tab.wait(for: "document.querySelector('.notice')?.innerText.includes('connected')")
    try await tab.open(demo.url + "prove?next=/account/password")
    try await tab.click("a[href^='/prove/openid']")
    try await tab.wait(for: "location.pathname === '/account/password'")
    try await demo.signOut(in: tab)

    try await tab.open(demo.url + "sign-in?next=/account")
    try await tab.click("a[href^='/sign-in/openid']")
    try await tab.wait(for: "location.pathname === '/account'")
    #expect(try await tab.text(".facts").contains(demo.owner.name), "both ways lead to one member")
  }
}
