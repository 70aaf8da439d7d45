import Obligations
import Primitives
import TestKit

/// A small catalogue in which every kind of control is there once, and a profile that it applies to.
enum Sample {
  static let duties = """
    version: "2030-01-01"
    duties:
      - id: D01
        title: Something is looked at
        text: A check sees it.
        kind: [hold]
        controls:
          - id: watched
            title: It is in order
            checks: [sample.look]
      - id: D02
        title: Something is done each year
        text: A person says so.
        kind: [due]
        controls:
          - id: yearly
            title: It was done
            attestation: 12 months
            every: 12 months
      - id: D03
        title: Something is looked at, or attested
        text: Either is evidence.
        kind: [hold]
        controls:
          - id: either
            title: It is in order or attested
            checks: [sample.other]
            attestation: 6 months
      - id: D04
        title: Something is not built yet
        text: Nothing looks at it.
        kind: [hold]
        controls:
          - id: awaited
            title: It will be looked at
            awaits: A part that comes later.
      - id: D05
        title: Something is looked at each week
        text: A check sees it, and must see it often.
        kind: [hold, due]
        controls:
          - id: weekly
            title: It was looked at
            checks: [sample.weekly]
            every: 7 days
    """

  static let framework = """
    id: sample
    title: A law
    short: Law
    edition: The first
    source: https://law.example/text
    effective: "2020-01-01"
    checked: "2029-12-01"
    verified: true
    scope: It binds everyone.
    applies: {always: true}
    requirements:
      - id: sample.1
        clause: Article 1
        text: All is in order.
        controls: [watched, yearly]
        verified: true
      - id: sample.2
        clause: Article 2
        text: What is not built is in order.
        controls: [awaited]
        verified: false
      - id: sample.3
        clause: Article 3
        text: Markets are in order.
        controls: [watched]
        verified: true
        when: {marketplace: true}
    """

  /// The same where all of it was checked.
  static let checked =
    framework.replacing("    verified: false", with: "    verified: true")
    .replacing("    verified: true", with: "    verified: true\n    checked: 2029-12-01")

  static func catalogue(duties: String = duties, framework: String = framework) throws -> Catalogue {
    try Catalogue(files: [("duties.yaml", Array(duties.utf8)), ("sample.yaml", Array(framework.utf8))])
  }

  static let profile = """
    platform: Example shop
    marketplace: false
    storefronts:
      - url: https://shop.example
    """

  static let start = Instant(seconds: 1_900_000_000)
}

/// A check that sees what a test wants it to.
struct SampleCheck: Check {
  struct Sighting: Codable, Sendable { let isGood: Bool }

  struct Blind: Error, CustomStringConvertible { let description = "it is dark" }

  var code: Code<CheckName> = "sample.look"
  let title = "Whether all is in order"
  var interval: Duration = .seconds(3_600)
  var validity: Duration = .seconds(4 * 3_600)
  var timeLimit: Duration = .seconds(60)
  /// True where all is in order; nil where it cannot look.
  var see: @Sendable (String) async throws -> Bool? = { _ in true }

  func targets(in profile: Profile) -> [String] { profile.storefronts.map(\.url) }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    context.report("looking at \(target)")
    guard let isGood = try await see(target) else { throw Blind() }
    return Sighting(isGood: isGood)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    sighting.isGood
      ? Verdict(summary: "all is in order", findings: [])
      : Verdict(summary: "it is broken", findings: [Finding("sample-broken", .high, seen: "a hole", at: "the wall")])
  }
}

extension Observation {
  /// An observation as a check would make it.
  static func sample(
    _ outcome: Outcome, of check: Code<CheckName> = "sample.look", at target: String = "https://shop.example",
    seenAt at: Instant = Sample.start, validity: Duration = .seconds(4 * 3_600),
    random: UInt64 = .random(in: 0...UInt64.max)
  ) -> Observation {
    let verdict =
      switch outcome {
      case .satisfied: Verdict(summary: "all is in order", findings: [])
      case .notSatisfied:
        Verdict(summary: "it is broken", findings: [Finding("sample-broken", .high, seen: "a hole", at: "the wall")])
      case .couldNotCheck: Verdict.couldNotCheck("it is dark")
      }
    return Observation(
      id: Identifier(at: at, random: random), check: check, target: target, at: at, took: .seconds(1),
      expires: at.advanced(by: validity), verdict: verdict, seen: outcome == .couldNotCheck ? [] : Array("{}".utf8))
  }
}
