import Assessment
import Foundation
import Obligations
import Primitives
import TestKit
import Testing

@testable import surety

/// A check that sees nothing by itself: tests bring what it saw.
private struct NamedCheck: Check {
  struct Sighting: Codable, Sendable {}
  struct Blind: Error {}

  let code: Code<CheckName>
  let title = "A check"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(7_200)

  func targets(in profile: Profile) -> [String] { profile.storefronts.map(\.url) }
  func look(at target: String, in context: CheckContext) async throws -> Sighting { throw Blind() }
  func judge(_ sighting: Sighting, at now: Instant) -> Verdict { .couldNotCheck("nothing was seen") }
}

@Suite struct `A report of a check` {
  static let now = Instant(seconds: 1_795_000_000)
  static let shop = "https://shop.example/"
  static let hole = Finding(
    "hsts-missing", .medium, seen: "There is no header.", at: "https://shop.example/ header hsts")

  /// A report in which every check saw the same, except for some.
  static func report(
    _ usual: Verdict, except: [Code<CheckName>: Verdict] = [:], seen: [Code<CheckName>: [UInt8]] = [:]
  ) throws -> CheckReport {
    let catalogue = try Catalogue.shipped()
    let codes = try Assessment(reach: Reach(.publicInternet), trusting: nil).checks.map(\.code)
    let plan = CheckPlan(
      checks: codes.map { NamedCheck(code: $0) },
      profile: Profile(platform: "shop.example", storefronts: [Storefront(url: shop)]), timeLimit: nil,
      progress: LookLine(),
      surroundings: Surroundings(now: { now }, random: { $0.copyBytes(from: repeatElement(7, count: $0.count)) }))
    let observations = codes.enumerated().map { number, code in
      Observation(
        id: Identifier(at: now, random: UInt64(number) << 2), check: code, target: shop, at: now,
        took: .milliseconds(1_500),
        expires: now.advanced(by: .seconds(7_200)), verdict: except[code] ?? usual, seen: seen[code] ?? [])
    }
    return CheckReport(
      observations, of: plan, catalogue: catalogue, advice: try AdviceBook.shipped(), hasProfile: false)
  }

  static let fine = Verdict(summary: "All is in order.", findings: [])
  static let blind = Verdict.couldNotCheck("it is dark")
  static let broken = Verdict(summary: "It is broken.", findings: [hole])

  static func table(_ report: CheckReport, width: Int = 100) -> String {
    CheckTable(report, paint: Paint(isColoured: false), width: width, server: nil, showsAll: true).text
  }

  // MARK: Nothing is green without fresh evidence

  /// One look is blind, all others see that all is well: in no format may what it looks at be called met.
  @Test func `calls nothing met that could not be looked at`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.blind, "legal.imprint": Self.blind])
    let table = Self.table(report)
    #expect(table.contains("? Every endpoint speaks current TLS with a valid certificate"))
    #expect(table.contains("http.hsts could not look at https://shop.example/: it is dark"))
    #expect(table.contains("2 could not be taken"))
    for duty in ["D01", "D12"] {
      #expect(table.contains("? \(duty) unproven"))
      #expect(!table.contains("✓ \(duty)"))
    }
    let json = CheckJSON(report, failing: false).value
    guard case .array(let duties) = json["duties"] else {
      Issue.record("there are no duties")
      return
    }
    #expect(duties.count == 33 && duties.allSatisfy { $0["standing"] != "met" })
    #expect(json["counts"]?["couldNotLook"] == 2)
    let markdown = CheckMarkdown(report, server: nil).text
    #expect(markdown.contains("not all could be looked at") && markdown.contains("`http.hsts` of"))
    #expect(markdown.contains("? unproven") && !markdown.contains("✓"))
    let run = try Self.run(CheckSARIF(report).value)
    #expect(run["invocations"]?.elements[0]["executionSuccessful"] == false)
    let results = run["results"]?.elements ?? []
    #expect(results.map { $0["kind"] } == ["open", "open"])
    #expect(!report.fails(.notMet) && report.exitStatus(failingFrom: .notMet) == 2)
    #expect(run["results"]?.elements.allSatisfy { $0["properties"]?["duties"] != [] } == true)
  }

  @Test func `calls nothing met where nothing was seen`() throws {
    let report = try Self.report(Self.blind)
    #expect(report.sawNothing)
    // The reason is said once, and the duties, of which nothing is known, are not listed.
    let table = Self.table(report)
    #expect(!table.contains("✓") && table.ranges(of: "it is dark").count == 1)
    #expect(table.split(separator: "\n").count < 15 && !table.contains("D01"))
    let markdown = CheckMarkdown(report, server: nil).text
    #expect(!markdown.contains("All duties") && markdown.ranges(of: "it is dark").count == 1)
    #expect(report.exitStatus(failingFrom: .notMet) == 2 && report.exitStatus(failingFrom: .never) == 0)
    #expect(CheckMarkdown(report, server: nil).text.hasPrefix("## Surety: Nothing could be looked at"))
    #expect(CheckJSON(report, failing: true).value["nothingSeen"] == true)
    #expect(try Self.run(CheckSARIF(report).value)["results"]?.elements.count == report.observations.count)
  }

  /// Even where every look sees that all is well, duties have parts that nobody can look at yet.
  @Test func `calls no duty met of which a part is unproven`() throws {
    let report = try Self.report(Self.fine)
    for duty in report.catalogue.duties where report.status(of: duty).standing == .met {
      #expect(duty.controls.allSatisfy { report.book.status(of: $0).standing == .met }, "\(duty.code)")
    }
    #expect(report.exitStatus(failingFrom: .notMet) == 0 && report.blindLooks.isEmpty)
    #expect(Self.table(report).contains("✓ Every endpoint speaks current TLS with a valid certificate"))
    #expect(Self.table(report).contains("D33 unproven"))
  }

  @Test func `says of every unproven control what will prove it`() throws {
    let report = try Self.report(Self.fine)
    for control in report.catalogue.duties.flatMap(\.controls)
    where report.book.status(of: control).standing == .unproven {
      #expect(!CheckReport.proof(of: control).isEmpty, "\(control.code)")
    }
  }

  // MARK: Thresholds

  @Test func `fails from the severity on that was asked for`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.broken])
    #expect(report.fails(.notMet) && !report.fails(.never))
    #expect(report.exitStatus(failingFrom: .notMet) == 1 && report.exitStatus(failingFrom: .never) == 0)
    #expect(report.fails(.severity(.low)) && report.fails(.severity(.medium)) && !report.fails(.severity(.high)))
    let note = Verdict(summary: "", findings: [Finding("x", .note, seen: "a", at: "b")])
    let noted = try Self.report(Self.fine, except: ["http.hsts": note])
    #expect(!noted.fails(.notMet) && !noted.fails(.severity(.low)) && noted.fails(.severity(.note)))
  }

  /// A look that was taken and saw all there is to see from outside leaves its control unproven and ends no build; one that
  /// got no answer does.
  @Test func `ends with status 2 where nothing fails and a look was not taken`() throws {
    let untaken = try Self.report(Self.fine, except: ["http.hsts": Self.blind])
    #expect(untaken.untakenLooks.count == 1)
    for threshold in CheckThreshold.allCases {
      #expect(untaken.exitStatus(failingFrom: threshold) == (threshold == .never ? 0 : 2))
    }
    let hidden = try Self.report(
      Self.fine, except: ["admin-panel": Self.blind], seen: ["admin-panel": Array("{}".utf8)])
    #expect(hidden.blindLooks.count == 1 && hidden.untakenLooks.isEmpty)
    #expect(hidden.exitStatus(failingFrom: .notMet) == 0)
    let failing = try Self.report(Self.broken, except: ["tls.protocols": Self.blind])
    #expect(failing.exitStatus(failingFrom: .notMet) == 1 && failing.exitStatus(failingFrom: .severity(.high)) == 2)
  }

  @Test(arguments: CheckThreshold.allCases) func `knows every threshold by its name`(threshold: CheckThreshold) {
    #expect(CheckThreshold(argument: threshold.name) == threshold)
    #expect(CheckThreshold(argument: "perhaps") == nil)
  }

  // MARK: Formats

  static func run(_ sarif: JSON) throws -> JSON {
    #expect(sarif["version"] == "2.1.0")
    #expect(sarif["$schema"]?.text?.hasSuffix("/schemas/sarif-schema-2.1.0.json") == true)
    return try #require(sarif["runs"]?.elements.first)
  }

  /// What the schema of SARIF 2.1.0 and its section 3 ask of a log with results.
  @Test func `is SARIF that holds together`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.broken, "tls.protocols": Self.blind])
    let run = try Self.run(CheckSARIF(report).value)
    let rules = run["tool"]?["driver"]?["rules"]?.elements ?? []
    #expect(run["tool"]?["driver"]?["name"] == "Surety")
    #expect(Set(rules.map { $0["id"] }).count == rules.count)
    for rule in rules {
      #expect(rule["shortDescription"]?["text"]?.text?.isEmpty == false)
      #expect(["none", "note", "warning", "error"].contains(rule["defaultConfiguration"]?["level"]?.text ?? ""))
    }
    let results = run["results"]?.elements ?? []
    #expect(results.count == 2)
    for result in results {
      guard case .integer(let index) = result["ruleIndex"] else {
        Issue.record("a result without a rule")
        return
      }
      #expect(rules[Int(index)]["id"] == result["ruleId"])
      #expect(result["message"]?["text"]?.text?.isEmpty == false)
      // Section 3.27.10: what does not fail has no level.
      #expect((result["kind"] == "fail") == (result["level"] != "none"))
      let uri = result["locations"]?.elements[0]["physicalLocation"]?["artifactLocation"]?["uri"]?.text
      #expect(uri == "https://shop.example/", "\(String(describing: uri))")
    }
    #expect(rules.first { $0["id"] == "hsts-missing" }?["help"]?["markdown"]?.text?.contains("**nginx**") == true)
    let again = try Self.run(CheckSARIF(try Self.report(Self.fine, except: ["http.hsts": Self.broken])).value)
    #expect(again["results"]?.elements[0]["partialFingerprints"] == results[0]["partialFingerprints"])
  }

  /// What was seen, why it matters, how to mend it, which duties and requirements it breaks: in every format.
  @Test func `says all there is to say of a finding`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.broken])
    let advice = try #require(report.advice["hsts-missing"])
    let table = Self.table(report).replacing(/\s+/, with: " ")
    let markdown = CheckMarkdown(report, server: nil).text
    for part in ["There is no header.", advice.why, advice.fix, "D01", "GDPR Article 32(1)(a)"] {
      #expect(table.contains(part), "\(part)")
      #expect(markdown.contains(CheckMarkdown.escape(part)), "\(part)")
    }
    let looks = CheckJSON(report, failing: true).value["looks"]?.elements ?? []
    let findings = looks.flatMap { $0["findings"]?.elements ?? [] }
    let finding = try #require(findings.first)
    #expect(finding["why"]?.text == advice.why && finding["fix"]?.text == advice.fix)
    #expect(finding["check"] == "http.hsts" && finding["target"]?.text == Self.shop)
    #expect(finding["duties"] == ["D01"])
    #expect(finding["requirements"]?.elements.contains { $0["requirement"] == "gdpr.32-1-a" } == true)
    let result = try #require(try Self.run(CheckSARIF(report).value)["results"]?.elements.first)
    #expect(result["properties"]?["duties"] == ["D01"])
    #expect(result["properties"]?["requirements"]?.elements.contains("GDPR Article 32(1)(a)") == true)
  }

  @Test func `counts what a comment has no room for`() throws {
    let reasons = Dictionary(
      uniqueKeysWithValues: try Self.report(Self.fine).observations.map(\.check).dropFirst().map { code in
        (code, Verdict.couldNotCheck("\(code) is dark"))
      })
    let report = try Self.report(Self.fine, except: reasons)
    #expect(report.blindReasons.count == reasons.count)
    let findings = (0..<130).map { Finding("hsts-missing", .medium, seen: "Seen.", at: "place \($0)") }
    let full = try Self.report(Self.fine, except: ["http.hsts": Verdict(summary: "", findings: findings)])
    #expect(CheckMarkdown(full, server: nil).text.contains("and 30 more."))
  }

  /// What a shop answers ends up in a finding, and a comment or a terminal must not do what it says.
  @Test func `lets nothing that a shop answered act on a reader`() throws {
    let evil = Finding(
      "hsts-missing", .medium, seen: "\u{1b}[2J\u{202e}<script> | [x](javascript:1) @everyone `a` \r\nb",
      at: "https://shop.example/ `|\u{1b}]0;x\u{7}")
    let report = try Self.report(Self.fine, except: ["http.hsts": Verdict(summary: "\u{1b}[31m", findings: [evil])])
    for text in [Self.table(report), CheckMarkdown(report, server: nil).text] {
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
      #expect(!text.unicodeScalars.contains("\u{202e}"))
    }
    let markdown = CheckMarkdown(report, server: nil).text
    #expect(!markdown.contains("<script>") && !markdown.contains("@everyone") && !markdown.contains("[x](java"))
    let row = try #require(markdown.split(separator: "\n").first { $0.hasPrefix("| medium") })
    #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 6)
    #expect(CheckJSON(report, failing: true).value.canonicalBytes.allSatisfy { $0 >= 0x20 })
  }

  @Test(arguments: [40, 60, 100, 120]) func `fits the terminal`(width: Int) throws {
    let report = try Self.report(Self.broken, except: ["tls.protocols": Self.blind])
    let table = Self.table(report, width: width)
    // What cannot be broken, such as an address, may stand out; nothing else does.
    let wide = table.split(separator: "\n").filter { line in
      TextLayout.columns(line) > max(width, 50) && !(line.split(separator: " ").last.map { $0.count > 15 } ?? false)
    }
    #expect(wide.isEmpty, "\(wide)")
  }

  @Test func `prints the lines for one server`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.broken])
    for server in ServerKind.allCases {
      let lines = try #require(report.advice["hsts-missing"]?.configurations.first { $0.server == server.name }?.lines)
      let table = CheckTable(report, paint: Paint(isColoured: false), width: 100, server: server, showsAll: false).text
      for line in lines.split(separator: "\n") { #expect(table.contains("| \(line)"), "\(server): \(line)") }
      #expect(CheckMarkdown(report, server: server).text.contains(lines))
    }
  }

  @Test func `is coloured where colours are wanted`() throws {
    let report = try Self.report(Self.fine, except: ["http.hsts": Self.broken])
    let text = CheckTable(report, paint: Paint(isColoured: true), width: 80, server: nil, showsAll: false).text
    #expect(text.contains("\u{1b}[31m✗ D01 not met"))
    // Green is for fresh evidence alone.
    let greens = text.matches(of: /\u{1b}\[32m([^\u{1b}]*)/).map { String($0.1) }
    #expect(!greens.isEmpty && greens.allSatisfy { $0.hasPrefix("✓") || $0.hasSuffix(" met") && !$0.contains("not") })
  }

  @Test func `names where its entries are as people do`() {
    func ranges(_ places: [UInt64]) -> String {
      let ids = places.map { (Identifier<Observation>(at: Self.now, random: $0 << 2), $0) }
      return CheckReport.Recording(ledger: "l", entries: Dictionary(uniqueKeysWithValues: ids)).ranges
    }
    #expect(ranges([]) == "" && ranges([4]) == "4" && ranges([3, 5, 4, 9, 11, 10]) == "3–5, 9–11")
  }

  @Test func `wraps by the width that a terminal gives`() {
    #expect(TextLayout.columns("äb") == 2 && TextLayout.columns("日本") == 4 && TextLayout.columns("e\u{301}") == 1)
    #expect(TextLayout.cut("abcdef", to: 4) == "abc…" && TextLayout.cut("abcd", to: 4) == "abcd")
    #expect(TextLayout.wrapped("one two three", at: 0, width: 20) == ["one two three"])
    #expect(TextLayout.wrapped("one two three four five six", at: 0, width: 10).count == 2)
    #expect(TextLayout.plain("a\u{7}b\nc") == "a\u{fffd}b c")
  }
}

extension JSON {
  /// The elements of an array; none of anything else.
  fileprivate var elements: [JSON] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}
