import Foundation
import Obligations
import TestKit
import Testing

@testable import Assessment

@Suite struct `Advice` {
  /// Every code that stands in the sources of the room and of Surety's checks of itself, with what is built from parts.
  private static func codes() throws -> Set<String> {
    let kinds = try Set(ExposureSignature.shipped().map { "exposed-\($0.kind)" })
    let families = [
      "tls", "certificate", "redirect", "hsts", "csp", "framing", "nosniff", "referrer", "version", "session-cookie",
      "cookie", "cors", "mixed", "form", "script", "admin", "security-txt", "privacy-notice", "imprint", "contact",
    ].joined(separator: "|")
    let pattern = try Regex("\"((?:\(families))-[a-z0-9-]+)\"", as: (Substring, Substring).self)
    let files = SourceTree.files(below: ["Sources/Assessment", "Sources/Obligations/SelfChecks"], endings: [".swift"])
    let found = try files.flatMap { try SourceTree.text(of: $0).matches(of: pattern).map { String($0.output.1) } }
    // Names of headers, directives, files and checks.
    let others: Set = [
      "admin-file", "admin-panel", "form-action", "referrer-policy", "script-src", "script-src-attr",
      "script-src-elem",
    ]
    return kinds.union(found).subtracting(others)
  }

  @Test func `every finding has its advice, and no advice is without a finding`() throws {
    let advice = try AdviceBook.shipped()
    let codes = try Self.codes()
    #expect(codes.count > 50)
    #expect(codes.subtracting(advice.codes.map(\.text)).sorted() == [])
    let sources = try SourceTree.files(below: ["Sources"], endings: [".swift"]).map { try SourceTree.text(of: $0) }
    let idle = advice.codes.filter { code in
      !codes.contains(code.text) && !sources.contains { $0.contains("\"\(code)\"") }
    }
    #expect(idle.map(\.text) == [])
  }

  @Test func `advice knows how bad what it is about is`() throws {
    let advice = try AdviceBook.shipped()
    #expect(advice["tls-missing"]?.severity == .high)
    #expect(advice["no-such-code"] == nil)
  }

  @Test func `every check has a code that a control names`() throws {
    let controls = try SourceTree.text(of: "Sources/Obligations/Catalogue/duties.yaml")
    let assessment = try Assessment(reach: Reach(.publicInternet), trusting: nil)
    #expect(assessment.checks.count == 19)
    for check in assessment.checks {
      #expect(controls.contains(check.code.text), "no control asks for \(check.code)")
      #expect(check.validity > check.interval)
      #expect(!check.title.isEmpty)
    }
  }

  @Test func `what is no certificate cannot be trusted`() {
    for text in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
      #expect(throws: AssessmentError.self) { try Assessment(reach: Reach(.publicInternet), trusting: text) }
    }
  }
}
