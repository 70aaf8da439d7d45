import Foundation
import NIOCore
import NIOSSL
import Obligations
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Assessment

/// Whatever a server does, a check ends in time, and never finds in order what it did not see.
@Suite struct `Hostile servers` {
  private static let limits = Visitor.Limits(time: .seconds(2))

  private func ask(
    _ conduct: HostileServer.Conduct, reach: Reach = AssessedShop.loopback, path: String = "/",
    limits: Visitor.Limits = limits
  ) async throws -> Exchange? {
    try await HostileServer.with(conduct) { server in
      let address = try WebAddress("http://shop.test:\(server.port)\(path)")
      return try await Visitor.with(reach, limits: limits) { try await $0.follow(address).last }
    }
  }

  private func error(_ conduct: HostileServer.Conduct, limits: Visitor.Limits = limits) async -> AssessmentError? {
    await #expect(throws: AssessmentError.self) { try await ask(conduct, limits: limits) }
  }

  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

  @Test func `an ordinary answer is read`() async throws {
    let exchange = try await ask(
      .send(HostileServer.page("<p>Tea", headers: ["Content-Type: text/html", "X-A: 1", "x-a: 2"])))
    #expect(exchange?.status == 200)
    #expect(exchange.map { String(decoding: $0.body, as: UTF8.self) } == "<p>Tea")
    #expect(exchange?.values("x-a") == ["1", "2"])
  }

  @Test func `the visitor says who it is and asks for nothing packed`() async throws {
    let exchange = try await ask(.answer { HostileServer.page($0.replacing("\r\n", with: "|")) })
    let asked = String(decoding: try #require(exchange).body, as: UTF8.self).lowercased()
    #expect(asked.contains("user-agent: surety/"))
    #expect(asked.contains("accept-encoding: identity"))
    #expect(asked.contains("host: shop.test"))
  }

  @Test func `silence, one byte a second and a head without an end are given up in time`() async {
    let start = ContinuousClock.now
    async let first = error(.silence)
    async let second = error(.drip(Array(Self.head.utf8), then: Array("X".utf8), every: .milliseconds(200)))
    async let third = error(.drip(Array((Self.head + "\r\n").utf8), then: Array("X".utf8), every: .milliseconds(200)))
    let continues = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    async let fourth = error(.drip(continues, then: continues, every: .milliseconds(20)))
    let errors = await [first, second, third, fourth]
    for error in errors { #expect(error?.kind == .late) }
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func `an endless body is read up to the limit`() async throws {
    let lump = [UInt8](repeating: 0x61, count: 100_000)
    let endless = HostileServer.Conduct.drip(Array((Self.head + "\r\n").utf8), then: lump, every: .milliseconds(1))
    let exchange = try #require(try await ask(endless, limits: Visitor.Limits(time: .seconds(60))))
    #expect(exchange.isCutOff)
    #expect(exchange.body.count == Self.limits.body)
    let page = PageSighting([exchange])
    #expect(PageJudgement.mixedContent(page).outcome == .couldNotCheck)
  }

  @Test func `headers of ten megabytes are refused`() async {
    let head = Self.head + "X-Long: " + String(repeating: "a", count: 10_000_000) + "\r\n\r\n"
    #expect(await error(.send(Array(head.utf8)))?.kind == .malformed, "not refused")
    let many = Self.head + String(repeating: "X-Many: a\r\n", count: 500_000) + "\r\n"
    #expect(await error(.send(Array(many.utf8)))?.kind == .malformed, "not refused")
  }

  @Test(arguments: [
    "", "\r\n\r\n", "hello\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "HTTP/1.1 999999 X\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "SSH-2.0-OpenSSH_9.2\r\n",
  ])
  func `what breaks the rules of HTTP is told`(answer: String) async {
    #expect(await error(.send(Array(answer.utf8)))?.kind == .malformed)
  }

  @Test func `random bytes are told`() async {
    var generator = SeededGenerator(for: "hostile answers")
    for _ in 0..<20 {
      let bytes = generator.bytes(Int.random(in: 1..<500, using: &generator))
      _ = await error(.send(bytes))
      _ = try? await ask(.send(Array(Self.head.utf8) + bytes))
    }
  }

  @Test func `who hangs up at once or does not listen is told`() async throws {
    let hungUp = await error(.hangUp)
    #expect([.malformed, .unreachable].contains(hungUp?.kind), "\(hungUp.map { "\($0)" } ?? "")")
    let port = try await FreePort.next()
    await #expect(throws: AssessmentError.refused("http://127.0.0.1:\(port)")) {
      try await Visitor.with(Reach(.anywhere)) { try await $0.ask(WebAddress("http://127.0.0.1:\(port)")) }
    }
  }

  @Test func `a bomb is not unpacked`() async throws {
    for format in ["gzip", "deflate"] {
      let packed = try await Packed.zeros(megabytes: 64, format)
      let answer = Self.head + "Content-Encoding: \(format)\r\nContent-Length: \(packed.count)\r\n\r\n"
      do {
        let exchange = try #require(try await ask(.send(Array(answer.utf8) + packed)))
        // The beginning may have been read before it was clear what it is.
        #expect(exchange.isCutOff)
        #expect(exchange.body.count <= Self.limits.body)
        #expect(PageContent(exchange) == nil)
      } catch AssessmentError.malformedAnswer {}
    }
  }

  @Test func `what is packed twice or in another way is not taken for an empty page`() async throws {
    let packed = try await Packed.gzip(Array("<script src=http://x.test/></script>".utf8))
    for encoding in ["gzip, gzip", "br", "zstd", "gzip\r\nContent-Encoding: gzip"] {
      let head = Self.head + "Content-Encoding: \(encoding)\r\nContent-Length: \(packed.count)\r\n\r\n"
      #expect(await error(.send(Array(head.utf8) + packed))?.kind == .malformed, "\(encoding)")
    }
    let twice = try await Packed.gzip(packed)
    let head = Self.head + "Content-Encoding: gzip\r\nContent-Length: \(twice.count)\r\n\r\n"
    let exchange = try #require(try await ask(.send(Array(head.utf8) + twice)))
    #expect(PageContent(exchange) == nil)
    let once = Self.head + "Content-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"
    let page = try #require(try await ask(.send(Array(once.utf8) + packed)))
    #expect(PageContent(page)?.resources.count == 1)
  }

  @Test func `a broken packing is told`() async {
    let head = Self.head + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is not packed.."
    #expect(await error(.send(Array(head.utf8)))?.kind == .malformed, "no word about it")
  }

  @Test func `redirects end`() async {
    #expect(await error(.send(HostileServer.redirect(to: "/again")))?.kind == .endless)
  }

  @Test func `a name is looked up once for a visit, and connections go to what was judged`() async throws {
    let lookups = Counter()
    try await HostileServer.with(.answer { _ in HostileServer.page("<p>") }) { server in
      let reach = Reach(.anywhere) { _ in
        // The second answer would lead elsewhere.
        [try #require(IPAddress(lookups.next() == 1 ? "127.0.0.1" : "127.0.0.9"))]
      }
      let address = try WebAddress("http://shop.test:\(server.port)/")
      let answers = try await Visitor.with(reach) { visitor in
        [try await visitor.ask(address).status, try await visitor.ask(address).status]
      }
      #expect(answers == [200, 200])
    }
    #expect(lookups.next() == 2)
  }

  @Test func `the number of requests is limited`() async throws {
    try await HostileServer.with(.answer { _ in HostileServer.page("<p>") }) { server in
      let address = try WebAddress("http://shop.test:\(server.port)/")
      await #expect(throws: AssessmentError.spent(requests: 2)) {
        try await Visitor.with(AssessedShop.loopback, limits: Visitor.Limits(requests: 2)) { visitor in
          for _ in 0..<3 { _ = try await visitor.ask(address) }
        }
      }
    }
  }

  @Test func `no more than four connections are open at once`() async throws {
    let open = Counter()
    let most = Counter()
    let turnstile = Turnstile(width: 4)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          try await turnstile.pass("shop.test") {
            most.raise(to: open.next())
            try await Task.sleep(for: .milliseconds(2))
            open.back()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(most.value == 4)
  }

  @Test func `whoever waits at the turnstile and is cancelled makes way`() async throws {
    let turnstile = Turnstile(width: 1)
    let (entered, released) = (Promised<Bool>(), Promised<Bool>())
    let inside = Task {
      try await turnstile.pass("a") {
        entered.settle(.success(true))
        return try await released.value()
      }
    }
    #expect(try await entered.value())
    let waiting = Task { try await turnstile.pass("a") { true } }
    try await Task.sleep(for: .milliseconds(10))
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    released.settle(.success(true))
    #expect(try await inside.value)
    try await turnstile.pass("a") {}
  }

  @Test func `plain http where TLS should be is no TLS`() async throws {
    try await HostileServer.with(.answer { _ in HostileServer.page("no", status: "400 Bad Request") }) { server in
      let shop = try await AssessedShop(
        AssessedShop.profile("https://shop.test:\(server.port)/"),
        only: ["tls.protocols", "tls.ciphers", "tls.certificate", "http.hsts"])
      #expect(shop["tls.protocols"]?.verdict.codes == ["tls-missing"])
      #expect(shop["tls.ciphers"]?.verdict.codes == ["tls-missing"])
      #expect(shop["tls.certificate"]?.verdict.outcome == .couldNotCheck)
      #expect(shop["http.hsts"]?.verdict.outcome == .couldNotCheck)
    }
  }

  @Test func `a hello that is answered byte by byte or not at all is given up in time`() async throws {
    let start = ContinuousClock.now
    for conduct in [HostileServer.Conduct.silence, .drip([22, 3], then: [3], every: .milliseconds(100))] {
      try await HostileServer.with(conduct) { server in
        let probe = TLSProbe(reach: AssessedShop.loopback, surroundings: .system, patience: .milliseconds(300))
        let sighting = try await probe.look(at: WebAddress("https://shop.test:\(server.port)"), for: "x")
        #expect(TLSJudgement.protocols(sighting).outcome != .satisfied)
      }
    }
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func `a flight without an end is cut off`() async throws {
    let lump = TLSTestBytes.record
    try await HostileServer.with(.drip(lump, then: lump, every: .milliseconds(1))) { server in
      let exchange = HelloExchange(address: try #require(IPAddress("127.0.0.1")), port: server.port)
      let hello = ClientHello(
        version: .tls12, suites: CipherSuite.classic, groups: [.x25519], random: [UInt8](repeating: 0, count: 32))
      let answer = try await exchange.send(hello)
      #expect({ if case .notTLS = answer { true } else { false } }())
    }
  }
}

extension AssessmentError {
  fileprivate enum Kind { case malformed, late, endless, unreachable, other }

  fileprivate var kind: Kind {
    switch self {
    case .malformedAnswer: .malformed
    case .tookTooLong: .late
    case .tooManyRedirects: .endless
    case .unreachable: .unreachable
    default: .other
    }
  }
}

/// A record of a handshake that says nothing.
private enum TLSTestBytes {
  static let record: [UInt8] = [22, 3, 3, 0x40, 0] + [UInt8](repeating: 0xFE, count: 0x4000)
}

/// Counts across tasks.
final class Counter: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  func next() -> Int {
    number.withLock { number in
      number += 1
      return number
    }
  }

  func back() { number.withLock { $0 -= 1 } }

  func raise(to value: Int) { number.withLock { $0 = max($0, value) } }
}

/// Bytes packed by Python's library, which is another's.
enum Packed {
  static func zeros(megabytes: Int, _ format: String) async throws -> [UInt8] {
    let bits = format == "gzip" ? 31 : 15
    return try await run(
      "import zlib,base64;c=zlib.compressobj(9,8,\(bits));d=c.compress(bytes(\(megabytes)<<20))+c.flush();"
        + "print(base64.b64encode(d).decode())"
    )
  }

  static func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
    let text = Data(bytes).base64EncodedString()
    return try await run(
      "import gzip,base64;print(base64.b64encode(gzip.compress(base64.b64decode('\(text)'))).decode())")
  }

  private static func run(_ program: String) async throws -> [UInt8] {
    let result = try await Command.run("python3", ["-c", program])
    guard result.status == 0, let data = Data(base64Encoded: result.output.filter { !$0.isWhitespace }) else {
      throw TestSetupError(description: "python3: \(result.errors)")
    }
    return Array(data)
  }
}
