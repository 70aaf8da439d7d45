import Foundation
import Obligations
import Primitives
import TestKit
import Testing

@Suite struct `The shipped catalogue` {
  let catalogue: Catalogue

  init() throws { catalogue = try Catalogue.shipped() }

  @Test func `has every duty, each with controls, in order`() {
    #expect(catalogue.duties.map(\.code.text) == (1...33).map { $0 < 10 ? "D0\($0)" : "D\($0)" })
    for duty in catalogue.duties {
      #expect(!duty.controls.isEmpty, "\(duty.code)")
      for control in duty.controls where control.checks.isEmpty && control.attestation == nil {
        #expect(control.awaits != nil, "\(control.code) does not say what will prove it")
      }
    }
  }

  /// The kinds are facts of the list of duties: what must hold, and what falls due.
  @Test func `says of each duty whether it must hold or falls due`() {
    let due = ["D05", "D09", "D10", "D11", "D14", "D20", "D21", "D22", "D23", "D24", "D32"]
    for duty in catalogue.duties {
      let expected: [Duty.Kind] =
        due.contains(duty.code.text)
        ? [.due] : ["D06", "D08", "D25"].contains(duty.code.text) ? [.hold, .due] : [.hold]
      #expect(duty.kinds == expected, "\(duty.code)")
    }
  }

  @Test func `has every framework`() {
    #expect(
      Set(catalogue.frameworks.map(\.code.text)) == [
        "gdpr", "pci", "nis2", "uk-gdpr", "ccpa", "lgpd", "china-e-commerce", "pipl", "eu-e-commerce", "eprivacy",
        "nist-800-207",
      ])
    for framework in catalogue.frameworks {
      #expect(!framework.requirements.isEmpty)
    }
  }

  /// The clauses that the facts name, at least. The United Kingdom kept the numbers of the regulation.
  @Test(arguments: [
    (
      "gdpr",
      "5(1)(b) 5(1)(c) 5(1)(e) 5(1)(f) 5(2) 13 14 15 16 17 19 24 25 28 30 32(1)(a) 32(1)(b) 32(1)(c) 32(1)(d) "
        + "32(4) 33(5) 34 35 39(1)(b) 82 83"
    ),
    ("nis2", "20(2) 21(2)(a) 21(2)(b) 21(2)(c) 21(2)(d) 21(2)(e) 21(2)(f) 21(2)(g) 21(2)(h) 21(2)(i) 21(2)(j) 34"),
    (
      "pci",
      "3.5.1 3.6 3.7 4.2.1 6.3.1 6.3.2 6.3.3 6.4.2 6.4.3 7.2.4 8.4.2 8.5.1 10.4.1.1 10.7 11.3.1 11.3.2 11.4 "
        + "11.6.1 12.1 12.3.4 12.4.2 12.5.2 12.6.2 12.6.3 12.6.3.1 12.10.1 12.10.2 12.10.5 12.10.6"
    ),
    (
      "uk-gdpr",
      "5(1)(b) 5(1)(c) 5(1)(e) 5(1)(f) 5(2) 13 14 15 16 17 19 24 25 28 30 32(1)(a) 32(1)(b) 32(1)(c) 32(1)(d) "
        + "32(4) 33(1) 33(4) 33(5) 34 35 39(1)(b) 82 83"
    ),
    ("lgpd", "6 8 9 18 19 37 38 46 48 52"), ("pipl", "6 9 17 19 45 46 47 50 51 54 57 66 69"),
    ("ccpa", "1798.105 1798.106 1798.110 1798.130 1798.150 1798.155"),
    ("china-e-commerce", "23 31"), ("eu-e-commerce", "5 6 10 11"), ("eprivacy", "5(3)"),
    ("nist-800-207", "1 2 3 4 5 6 7"),
  ])
  func `has the clauses`(framework: String, clauses: String) throws {
    let found = try #require(catalogue.frameworks.first { $0.code.text == framework })
    let numbers = found.requirements.map { $0.clause.split(separator: " ").dropFirst().first.map { String($0) } ?? "" }
    for clause in clauses.split(separator: " ") {
      #expect(
        numbers.contains { $0 == clause || $0 == clause + "," || $0.hasPrefix(clause + "(") }, "\(framework) \(clause)")
    }
  }

  @Test func `gives each requirement its source, dates and whether it was confirmed`() {
    for framework in catalogue.frameworks {
      for requirement in framework.requirements {
        #expect(requirement.source.hasPrefix("https://"), "\(requirement.code)")
        #expect(requirement.code.text.hasPrefix(framework.code.text + "."), "\(requirement.code)")
        #expect((10...400).contains(requirement.text.count), "\(requirement.code)")
        if requirement.note?.contains("yet to be") == true || requirement.note?.contains("doubtful") == true {
          #expect(!requirement.isVerified, "\(requirement.code) is unconfirmed by its own note")
        }
      }
    }
  }

  /// Where a publisher gives each article an address, that is the source, and not the law as a whole.
  @Test(arguments: [
    ("gdpr", "#art_"), ("nis2", "#art_"), ("uk-gdpr", "/article/"), ("lgpd", "#art"), ("ccpa", "sectionNum="),
  ])
  func `leads to the article that it names`(framework: String, mark: String) throws {
    let found = try #require(catalogue.frameworks.first { $0.code.text == framework })
    var count = 0
    for requirement in found.requirements {
      let words = requirement.clause.split(separator: " ")
      guard ["Article", "Articles", "Section", "Sections"].contains(words[0]) else { continue }
      let number = words[1].prefix { $0.isNumber || $0 == "." }
      let end = "\(mark)\(number)"
      #expect(requirement.source.hasSuffix(end) || requirement.source.hasSuffix(end + "."), "\(requirement.code)")
      count += 1
    }
    #expect(count > 10, "\(framework)")
  }

  /// A publisher's front page is no source; these two laws have no other address that we are sure of.
  @Test func `leads to the text and not to a front page`() {
    let requirements = catalogue.frameworks.flatMap(\.requirements)
    let fronts = requirements.filter { $0.source.split(separator: "/", omittingEmptySubsequences: true).count == 2 }
    #expect(fronts.allSatisfy { $0.code.text.hasPrefix("china-e-commerce.") })
    let roots = requirements.filter { $0.source == "https://www.gov.br/anpd/" }
    #expect(roots.map(\.clause) == ["Resolution CD/ANPD 15/2024, Article 10"])
  }

  /// The date of a check is a claim, so nothing has one that was not confirmed.
  @Test func `claims a check only of what was confirmed`() {
    let checked = catalogue.frameworks.flatMap(\.requirements).filter { $0.checked != nil }
    #expect(!checked.isEmpty && checked.allSatisfy { $0.isVerified })
    for framework in catalogue.frameworks where framework.checked != nil { #expect(framework.isVerified) }
    for code in ["uk-gdpr", "pipl", "china-e-commerce", "eprivacy", "eu-e-commerce"] {
      #expect(checked.allSatisfy { !$0.code.text.hasPrefix(code + ".") }, "\(code)")
    }
  }

  /// What the facts that the catalogue was made from mark as unconfirmed.
  @Test func `shows what nobody confirmed as such`() throws {
    for framework in ["china-e-commerce", "pipl"] {
      let found = try #require(catalogue.frameworks.first { $0.code.text == framework })
      #expect(found.requirements.allSatisfy { !$0.isVerified }, "\(framework)")
    }
    // Which requirements the questionnaires A and A-EP have is from memory, except for these.
    let pci = try #require(catalogue.frameworks.first { $0.code == "pci" })
    let confirmed: Set<String> = ["pci.6-4-3", "pci.11-6-1", "pci.saq-a-eligibility"]
    for requirement in pci.requirements {
      #expect(requirement.isVerified == confirmed.contains(requirement.code.text), "\(requirement.code)")
    }
  }

  @Test func `uses every control in some framework or says why not`() {
    let used = Set(catalogue.frameworks.flatMap(\.requirements).flatMap(\.controls))
    let unused = catalogue.duties.flatMap(\.controls).map(\.code).filter { !used.contains($0) }
    #expect(unused.isEmpty, "\(unused)")
  }

  @Test func `calls no scripts of payment pages intact where no payment page is named`() throws {
    let book = EvidenceBook(
      catalogue: catalogue, now: Sample.start, looks: [.init(.sample(.satisfied, of: "page.integrity"))],
      targets: ["payment.integrity": [], "page.integrity": ["https://shop.example"]])
    let status = book.status(of: try #require(catalogue.control("payment-page-scripts")))
    #expect(status.standing == .unproven)
    #expect(status.reasons == ["payment.integrity has nothing to look at: name paymentPages in the profile."])
  }

  @Test func `takes a statement on the admin panel where nobody outside could see its second factor`() throws {
    let control: Code<Control> = "admin-panel-factor"
    func standing(_ outcome: Outcome) throws -> Standing {
      let book = EvidenceBook(
        catalogue: catalogue, now: Sample.start, looks: [.init(.sample(outcome, of: "admin-panel"))],
        targets: ["admin-panel": ["https://shop.example"]], attestations: [`How something stands`.attestation(control)])
      return book.status(of: try #require(catalogue.control(control))).standing
    }
    #expect(try standing(.couldNotCheck) == .met)
    #expect(try standing(.notSatisfied) == .notMet)
  }

  @Test func `leads from a check to what leans on it`() {
    #expect(catalogue.duties(behind: "tls.protocols").map(\.code.text) == ["D01"])
    let requirements = catalogue.requirements(behind: "tls.protocols").map { $0.1.code.text }
    #expect(requirements.contains("gdpr.32-1-a") && requirements.contains("pci.4-2-1"))
    #expect(catalogue.requirement("gdpr.32-1-a")?.1.clause == "Article 32(1)(a)")
  }
}
