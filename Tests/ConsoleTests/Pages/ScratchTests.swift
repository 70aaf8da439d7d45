import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `Scratch` {
  @Test func `measure`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let yaml = "platform: a\nstorefronts:\n" + (0..<50).map { "  - url: https://shop\($0).example\n" }.joined()
    try await SignedInServer.with(checks: [tls], profile: yaml) { server in
      for _ in 0..<200 {
        let now = server.clock.now
        for target in 0..<50 {
          try await server.register.record(
            Observation(
              id: Identifier(in: server.clock.surroundings), check: "fake.tls", target: "https://shop\(target).example",
              at: now, took: .seconds(1), expires: now.advanced(by: .seconds(14_400)),
              verdict: Verdict(
                summary: "x",
                findings: (0..<4).map {
                  Finding(
                    "tls-obsolete-protocol", .high, seen: "A weakness that takes a sentence to tell.",
                    at: "https://shop\(target).example/place/\($0)")
                }),
              seen: Array(String(repeating: "x", count: 2_000).utf8)))
        }
        server.advance(by: .seconds(60))
      }
      for path in ["/findings", "/checks", "/checks/fake.tls", "/explorer"] {
        for _ in 0..<3 {
          let start = ContinuousClock.now
          let page = try await server.get(path)
          print("MEASURE", path, page.status, page.bytes.count, ContinuousClock.now - start)
        }
      }
    }
  }
}
