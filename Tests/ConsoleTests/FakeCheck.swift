import Obligations
import Primitives
import Synchronization

/// A check that sees what the test sets.
struct FakeCheck: Check {
  /// Why it could not look.
  struct Blind: Error, CustomStringConvertible { let description: String }

  /// What a check sees at each target, and where it sees nothing.
  final class Eyes: Sendable {
    private let seen = Mutex<[String: Verdict]>([:])

    /// What it sees from now on; nil where it cannot look.
    func set(_ verdict: Verdict?, at target: String) { seen.withLock { $0[target] = verdict } }

    fileprivate func see(_ target: String) -> Verdict? { seen.withLock { $0[target] } }
  }

  let code: Code<CheckName>
  let title: String
  let eyes = Eyes()
  /// What it says it is doing while it looks.
  var steps: [String] = []
  var interval: Duration { .seconds(3_600) }
  var validity: Duration { .seconds(4 * 3_600) }

  func targets(in profile: Profile) -> [String] { profile.storefronts.map(\.url) }

  func look(at target: String, in context: CheckContext) async throws -> Verdict {
    for step in steps { context.report(step) }
    guard let verdict = eyes.see(target) else { throw Blind(description: "no answer within 10 seconds") }
    return verdict
  }

  func judge(_ sighting: Verdict, at now: Instant) -> Verdict { sighting }

  func facts(_ sighting: Verdict) -> [SeenFact] { [SeenFact("Weaknesses", "\(sighting.findings.count) <seen>")] }
}
