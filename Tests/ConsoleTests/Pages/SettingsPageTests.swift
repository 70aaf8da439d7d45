import Access
import Foundation
import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `The page of settings` {
  /// Whatever a profile in force leaves behind, to see that nothing changed.
  private struct Traces: Equatable {
    let entries: Int
    let yaml: String?
    let looks: [PlannedLook]

    init(of server: SignedInServer) async throws {
      entries = try await server.entries("profile.changed").count
      yaml = try await server.register.profile()?.yaml
      looks = try await server.register.plannedLooks().sorted { $0.target < $1.target }
    }
  }

  static func field(_ answer: SignedInServer.Answer) -> String {
    answer.part(from: "<textarea", to: "</textarea>").replacing("&amp;", with: "&").replacing("&#39;", with: "'")
  }

  @Test func `begins with an example that is a profile`() async throws {
    _ = try Profile(yaml: Array(ExampleProfile.yaml.utf8), file: "surety.yaml")
    // What is behind the marks is a profile as well; sentences begin with a capital letter.
    let whole = ExampleProfile.yaml.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let words = line.hasPrefix("# ") ? line.dropFirst(2) : ""
        let isMember = words.hasPrefix(" ") || words.split(separator: " ").first?.hasSuffix(":") == true
        return isMember ? words : line
      }
      .filter { !$0.hasPrefix("#") }.joined(separator: "\n")
    let profile = try Profile(yaml: Array(whole.utf8), file: "surety.yaml")
    #expect(profile.storefronts.map(\.cards?.flow) == [nil, .redirect])
    #expect(profile.cards?.flow == .iframe && profile.employees == 38 && profile.suppliers.count == 1)
    try await SignedInServer.with(profile: nil) { server in
      let page = try await server.get("/settings")
      #expect(page.status == .ok)
      #expect(Self.field(page).contains("platform: My shop") && !page.text.contains("Put in force by"))
      for text in [
        "2030-01-01", "4 duties, 3 frameworks", "a test", TestLedger.origin, "the policy asks for no witness",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
    }
  }

  @Test func `shows what a profile would change, and changes nothing`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      let before = try await Traces(of: server)
      let yaml = """
        platform: Teapot & Leaf
        customers: {BR: 5}
        cards: {flow: iframe, storesNumbers: false}
        storefronts:
          - url: https://new.example
        """
      let answer = try await server.post("/settings/profile", ["profile": yaml, "intent": "check"])
      #expect(answer.status == .ok)
      for text in [
        "2 requirements would begin to apply, 3 would stop, 0 could not be decided, "
          + "and 1 target would be looked at anew.",
        "<b>ABROAD Section 1</b>", "<b>CARDS Requirement 1</b>", "<b>LAW Article 1</b>",
        "LAW Article 1 does not apply: no customers in EEA.", "https://new.example (fake.tls)",
        "https://shop.example (fake.tls)", "Nothing is in force yet: put it in force below.",
      ] {
        #expect(answer.text.contains(text), "\(text)")
      }
      #expect(Self.field(answer).contains(yaml))
      #expect(try await Traces(of: server) == before)
      let same = try await server.post("/settings/profile", ["profile": SampleShop.profile, "intent": "check"])
      #expect(same.text.contains("Nothing would change."))
    }
  }

  @Test func `tells the line of a mistake and keeps what was typed`() async throws {
    try await SignedInServer.with { server in
      let before = try await Traces(of: server)
      let typed = "platform: a\r\ncards:\r\n  flow: popup\r\n\r\n# the end & <more>\r\n"
      for intent in ["check", "apply"] {
        let answer = try await server.post("/settings/profile", ["profile": typed, "intent": intent])
        #expect(answer.status == .unprocessableEntity)
        #expect(answer.text.contains("<title>Error: Settings"))
        #expect(answer.text.contains(##"<a href="#profile">Line 3: "##) && answer.text.contains("Nothing was changed."))
        let excerpt = answer.part(from: #"<pre class="excerpt""#, to: "</pre>")
        #expect(excerpt.contains(#"class="is-wrong"><span class="line">3</span>  flow: popup"#))
        #expect(excerpt.contains("<span class=\"line\">1</span>platform: a") && excerpt.contains("&lt;more&gt;"))
        #expect(Self.field(answer).contains("platform: a\ncards:\n  flow: popup\n\n# the end & &lt;more&gt;\n"))
      }
      for yaml in ["", "a: [", "platform: a\nunknown: 1", String(repeating: "#", count: 9_000)] {
        let answer = try await server.post("/settings/profile", ["profile": yaml, "intent": "apply"])
        #expect(answer.status == .unprocessableEntity && answer.text.contains("is-wrong"))
      }
      let large = "platform: a\n" + String(repeating: "# \(String(repeating: "a", count: 200))\n", count: 5_300)
      let status = try await server.post("/settings/profile", ["profile": large, "intent": "apply"]).status
      #expect(status == .unprocessableEntity || status == .payloadTooLarge)
      #expect(try await server.post("/settings/profile", ["profile": "platform: a"]).status == .badRequest)
      #expect(try await Traces(of: server) == before)
    }
  }

  @Test func `puts a profile in force in the member's name`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls], profile: nil) { server in
      let typed = "platform: My <shop>\r\nstorefronts:\r\n  - url: https://new.example\r\n"
      let fields = ["profile": typed, "intent": "apply"]
      #expect(try await server.post("/settings/profile", fields, csrf: nil).status == .forbidden)
      server.signIn.allow([.read, .check])
      #expect(try await server.post("/settings/profile", fields).status == .forbidden)
      #expect(try await server.get("/settings").status == .forbidden)
      server.signIn.allow(Set(Action.allCases))
      #expect(try await server.entries("profile.changed").isEmpty)
      let answer = try await server.post("/settings/profile", fields)
      #expect(answer.status == .seeOther && answer.location == "/settings?notice=profile-set")
      #expect(try await server.entries("profile.changed").map(\.author.name) == ["member:ada"])
      #expect(try await server.register.profile()?.yaml == typed.replacing("\r\n", with: "\n"))
      #expect(try await server.register.plannedLooks().map(\.target) == ["https://new.example"])
      let page = try await server.get("/settings?notice=profile-set")
      #expect(page.text.contains("The profile is in force.") && page.text.contains("Put in force by ada on"))
      #expect(page.text.contains("My &lt;shop&gt;") && !page.text.contains("<shop>"))
    }
  }

  @Test func `switches the public page on and off, and the journal says so`() async throws {
    try await SignedInServer.with { server in
      #expect(try await server.get("/settings").text.contains("Switch it on"))
      #expect(try await server.get("/standing", signedIn: false).status == .notFound)
      #expect(try await server.post("/settings/standing-page", ["isOn": "yes"], csrf: nil).status == .forbidden)
      #expect(try await server.post("/settings/standing-page", ["isOn": "perhaps"]).status == .badRequest)
      for _ in 0..<2 {
        let answer = try await server.post("/settings/standing-page", ["isOn": "yes"])
        #expect(answer.location == "/settings?notice=settings-saved")
      }
      #expect(try await server.get("/settings").text.contains("Switch it off"))
      #expect(try await server.get("/standing", signedIn: false).status == .ok)
      _ = try await server.post("/settings/standing-page", ["isOn": "no"])
      #expect(try await server.get("/standing", signedIn: false).status == .notFound)
      let entries = try await server.entries("settings.changed")
      #expect(entries.map { $0.facts["value"]?.text } == ["on", "off"])
      #expect(entries.allSatisfy { $0.author.name == "member:ada" && $0.facts["setting"] == "standing-page" })
    }
  }
}

@Suite struct `The page of an account` {
  @Test func `says who the member is, and until when`() async throws {
    try await SignedInServer.with { server in
      let page = try await server.get("/account")
      #expect(page.status == .ok)
      for text in ["<dd>ada</dd>", "member:ada", "Owner", "Password and six-digit code", "in 1 hour"] {
        #expect(page.text.contains(text), "\(text)")
      }
    }
  }
}

@Suite struct `The style guide` {
  @Test func `shows every component to those who may change settings`() async throws {
    try await SignedInServer.with(catalogue: .shipped(), isDemo: true) { server in
      let page = try await server.get("/styleguide")
      #expect(page.status == .ok)
      #expect(page.text.contains("<title>Style guide"))
      for text in [
        "status-not-met", "status-excepted", "outcome-could-not-check", "severity-critical", "state-withdrawn",
        "answer-does-not-apply", "There is a problem", "Say what you attest.", "Why it matters.", "data-verify",
        "Nothing matches", "in 12 days", "/duties/D33",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
      server.signIn.allow([.read, .check, .attest, .except])
      #expect(try await server.get("/styleguide").status == .forbidden)
    }
  }

  @Test func `is not there for a shop of one's own`() async throws {
    try await SignedInServer.with { server async throws in
      #expect(try await server.get("/styleguide").status == .notFound)
    }
  }
}
