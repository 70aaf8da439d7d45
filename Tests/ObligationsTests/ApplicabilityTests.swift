import Primitives
import TestKit
import Testing

@testable import Obligations

@Suite struct `What applies` {
  static let today = CalendarDate(at: Instant(seconds: 1_795_000_000))

  static func profile(_ yaml: String) throws -> Profile {
    try Profile(yaml: Array("platform: Example\n\(yaml)".utf8), file: "surety.yaml")
  }

  /// A profile, and the frameworks that bind it, do not, or may.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let yaml: String
    var yes: Set<String> = []
    var no: Set<String> = []
    var unknown: Set<String> = []
  }

  static let cases: [Case] = [
    Case(
      testDescription: "nothing is known", yaml: "", yes: ["nist-800-207"],
      unknown: [
        "gdpr", "uk-gdpr", "pci", "nis2", "ccpa", "lgpd", "china-e-commerce", "pipl", "eu-e-commerce", "eprivacy",
      ]),
    Case(
      testDescription: "a German shop with German customers",
      yaml: """
        entities: [{name: A, country: DE}]
        customers: {DE: 1000}
        employees: 12
        marketplace: false
        cards: {flow: redirect, storesNumbers: false}
        """,
      yes: ["gdpr", "eprivacy", "eu-e-commerce", "pci", "nist-800-207"],
      no: ["uk-gdpr", "ccpa", "lgpd", "china-e-commerce", "pipl", "nis2"]),
    Case(
      testDescription: "an American shop with customers in France",
      yaml: "entities: [{name: A, country: US-NY}]\ncustomers: {US-NY: 900, FR: 100}",
      yes: ["gdpr", "eprivacy"], no: ["ccpa", "uk-gdpr", "lgpd", "pipl"], unknown: ["pci"]),
    Case(
      testDescription: "customers somewhere in the United States",
      yaml:
        "entities: [{name: A, country: GB}]\ncustomers: {GB: 10, US: 500000}\nturnover: [{amount: 90000000, currency: USD}]",
      yes: ["uk-gdpr"], no: ["gdpr"], unknown: ["ccpa"]),
    Case(
      testDescription: "many customers in California",
      yaml: "entities: [{name: A, country: US-CA}]\ncustomers: {US-CA: 100000}", yes: ["ccpa"]),
    Case(
      testDescription: "few customers in California and a turnover in euros only",
      yaml: "entities: [{name: A, country: US-CA}]\ncustomers: {US-CA: 99999}\nturnover: [{amount: 9, currency: EUR}]",
      unknown: ["ccpa"]),
    Case(
      testDescription: "few customers in California and a small turnover",
      yaml:
        "entities: [{name: A, country: US-CA}]\ncustomers: {US-CA: 9}\nturnover: [{amount: 26624999, currency: USD}]",
      no: ["ccpa"]),
    Case(
      testDescription: "a marketplace of fifty people",
      yaml: "entities: [{name: A, country: FR}]\ncustomers: {FR: 10}\nmarketplace: true\nemployees: 50", yes: ["nis2"]),
    Case(
      testDescription: "a marketplace of forty-nine people, whose turnover nobody tells",
      yaml: "entities: [{name: A, country: FR}]\ncustomers: {FR: 10}\nmarketplace: true\nemployees: 49",
      unknown: ["nis2"]),
    Case(
      testDescription: "a shop of a thousand people of which nobody says whether it is a marketplace",
      yaml: "entities: [{name: A, country: FR}]\ncustomers: {FR: 10}\nemployees: 1000", unknown: ["nis2"]),
    Case(
      testDescription: "customers somewhere in the EEA, an entity elsewhere",
      yaml: "entities: [{name: A, country: CH}]\ncustomers: {EEA: 10}\nmarketplace: true\nemployees: 50",
      yes: ["gdpr"], unknown: ["nis2"]),
    Case(
      testDescription: "customers listed and none of them there",
      yaml: "entities: [{name: A, country: CH}]\ncustomers: {CH: 10, BR: 0}", no: ["lgpd", "gdpr"]),
    Case(testDescription: "no cards and none kept", yaml: "cards: {flow: none, storesNumbers: false}", no: ["pci"]),
    Case(testDescription: "no cards, but numbers kept", yaml: "cards: {flow: none, storesNumbers: true}", yes: ["pci"]),
    Case(
      testDescription: "no cards, and nobody says whether any are kept", yaml: "cards: {flow: none}", unknown: ["pci"]),
  ]

  @Test(arguments: cases) func `follows from the profile`(_ given: Case) throws {
    let applicability = Applicability(of: try Catalogue.shipped(), to: try Self.profile(given.yaml), on: Self.today)
    for framework in applicability.frameworks {
      let code = framework.framework.code.text
      switch framework.answer {
      case .yes(let reasons):
        #expect(!given.no.contains(code) && !given.unknown.contains(code), "\(code): yes, \(reasons)")
      case .no(let reasons):
        #expect(!given.yes.contains(code) && !given.unknown.contains(code), "\(code): no, \(reasons)")
        #expect(!reasons.isEmpty)
      case .unknown(let missing):
        #expect(!given.yes.contains(code) && !given.no.contains(code), "\(code): unknown, \(missing)")
        #expect(!missing.isEmpty)
      }
    }
    let count = applicability.obligations.count + applicability.undecided.count + applicability.inapplicable.count
    #expect(try count == Catalogue.shipped().frameworks.flatMap(\.requirements).count)
  }

  /// With nothing known, no law may be said not to apply: only dates may speak against a requirement.
  @Test func `is never denied for want of knowledge`() throws {
    let applicability = Applicability(of: try Catalogue.shipped(), to: .unknown, on: Self.today)
    for requirement in applicability.inapplicable {
      #expect(requirement.because.contains("it ended on") || requirement.because.contains("it begins on"))
    }
    #expect(applicability.obligations.allSatisfy { $0.framework.code == "nist-800-207" })
    #expect(applicability.undecided.allSatisfy { !$0.missing.isEmpty })
  }

  /// Whatever is added to a profile may decide what was undecided, and takes nothing decided back.
  @Test func `is only ever decided by more knowledge`() throws {
    var random = SeededGenerator(for: "profiles with facts left out")
    let catalogue = try Catalogue.shipped()
    let facts: [[String]] = [
      [
        "entities: [{name: A, country: DE}]", "entities: [{name: A, country: US-CA}]",
        "entities: [{name: A, country: CN}]",
      ],
      [
        "customers: {DE: 5, GB: 2}", "customers: {US-CA: 200000}", "customers: {CN: 1, BR: 3}",
        "customers: {US: 900000}",
      ],
      [
        "turnover: [{amount: 50000000, currency: USD}]",
        "turnover: [{amount: 5, currency: EUR}, {amount: 5, currency: USD}]",
      ],
      ["employees: 7", "employees: 70"], ["marketplace: true", "marketplace: false"],
      ["cards: {flow: iframe, storesNumbers: false}", "cards: {flow: direct-post}", "cards: {flow: none}"],
    ]
    for _ in 0..<40 {
      let chosen = facts.map { $0.randomElement(using: &random) ?? "" }
      var known = chosen.filter { _ in Bool.random(using: &random) }
      let before = Applicability(of: catalogue, to: try Self.profile(known.joined(separator: "\n")), on: Self.today)
      known = chosen
      let after = Applicability(of: catalogue, to: try Self.profile(known.joined(separator: "\n")), on: Self.today)
      let (owed, free) = (
        Set(after.obligations.map(\.requirement.code)), Set(after.inapplicable.map(\.requirement.code))
      )
      #expect(owed.isSuperset(of: before.obligations.map(\.requirement.code)), "\(chosen)")
      #expect(free.isSuperset(of: before.inapplicable.map(\.requirement.code)), "\(chosen)")
    }
  }

  @Test(arguments: [
    ("flow: redirect\n  storesNumbers: false", "A"), ("flow: iframe\n  storesNumbers: false", "A"),
    ("flow: direct-post\n  storesNumbers: false", "A-EP"), ("flow: own-form\n  storesNumbers: false", "D"),
    ("flow: own-form", "D"), ("flow: redirect\n  storesNumbers: true", "D"), ("flow: none\n  storesNumbers: true", "D"),
    ("flow: redirect", "?"), ("flow: direct-post", "?"), ("flow: none\n  storesNumbers: false", "-"),
  ])
  func `of the questionnaires follows from how cards are taken`(cards: String, expected: String) throws {
    let profile = try Self.profile("cards:\n  \(cards)")
    let choice = try #require(profile.cards?.selfAssessment)
    let name =
      switch choice {
      case .type(let type, let because):
        because.contains("because") ? type.rawValue : "without a reason"
      case .none: "-"
      case .unknown: "?"
      }
    #expect(name == expected)
  }

  /// Facts of the two requirements on scripts: owed under A-EP and D, and in SAQ A replaced by a criterion of its own.
  @Test(arguments: [
    ("redirect", false, false), ("iframe", false, true), ("direct-post", true, false), ("own-form", true, false),
  ])
  func `of the rules on payment pages follows too`(flow: String, scripts: Bool, criterion: Bool) throws {
    let profile = try Self.profile("cards: {flow: \(flow), storesNumbers: false}")
    let owed = Set(
      Applicability(of: try Catalogue.shipped(), to: profile, on: Self.today).obligations.map(\.requirement.code.text))
    #expect(owed.contains("pci.6-4-3") == scripts)
    #expect(owed.contains("pci.11-6-1") == scripts)
    #expect(owed.contains("pci.saq-a-eligibility") == criterion)
    #expect(owed.contains("pci.12-10-1") && owed.contains("pci.11-3-2"))
    #expect(owed.contains("pci.3-5-1") == (flow == "own-form"))
    // It ended when another took its place.
    #expect(!owed.contains("pci.6-4-1"))
  }

  static let twoWays = """
    cards: {flow: iframe, storesNumbers: false}
    storefronts:
      - url: https://a.example
      - url: https://b.example
        cards: {flow: own-form}
      - url: https://c.example
    """

  @Test func `of the questionnaires can differ from storefront to storefront, and says for which`() throws {
    let profile = try Self.profile(Self.twoWays)
    #expect(
      profile.cardPlaces.map(\.storefronts) == [["https://a.example", "https://c.example"], ["https://b.example"]])
    let applicability = Applicability(of: try Catalogue.shipped(), to: profile, on: Self.today)
    func because(_ code: String) -> String? {
      applicability.obligations.first { $0.requirement.code.text == code }?.because
    }
    // Owed under D, because of one storefront.
    let scripts = try #require(because("pci.6-4-3"))
    #expect(scripts.contains("SAQ D, because the shop's own form takes cards at https://b.example"), "\(scripts)")
    #expect(!scripts.contains("SAQ A"))
    // Owed under A by those with a frame.
    let criterion = try #require(because("pci.saq-a-eligibility"))
    #expect(criterion.contains("SAQ A, because cards are taken in the provider's frame at https://a.example"))
    #expect(criterion.contains("https://c.example") && !criterion.contains("https://b.example"))
    #expect(because("pci.12-10-1") != nil)
    let nist = applicability.frameworks.first { $0.framework.code == "nist-800-207" }
    #expect(nist?.answer == .yes([]))
  }

  /// Both parts of a condition must hold of the same storefront: here one answers SAQ A, and another has a frame.
  @Test func `is not put together from parts of two storefronts`() throws {
    let profile = try Self.profile(
      """
      storefronts:
        - {url: https://a.example, cards: {flow: redirect, storesNumbers: false}}
        - {url: https://b.example, cards: {flow: iframe, storesNumbers: true}}
      """)
    let owed = Applicability(of: try Catalogue.shipped(), to: profile, on: Self.today).obligations
      .map(\.requirement.code.text)
    #expect(!owed.contains("pci.saq-a-eligibility") && owed.contains("pci.3-5-1"))
  }

  @Test func `is undecided where one storefront does not say enough, and says which`() throws {
    let profile = try Self.profile(
      """
      storefronts:
        - {url: https://a.example, cards: {flow: none, storesNumbers: false}}
        - {url: https://b.example}
      """)
    let pci = try #require(
      Applicability(of: try Catalogue.shipped(), to: profile, on: Self.today).frameworks
        .first { $0.framework.code == "pci" })
    guard case .unknown(let missing) = pci.answer else {
      Issue.record("\(pci.answer)")
      return
    }
    #expect(missing.contains("cards: flow at https://b.example") && missing.allSatisfy { !$0.contains("a.example") })
  }

  /// Numbers kept by the platform are kept, whatever a storefront's page does.
  @Test func `takes over from the platform what a storefront does not say of cards`() throws {
    let profile = try Self.profile(
      """
      cards: {flow: own-form, storesNumbers: true}
      storefronts:
        - {url: https://a.example, cards: {flow: redirect}}
      """)
    // Every storefront speaks for itself, so the platform's own form is not in use.
    #expect(profile.cardPlaces.map(\.cards?.flow) == [.redirect] && profile.cardPlaces[0].storefronts.isEmpty)
    #expect(
      profile.cardPlaces[0].cards?.selfAssessment == .type(.d, because: "SAQ D, because card numbers are stored"))
  }

  @Test func `depends on the date`() throws {
    let profile = try Self.profile("cards: {flow: own-form}")
    func owed(_ date: String) throws -> Set<String> {
      let date = try #require(CalendarDate(date))
      return Set(Applicability(of: try .shipped(), to: profile, on: date).obligations.map(\.requirement.code.text))
    }
    #expect(try owed("2025-03-30").isSuperset(of: ["pci.6-4-1"]))
    #expect(try !owed("2025-03-30").contains("pci.6-4-3"))
    #expect(try !owed("2025-03-31").contains("pci.6-4-1"))
    #expect(try owed("2025-03-31").contains("pci.6-4-3"))
  }

  @Test func `is explained in a sentence`() throws {
    let profile = try Self.profile("customers: {DE: 4}\nentities: [{name: Alpha, country: AT}]")
    let obligations = Applicability(of: try .shipped(), to: profile, on: Self.today).obligations
    let gdpr = try #require(obligations.first { $0.framework.code == "gdpr" })
    #expect(gdpr.because.hasPrefix("GDPR applies: Alpha is established in AT, customers in DE."), "\(gdpr.because)")
  }

  @Test(arguments: [
    ("EU", "DE", true), ("EU", "GB", false), ("EU", "EU", true), ("EU", "EEA", false), ("EEA", "EU", true),
    ("EEA", "NO", true), ("EEA", "EEA", true), ("EEA", "CH", false), ("US", "US-CA", true), ("US-CA", "US", false),
    ("DE", "DE-BY", true), ("EU", "DE-BY", true), ("EU", "EE", true),
  ])
  func `knows which place lies in which`(outer: String, inner: String, expected: Bool) throws {
    let (outer, inner) = (try #require(Jurisdiction(outer)), try #require(Jurisdiction(inner)))
    #expect(outer.includes(inner) == expected)
  }

  @Test(arguments: ["", "D", "de", "UK", "EL", "XX", "US-XX", "DE-", "DE-abc", "EU-DE", "DEU", "-", "US--CA"])
  func `knows no place`(_ text: String) { #expect(Jurisdiction(text) == nil) }
}
