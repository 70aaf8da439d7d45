import NIOCore
import Obligations
import Primitives
import TestKit
import Testing

@testable import Assessment

/// Hostile servers as every check meets them: whatever one does, no check hangs or takes it for a shop in order.
@Suite(.serialized) struct `Hostile shops` {
  /// What a server does.
  enum Mischief: String, CaseIterable, Sendable {
    case silence, hangsUp, oneByteASecond, headWithoutEnd, endlessBody, redirectLoop, hugeHeader, badChunks, bomb
    case invalidText, noHTTP, endlessContinue

    /// The checks that see all they need before it does harm, or whatever the answer is: the headers had come, and what
    /// every path gets is no leak.
    var leaves: Set<String> {
      switch self {
      case .endlessBody: ["http.cookies", "http.cors", "http.disclosure", "exposed-files"]
      case .invalidText: ["http.cors", "exposed-files"]
      default: []
      }
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

    func conduct() async throws -> HostileServer.Conduct {
      let head = Self.head
      let body = Array((head + "\r\n").utf8)
      switch self {
      case .silence: return .silence
      case .hangsUp: return .hangUp
      case .oneByteASecond: return .drip(body, then: Array("x".utf8), every: .seconds(1))
      case .headWithoutEnd: return .drip(Array(head.utf8), then: Array("X".utf8), every: .milliseconds(50))
      case .endlessBody: return .drip(body, then: [UInt8](repeating: 0x61, count: 100_000), every: .milliseconds(1))
      case .redirectLoop:
        return .answer { asked in
          let path = asked.split(separator: " ").dropFirst().first ?? "/"
          return HostileServer.redirect(to: "\(path)")
        }
      case .hugeHeader: return .send(Array("\(head)X-Long: \(String(repeating: "a", count: 10_000_000))\r\n\r\n".utf8))
      case .badChunks: return .send(Array("\(head)Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n".utf8))
      case .bomb:
        let packed = try await Packed.zeros(megabytes: 64, "gzip")
        return .send(Array("\(head)Content-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n".utf8) + packed)
      case .invalidText:
        let bytes: [UInt8] = [0xC3, 0x28, 0xFF, 0xFE, 0x00, 0xF5, 0x80, 0xED, 0xA0, 0x80]
        return .send(Array("\(head)Content-Length: \(bytes.count)\r\n\r\n".utf8) + bytes)
      case .noHTTP: return .send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
      case .endlessContinue:
        let lines = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        return .drip(lines, then: lines, every: .milliseconds(20))
      }
    }
  }

  /// The profile of a shop that answers over http, with everything in it that a check can be told to look at.
  private static func profile(port: Int) -> String {
    let url = "http://shop.test:\(port)/"
    return AssessedShop.profile(
      url, ["plainAddress": url, "adminPanel": "\(url)admin"], pages: ["\(url)checkout"])
  }

  /// Where tests' hosts are, with little patience, so that a test of what lasts is over soon.
  private static func impatient(_ limit: Reach.Limit = .anywhere, except exempt: Set<String> = []) -> Reach {
    Reach(limit, except: exempt, patience: .seconds(2)) { host in
      switch host {
      case "shop.test", "www.shop.test": [try #require(IPAddress("127.0.0.1"))]
      case "metadata.test": [try #require(IPAddress("169.254.169.254"))]
      default: try await Reach.systemLookup(host)
      }
    }
  }

  @Test(arguments: Mischief.allCases)
  func `no check takes one for a shop in order, or hangs`(_ mischief: Mischief) async throws {
    try await HostileServer.with(try await mischief.conduct()) { server in
      let shop = try await AssessedShop(Self.profile(port: server.port), reach: Self.impatient())
      let checked = Set(shop.observations.map(\.check))
      #expect(checked.count == 18, "every check is at work")
      for observation in shop.observations where !mischief.leaves.contains(observation.check.text) {
        #expect(observation.verdict.outcome != .satisfied, "\(observation.check): \(observation.verdict.summary)")
        #expect(!observation.verdict.summary.isEmpty)
      }
      #expect(shop.took < .seconds(60))
    }
  }

  @Test func `one that answers neither http nor TLS lets no check look`() async throws {
    try await HostileServer.with(.hangUp) { server in
      let shop = try await AssessedShop(AssessedShop.profile("https://shop.test:\(server.port)/"))
      #expect(shop.codes == [])
      #expect(shop.observations.allSatisfy { $0.verdict.outcome == .couldNotCheck }, "\(shop.observations)")
      #expect(shop.observations.count == 17)
    }
  }

  /// The first host may be anywhere, as a public one; what it leads to is judged by the rules for everybody.
  @Test(arguments: [
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://127.0.0.1/",
    "http://0x7f.1/", "http://2130706433/", "http://metadata.test/", "//localhost/", "http://168.63.129.16/",
  ])
  func `a redirect into a special network is not followed by any check`(place: String) async throws {
    let reach = Self.impatient(.publicInternet, except: ["shop.test"])
    try await HostileServer.with(.answer { _ in HostileServer.redirect(to: place) }) { server in
      let shop = try await AssessedShop(Self.profile(port: server.port), reach: reach)
      #expect(shop.observations.allSatisfy { $0.verdict.outcome != .satisfied }, "\(shop.observations)")
      // Those that follow wherever it leads were stopped at the door; the others do not leave the shop.
      let stays = ["admin-panel", "exposed-files", "security-txt"]
      for observation in shop.observations where !stays.contains(observation.check.text) {
        #expect(observation.verdict.outcome == .couldNotCheck, "\(observation.check): \(observation.verdict)")
        #expect(observation.verdict.summary.contains("--allow-private"), "\(observation.verdict.summary)")
      }
    }
  }

  @Test func `a redirect to an ordinary page is followed, under the same rules`() async throws {
    let reach = Self.impatient(.publicInternet, except: ["shop.test"])
    let answer: @Sendable (String) -> [UInt8] = { asked in
      asked.hasPrefix("GET / ") ? HostileServer.redirect(to: "/en") : HostileServer.page("<p>Tea")
    }
    try await HostileServer.with(.answer(answer)) { server in
      let shop = try await AssessedShop(
        AssessedShop.profile("http://shop.test:\(server.port)/"), only: ["http.cookies"], reach: reach)
      #expect(shop.observations.map(\.verdict.outcome) == [.satisfied])
    }
  }

  @Test func `a cancelled visit ends at once`() async throws {
    // On a machine that has much else to do even what is done at once takes its time, but not each time.
    var took: [Duration] = []
    while took.count < 6, took.last.map({ $0 >= .seconds(2) }) ?? true { took.append(try await timeToCancel()) }
    // Uncancelled, the checks would go on asking, eight seconds each time; and connections that are in the making, five.
    #expect((took.last ?? .zero) < .seconds(2), "\(took)")
  }

  /// From when all checks of a server that says nothing are cancelled until the last of them has ended.
  private func timeToCancel() async throws -> Duration {
    try await HostileServer.with(.silence) { server in
      let assessment = try Assessment(reach: AssessedShop.loopback, trusting: nil)
      let profile = try Profile(yaml: Array(AssessedShop.profile("https://shop.test:\(server.port)/").utf8), file: "x")
      let looks = Task {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for check in assessment.checks {
            for target in check.targets(in: profile) {
              group.addTask { _ = try await check.observe(target, in: CheckContext()) }
            }
          }
          try await group.waitForAll()
        }
      }
      try await Task.sleep(for: .milliseconds(300))
      let start = ContinuousClock.now
      looks.cancel()
      await #expect(throws: CancellationError.self) { try await looks.value }
      return ContinuousClock.now - start
    }
  }
}
