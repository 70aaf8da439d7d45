import Foundation
import Primitives
import TestKit
import Testing

@testable import Obligations

@Suite struct `A malformed file` {
  /// What is wrong, the line it is on, and a word of the reason.
  struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let line: Int
    let reason: String
    var testDescription: String { "\(reason), line \(line)" }

    init(_ line: Int, _ reason: String, _ text: String) { (self.text, self.line, self.reason) = (text, line, reason) }
  }

  static let profiles: [Case] = [
    Case(1, "empty", ""),
    Case(1, "names with values", "just text"),
    Case(1, "'platform' is missing", "marketplace: true"),
    Case(1, "expected text", "platform: [a, b]"),
    Case(1, "text is missing", "platform:\nmarketplace: true"),
    Case(2, "'plattform' is not known here", "platform: a\nplattform: b"),
    Case(2, "named twice", "platform: a\nplatform: b"),
    Case(2, "true or false", "platform: a\nmarketplace: perhaps"),
    Case(2, "whole number", "platform: a\nemployees: many"),
    Case(2, "whole number", "platform: a\nemployees: -3"),
    Case(2, "whole number", "platform: a\nemployees: 1.5"),
    Case(2, "whole number", "platform: a\nemployees: 9007199254740993"),
    Case(3, "the United Kingdom is GB", "platform: a\ncustomers:\n  UK: 10"),
    Case(4, "is not a country", "platform: a\ncustomers:\n  DE: 10\n  XX: 10"),
    Case(3, "is not a country", "platform: a\ncustomers:\n  US-CL: 10"),
    Case(3, "whole number", "platform: a\ncustomers:\n  DE: ten"),
    Case(2, "names with values", "platform: a\ncustomers: 12"),
    Case(3, "'country' is missing", "platform: a\nentities:\n  - name: b"),
    Case(4, "Greece is GR", "platform: a\nentities:\n  - name: b\n    country: EL"),
    Case(2, "expected a list", "platform: a\nentities: none"),
    Case(3, "three capital letters", "platform: a\nturnover:\n  - {amount: 5, currency: euro}"),
    Case(3, "is not one of none, redirect", "platform: a\ncards:\n  flow: magic"),
    Case(3, "'flow' is missing", "platform: a\ncards:\n  storesNumbers: false"),
    Case(3, "begins with https://", "platform: a\nstorefronts:\n  - url: shop.example"),
    Case(3, "begins with https://", "platform: a\nstorefronts:\n  - url: ftp://shop.example"),
    Case(3, "without a user name", "platform: a\nstorefronts:\n  - url: https://ann:secret@shop.example"),
    Case(3, "expected a host", "platform: a\nstorefronts:\n  - url: https:///path"),
    Case(4, "is there twice", "platform: a\nendpoints:\n  - https://a.example\n  - https://a.example"),
    Case(4, "is not known here", "platform: a\nstorefronts:\n  - url: https://a.example\n    admin: /admin"),
    Case(
      3, "expected a date", "platform: a\nsuppliers:\n  - {name: Pay, role: payments, contract: soon}"),
    Case(
      3, "is not one of none, redirect", "platform: a\nstorefronts:\n  - {url: https://a.example, cards: {flow: cash}}"),
    Case(
      3, "'flow' is missing",
      "platform: a\nstorefronts:\n  - {url: https://a.example, cards: {storesNumbers: false}}"),
    Case(2, "anchor", "platform: a\nsuppliers: &all []"),
    Case(3, "found undefined alias", "platform: a\nsuppliers:\n  - *all"),
    Case(3, "did not find expected", "platform: a\nsuppliers: [\n"),
    Case(2, "tab character", "platform: a\n\tcustomers: b"),
    Case(1, "not UTF-8", "platform: \u{1}"),
    Case(1, "nested deeper", "platform: " + String(repeating: "[", count: 300)),
    Case(2, "nested deeper", "platform:\n" + String(repeating: "- ", count: 4_000) + "a"),
    Case(1, "line is longer", "platform: " + String(repeating: "a", count: 9_000)),
    Case(2, "another document", "platform: a\n--- \nplatform: b"),
  ]

  @Test(arguments: profiles) func `in place of a profile is told with line and reason`(_ malformed: Case) throws {
    // A text cannot hold what is no UTF-8; the byte is put in here.
    let bytes = Array(malformed.text.utf8).map { $0 == 1 ? 0xff : $0 }
    let error = #expect(throws: ObligationsError.self) { try Profile(yaml: bytes, file: "surety.yaml") }
    Self.expect(error, in: "surety.yaml", malformed)
  }

  static func expect(_ error: ObligationsError?, in file: String, _ malformed: Case) {
    guard case .malformed(let found, let line, let reason) = error else {
      Issue.record("\(String(describing: error)) is not what was expected")
      return
    }
    #expect(found == file)
    #expect(line == malformed.line, "\(reason)")
    #expect(reason.contains(malformed.reason), "\(reason)")
    #expect("\(ObligationsError.malformed(file: found, line: line, reason: reason))".hasPrefix("\(file):\(line): "))
  }

  /// The sample's own lines with one of them replaced.
  static func replacing(_ line: Int, of text: String, by replacement: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    lines[line - 1] = replacement
    return lines.joined(separator: "\n")
  }

  static let duties: [Case] = [
    Case(2, "'version' is missing", replacing(1, of: Sample.duties, by: "")),
    Case(1, "no duty", "version: a\nduties: []"),
    Case(3, "letters, digits", replacing(3, of: Sample.duties, by: "  - id: D 1")),
    Case(3, "'title' is missing", replacing(4, of: Sample.duties, by: "")),
    Case(6, "is not one of hold, due", replacing(6, of: Sample.duties, by: "    kind: [must]")),
    Case(3, "says hold, due or both", replacing(6, of: Sample.duties, by: "    kind: []")),
    Case(8, "neither a check nor an attestation", replacing(10, of: Sample.duties, by: "")),
    Case(10, "expected a list", replacing(10, of: Sample.duties, by: "        checks: sample.look")),
    Case(11, "the duty D01 is there twice", replacing(11, of: Sample.duties, by: "  - id: D01")),
    Case(16, "the control watched is there twice", replacing(16, of: Sample.duties, by: "      - id: watched")),
    Case(18, "span of time", replacing(18, of: Sample.duties, by: "        attestation: a year")),
    Case(18, "days or months", replacing(18, of: Sample.duties, by: "        attestation: 3 weeks")),
    Case(19, "'evry' is not known here", replacing(19, of: Sample.duties, by: "        evry: 12 months")),
  ]

  @Test(arguments: duties) func `in place of the duties loads nothing`(_ malformed: Case) throws {
    let error = #expect(throws: ObligationsError.self) { try Sample.catalogue(duties: malformed.text) }
    Self.expect(error, in: "duties.yaml", malformed)
  }

  static let frameworks: [Case] = [
    Case(2, "'id' is missing", replacing(1, of: Sample.framework, by: "")),
    Case(5, "begins with https://", replacing(5, of: Sample.framework, by: "source: the library")),
    Case(6, "expected a date", replacing(6, of: Sample.framework, by: "effective: \"2020-02-30\"")),
    Case(8, "true or false", replacing(8, of: Sample.framework, by: "verified: maybe")),
    Case(10, "is not a condition", replacing(10, of: Sample.framework, by: "applies: {weather: fine}")),
    Case(10, "has one name", replacing(10, of: Sample.framework, by: "applies: {always: true, marketplace: true}")),
    Case(10, "can only be true", replacing(10, of: Sample.framework, by: "applies: {always: false}")),
    Case(10, "the list is empty", replacing(10, of: Sample.framework, by: "applies: {any: []}")),
    Case(10, "the list is empty", replacing(10, of: Sample.framework, by: "applies: {customersIn: []}")),
    Case(10, "is not a country", replacing(10, of: Sample.framework, by: "applies: {establishedIn: [Germany]}")),
    Case(10, "is not one of A, A-EP, D", replacing(10, of: Sample.framework, by: "applies: {saq: [B]}")),
    Case(10, "'count' is missing", replacing(10, of: Sample.framework, by: "applies: {customersAtLeast: {in: DE}}")),
    Case(15, "names the control wached", replacing(15, of: Sample.framework, by: "    controls: [wached]")),
    Case(12, "names no control", replacing(15, of: Sample.framework, by: "    controls: []")),
    Case(12, "'verified' is missing", replacing(16, of: Sample.framework, by: "")),
    Case(
      12, "ends before it begins", replacing(16, of: Sample.framework, by: "    verified: true\n    until: 2019-01-01")),
    Case(
      17, "says 'verified: true'",
      replacing(16, of: Sample.framework, by: "    verified: false\n    checked: 2029-12-01")
    ),
    Case(7, "says 'verified: true'", replacing(8, of: Sample.framework, by: "verified: false")),
    Case(17, "sample.1 is there twice", replacing(17, of: Sample.framework, by: "  - id: sample.1")),
  ]

  @Test(arguments: frameworks) func `in place of a framework loads nothing`(_ malformed: Case) throws {
    let error = #expect(throws: ObligationsError.self) { try Sample.catalogue(framework: malformed.text) }
    Self.expect(error, in: "sample.yaml", malformed)
  }

  @Test func `that is missing is told`() {
    #expect(
      throws: ObligationsError.malformed(file: "duties.yaml", line: 1, reason: "the file of the duties is missing")
    ) {
      try Catalogue(files: [("sample.yaml", Array(Sample.framework.utf8))])
    }
  }

  @Test func `that is longer than a megabyte is not read`() {
    let long = Array(repeating: UInt8(ascii: "\n"), count: 1_048_577)
    #expect(throws: ObligationsError.malformed(file: "a", line: 1, reason: "the file is longer than 1048576 bytes")) {
      try Profile(yaml: long, file: "a")
    }
  }

  /// Counts that add up to more than fits are the most there can be, not a trap.
  @Test func `of absurd numbers is survived`() throws {
    let groups = Jurisdiction.countries.map { "  \($0): 9007199254740991" }.joined(separator: "\n")
    let profile = try Profile(yaml: Array("platform: a\ncustomers:\n\(groups)\n".utf8), file: "surety.yaml")
    let catalogue = try Catalogue.shipped()
    let applicability = Applicability(of: catalogue, to: profile, on: CalendarDate(at: Sample.start))
    #expect(!applicability.obligations.isEmpty)
  }

  /// Bytes of the shipped files are changed, removed, doubled and moved; whatever comes of it is read or refused.
  @Test func `made from a shipped one at random never traps`() throws {
    var random = SeededGenerator(for: "mutated files")
    let files = try SourceTree.files(below: ["Sources/Obligations/Catalogue"], endings: [".yaml"]).map {
      (name: $0.split(separator: "/").last.map { String($0) } ?? $0, bytes: Array(try SourceTree.text(of: $0).utf8))
    }
    let profile = Array(try SourceTree.text(of: "docs/examples/surety.yaml").utf8)
    let sample = [("duties.yaml", Array(Sample.duties.utf8)), ("sample.yaml", Array(Sample.framework.utf8))]
    var outcomes = [true: 0, false: 0]
    for round in 0..<1_000 {
      // The large files take their time, so the small ones, in which everything stands as well, are changed more often.
      var changed = round % 50 == 0 ? files : round % 2 == 0 ? sample : [("surety.yaml", profile)]
      let place = Int.random(in: 0..<changed.count, using: &random)
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&changed[place].1, using: &random) }
      let error = Self.error(reading: changed)
      outcomes[error == nil, default: 0] += 1
      if case .malformed(_, let line, let reason) = error { #expect(line >= 1 && !reason.isEmpty) }
    }
    print("\(outcomes[true] ?? 0) mutated files were read, \(outcomes[false] ?? 0) refused")
    #expect(outcomes.values.allSatisfy { $0 > 100 })
  }

  static func error(reading files: [(name: String, bytes: [UInt8])]) -> ObligationsError? {
    do {
      if files.count > 1 { _ = try Catalogue(files: files) } else { _ = try Profile(yaml: files[0].bytes, file: "x") }
      return nil
    } catch {
      return error
    }
  }

  static func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert("[]{}:,-?&*!|>'\"%@` \n\t#".utf8.randomElement(using: &random) ?? 0, at: place)
    case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + 40))
    default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
  }
}
