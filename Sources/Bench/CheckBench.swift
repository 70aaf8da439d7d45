import Assessment
import Foundation
import Logging
import Obligations
import Primitives
import ServiceLifecycle
import Shop
import TestKit

/// Every check of one endpoint: the demonstration's shop on the loopback.
struct CheckBench {
  let directory: String

  func run(_ report: Report) async throws {
    guard report.wants("check.endpoint") else { return }
    let home = try TemporaryDirectory(at: "\(directory)/shop")
    let (ports, continuation) = AsyncStream.makeStream(of: Shop.Ports.self)
    let shop = try Shop(
      Shop.Configuration(directory: home.path, httpsPort: 0, httpPort: 0, weaknesses: []), logger: TestLedger.quiet
    ) { continuation.yield($0) }
    let running = Task { try await shop.run() }
    for await ports in ports.prefix(1) {
      let authority = String(decoding: try FileBytes.read(home.file("authority.pem")), as: UTF8.self)
      let assessment = try Assessment(reach: Reach(.anywhere), trusting: authority)
      let profile = try Profile(
        yaml: Array(
          """
          platform: Shop
          storefronts:
            - url: https://localhost:\(ports.https)/
              plainAddress: http://localhost:\(ports.http)/
              adminPanel: https://localhost:\(ports.https)/admin
          """.utf8), file: "bench")
      let start = ContinuousClock.now
      let looks = try await look(assessment, profile)
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      report.add(
        "check.endpoint", Double(seconds) + Double(attoseconds) / 1e18, "s", atMost: 10,
        durability: "\(looks) looks at one endpoint on the loopback, all at once")
    }
    running.cancel()
    try? await running.value
  }

  private func look(_ assessment: Assessment, _ profile: Profile) async throws -> Int {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for check in assessment.checks {
        for target in check.targets(in: profile) {
          group.addTask {
            let observation = try await check.observe(target, in: CheckContext())
            guard observation.verdict.outcome == .satisfied else {
              throw TestSetupError(description: "\(check.code): \(observation.verdict.summary)")
            }
          }
        }
      }
      var looks = 0
      for try await _ in group { looks += 1 }
      return looks
    }
  }
}
