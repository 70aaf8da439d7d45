import Foundation
import Obligations
import Primitives
import TestKit

@testable import Assessment

/// What a full assessment of a shop on this machine found.
struct AssessedShop: Sendable {
  let observations: [Observation]
  let took: Duration

  /// Where tests' hosts are: on this machine, whatever their name.
  static let loopback = Reach(.anywhere) { _ in
    guard let address = IPAddress("127.0.0.1") else { throw TestSetupError(description: "no loopback address") }
    return [address]
  }

  /// As many shops are assessed at once as a small machine can, so that the time each takes means something.
  private static let turnstile = Turnstile(width: 2)

  /// Runs every check at every target of a profile at once.
  init(
    _ yaml: String, trusting authorities: String? = nil, only codes: Set<String>? = nil, reach: Reach = loopback
  ) async throws {
    let profile = try Profile(yaml: Array(yaml.utf8), file: "surety.yaml")
    let assessment = try Assessment(reach: reach, trusting: authorities)
    (observations, took) = try await Self.turnstile.pass("machine") {
      let start = ContinuousClock.now
      let observations = try await withThrowingTaskGroup(of: Observation.self) { group in
        for check in assessment.checks where codes?.contains(check.code.text) ?? true {
          for target in check.targets(in: profile) {
            group.addTask { try await check.observe(target, in: CheckContext()) }
          }
        }
        return try await group.reduce(into: [Observation]()) { $0.append($1) }
      }
      return (observations, ContinuousClock.now - start)
    }
  }

  /// The codes of all findings.
  var codes: Set<String> { Set(observations.flatMap { $0.verdict.findings.map(\.code.text) }) }

  /// The observation of a check; the first of several targets.
  subscript(_ check: String) -> Observation? { observations.first { $0.check.text == check } }

  /// The checks that could not look, with their reasons.
  var unseen: [String: [String]] {
    Dictionary(
      observations.filter { $0.verdict.outcome == .couldNotCheck }.map { ($0.check.text, $0.verdict.unseen) },
      uniquingKeysWith: +)
  }

  /// A profile with one storefront.
  static func profile(_ url: String, _ more: [String: String] = [:], pages: [String] = []) -> String {
    var lines = ["platform: A shop", "storefronts:", "  - url: \(url)"]
    lines += more.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }
    if !pages.isEmpty { lines += ["    paymentPages:"] + pages.map { "      - \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}
