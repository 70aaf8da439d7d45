import Foundation
import Obligations
import Primitives
import Shop
import TestKit
import Testing

@testable import Assessment

@Suite(.serialized) struct `Weaknesses of the demonstration shop` {
  /// The codes of what is found above mere notes, and the checks that could not look.
  private func check(_ weaknesses: Set<Weakness>) async throws -> (
    codes: Set<String>, notes: Set<String>, unseen: [String: [String]]
  ) {
    var result: (codes: Set<String>, notes: Set<String>, unseen: [String: [String]]) = ([], [], [:])
    try await RunningShop.with(weaknesses) { shop in
      let assessed = try await AssessedShop(shop.profile, trusting: try shop.authority)
      let findings = assessed.observations.flatMap(\.verdict.findings)
      result.codes = Set(findings.filter { $0.severity > .note }.map(\.code.text))
      result.notes = Set(findings.filter { $0.severity == .note }.map(\.code.text))
      result.unseen = assessed.unseen
    }
    return result
  }

  @Test func `a shop in perfect order has none`() async throws {
    let (codes, notes, unseen) = try await check([])
    #expect(codes == [])
    #expect(notes == [])
    #expect(unseen == [:])
  }

  @Test(arguments: Weakness.allCases) func `each is found, and nothing else`(_ weakness: Weakness) async throws {
    let (codes, notes, unseen) = try await check([weakness])
    #expect(codes == weakness.codes)
    #expect(codes.union(notes).contains(weakness.rawValue))
    if weakness != .tlsMissing { #expect(unseen == [:]) }
  }

  @Test func `there is a switch for every weakness that a check knows, or a reason why not`() throws {
    // What is said of Surety's own register, and of a proxy in front, is no weakness of a shop.
    let own: Set = [
      "member-without-passkey", "passkey-may-be-copied", "password-hash-outdated", "password-locked", "member-dormant",
      "key-dormant",
      "vault-no-backup", "vault-backup-old", "vault-backup-keys-beside", "vault-restore-untried",
      "vault-restore-failed", "vault-restore-overdue", "vault-erasure-list-damaged", "vault-erased-returned",
      "vault-erasure-list-short",
      "vault-record-damaged", "vault-value-readable", "vault-key-old", "vault-passphrase-beside",
      "vault-rotation-stalled", "vault-key-left", "vault-purpose-undeclared", "vault-data-undeclared",
      "vault-write-refused", "vault-card-data-refused", "vault-data-overdue", "vault-purpose-endless",
      "vault-index-unbuilt", "vault-index-out-of-bounds", "vault-card-without-token", "vault-card-unmasked",
      "vault-card-token-deterministic", "role-larger-than-use", "emergency-open", "emergency-not-reviewed",
      "emergency-review-overdue",
      "gateway-not-asked", "gateway-walked-around", "sessions-too-long", "member-many-sessions", "check-failing",
      "check-overdue", "register-incomplete", "ledger-broken", "catalogue-old",
    ]
    let known = Set(try AdviceBook.shipped().codes.map(\.text))
    #expect(own.isSubset(of: known))
    let switches = Set(Weakness.allCases.map(\.rawValue))
    let impossible = Set(Weakness.impossible.map(\.code))
    #expect(switches.union(impossible).symmetricDifference(known.subtracting(own)).sorted() == [])
    #expect(switches.isDisjoint(with: impossible))
  }

  /// Those that another one hides: there cannot be a weak policy and none.
  private static let hidden: Set<Weakness> = [
    .tls13Missing, .postQuantumMissing,
    .certificateChainIncomplete, .certificateExpired, .certificateExpiresSoon, .certificateLongLived,
    .certificateUntrusted, .certificateWeakSignature,
    .redirectInsecure, .hstsMalformed, .hstsPreloadUnready, .hstsShort, .hstsSubdomainsMissing,
    .policyBypassHost, .policyFormMissing, .policyStyleUnsafeInline,
    .policyBaseMissing, .policyInMetaOnly, .policyInsecureSource, .policyMalformed, .policyObjectMissing,
    .policyReportOnly, .policyScriptMissing, .policyUnsafeEval, .policyUnsafeInline, .policyWildcard,
    .sharingAnyOrigin, .securityTxtExpired, .securityTxtExpiresLate, .securityTxtExpiresSoon,
    .securityTxtInvalid,
    .privacyNoticeEmpty, .contactMissing, .adminWithoutSecondFactor,
  ]

  @Test func `all at once are found, but for those that another hides`() async throws {
    // Where nothing speaks TLS there is little else to see.
    let (codes, notes, _) = try await check(Set(Weakness.allCases).subtracting([.tlsMissing]))
    let all = Set(Weakness.allCases.map(\.rawValue))
    #expect(codes.union(notes).subtracting(all).sorted() == [])
    let missed = all.subtracting(codes.union(notes)).subtracting(["tls-missing"])
    #expect(missed.symmetricDifference(Self.hidden.map(\.rawValue)).sorted() == [])
  }

  @Test func `a payment page behind a sign-in is seen by nobody`() async throws {
    try await RunningShop.with { shop in
      let profile = shop.profile + "    paymentPages: [\(shop.secure)/checkout]\n"
      let assessed = try await AssessedShop(profile, trusting: try shop.authority)
      let blind = assessed.observations.filter { $0.verdict.outcome == .couldNotCheck }
      #expect(
        blind.allSatisfy { $0.target.hasPrefix("payment page ") && $0.verdict.summary.contains("/account/sign-in") })
      #expect(blind.map(\.check).contains("payment.integrity"))
      #expect(assessed.codes == [])
    }
  }

  @Test(arguments: [[], [Weakness.exposedSecrets], [.adminWithoutSecondFactor]])
  func `the command finds what is switched on, and nothing else`(_ weaknesses: Set<Weakness>) async throws {
    try await RunningShop.with(weaknesses) { shop in
      let result = try await Command.run(
        "env", ["-C", shop.directory.path, BuildProducts.path(of: "surety")] + shop.arguments + ["--format", "json"])
      #expect(result.status == (weaknesses.isEmpty ? 0 : 1), "\(result.errors)")
      let report = try #require(JSON(parsing: Array(result.output.utf8)))
      guard case .array(let looks) = report["looks"] else {
        Issue.record("there are no looks")
        return
      }
      #expect(looks.allSatisfy { $0["outcome"] != "couldNotCheck" })
      var codes: Set<String> = []
      for case .array(let findings) in looks.map({ $0["findings"] }) {
        codes.formUnion(findings.compactMap { $0["code"]?.text })
      }
      #expect(codes == Set(weaknesses.map(\.rawValue)))
    }
  }

  @Test func `each has words of its own`() {
    let titles = Weakness.allCases.map(\.title)
    #expect(Set(titles).count == titles.count)
    #expect(titles.allSatisfy { !Weakness.allCases.map(\.rawValue).contains($0) })
    #expect(Weakness.impossible.allSatisfy { !$0.reason.isEmpty })
  }
}
