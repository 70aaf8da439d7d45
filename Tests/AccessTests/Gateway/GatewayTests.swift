import Crypto
import Journal
import Obligations
import Primitives
import Storage
import Synchronization
import TestKit
import Testing

@testable import Access

@Suite struct `The gateway` {
  static let rules = """
    console: https://surety.example
    hosts:
      - host: admin.shop.example
        rules:
          - path: /admin/static
            public: true
          - path: /admin/customers
            methods: [get]
            roles: [owner, support]
            fresh: 15
          - path: /admin/money
            roles: [owner, support]
            strength: phishing-resistant
          - path: /admin
            roles: [owner, support, engineer]
    """

  struct Guarded {
    let test: TestAccess
    let gateway: Gateway
    let opened: OpenedSession
    let token: SessionToken

    func ask(
      _ target: String, _ method: String = "GET", host: String = "admin.shop.example", token: SessionToken?? = nil,
      address: String = TestAccess.device.address
    ) async throws -> Gateway.Verdict {
      try await gateway.verify(
        Gateway.Request(host: host, method: method, target: target, address: address), token: token ?? self.token)
    }
  }

  /// A member of this role, signed in at the guarded host.
  static func with(
    _ backend: Backend = .sqlite, role: String = "support", _ body: (Guarded) async throws -> Void
  ) async throws {
    try await TestAccess.with(backend) { test in
      _ = try await test.access.enrol(name: "ada", password: TestAccess.password)
      let opened = try await test.signIn(
        try await test.access.enrol(name: "sam", password: TestAccess.password, role: role))
      let rules = try GatewayRules(Array(Self.rules.utf8), file: "gateway.yaml", roles: test.access.roles)
      let gateway = try await Gateway(over: test.access, rules: rules)
      let token = try #require(try await Self.cross(gateway, opened.session, test))
      try await body(Guarded(test: test, gateway: gateway, opened: opened, token: token))
    }
  }

  /// The way to the console and back.
  private static func cross(_ gateway: Gateway, _ session: Session, _ test: TestAccess) async throws -> SessionToken? {
    let journey = Gateway.Journey(in: test.clock.surroundings)
    let request = Gateway.Request(
      host: "admin.shop.example", method: "GET", target: "/admin", address: TestAccess.device.address)
    guard case .code(let code) = try gateway.handOver(session, for: request, state: journey.state) else { return nil }
    return try await gateway.redeem(code, journey: journey, at: "admin.shop.example")
  }

  /// What was decided, in a word.
  static func word(_ verdict: Gateway.Verdict) -> String {
    switch verdict {
    case .pass(nil, _): "open"
    case .pass: "pass"
    case .signIn: "sign in"
    case .deny(let reason): reason
    }
  }

  @Test(arguments: Backend.allCases) func `lets pass what a rule allows, and nothing else`(_ backend: Backend)
    async throws
  {
    try await Self.with(backend) { guarded async throws in
      for (target, expected) in [
        ("/admin/static/logo.svg", "open"), ("/admin", "pass"), ("/admin/orders?page=2", "pass"),
        ("/admin/customers/7", "pass"), ("/", "no-rule"), ("/checkout", "no-rule"),
        ("/admin/../checkout", "path-ambiguous"),
        ("/admin/static/../customers", "path-ambiguous"), ("/admin/static%2f..%2fcustomers", "path-ambiguous"),
        ("//admin/static", "path-ambiguous"),
      ] { #expect(Self.word(try await guarded.ask(target)) == expected, "\(target)") }
      for host in ["shop.example", "admin.shop.example.evil.example", "", "admin.shop.example.", "a b"] {
        #expect(Self.word(try await guarded.ask("/admin", host: host)) != "pass", "\(host)")
      }
      #expect(Self.word(try await guarded.ask("/admin", host: "ADMIN.shop.example:8443")) == "pass")
      // Another method falls to the next rule that fits.
      #expect(Self.word(try await guarded.ask("/admin/customers", "DELETE")) == "pass")
    }
  }

  @Test func `asks whoever has no session to sign in, and refuses whom no proof would help`() async throws {
    try await Self.with(role: "engineer") { guarded async throws in
      let stranger = SessionToken(in: guarded.test.clock.surroundings)
      for token in [nil, stranger, guarded.opened.token] {
        #expect(Self.word(try await guarded.ask("/admin", token: .some(token))) == "sign in")
      }
      #expect(Self.word(try await guarded.ask("/admin")) == "pass")
      #expect(Self.word(try await guarded.ask("/admin/customers")) == "role-not-allowed")
    }
    try await Self.with(role: "support") { guarded async throws in
      try await guarded.test.access.assign("auditor", to: guarded.opened.session.member.id, by: .operator)
      guarded.test.clock.advance(by: .seconds(1))
      #expect(Self.word(try await guarded.ask("/admin")) == "action-not-in-role")
    }
  }

  @Test func `asks for a fresh or a stronger factor`() async throws {
    try await Self.with { guarded async throws in
      guarded.test.clock.advance(by: .seconds(15 * 60 + 1))
      #expect(Self.word(try await guarded.ask("/admin/customers")) == "sign in")
      #expect(Self.word(try await guarded.ask("/admin/orders")) == "pass")
      #expect(Self.word(try await guarded.ask("/admin/money")) == "sign in")
      #expect(Self.word(try await guarded.ask("/admin/orders", address: "203.0.113.1")) == "sign in")
      func handOver(_ target: String) async throws -> Gateway.Handover {
        let session = try #require(try await guarded.test.access.session(of: guarded.opened.token))
        let request = Gateway.Request(
          host: "admin.shop.example", method: "GET", target: target, address: TestAccess.device.address)
        return try guarded.gateway.handOver(session, for: request, state: String(repeating: "a", count: 43))
      }
      guard case .prove = try await handOver("/admin/customers") else { return #expect(Bool(false), "no proof asked") }
      guard case .prove = try await handOver("/admin/money") else { return #expect(Bool(false), "no proof asked") }
      guard case .deny = try await handOver("/../etc") else { return #expect(Bool(false), "an ambiguous path") }
    }
  }

  @Test(arguments: Backend.allCases) func `forgets a session that was ended within a second`(_ backend: Backend)
    async throws
  {
    try await Self.with(backend) { guarded async throws in
      #expect(Self.word(try await guarded.ask("/admin")) == "pass")
      try await guarded.test.restarted().deactivate(guarded.opened.session.member.id, by: .operator)
      guarded.test.clock.advance(by: .milliseconds(999))
      #expect(Self.word(try await guarded.ask("/admin")) == "sign in")
    }
  }

  @Test func `survives a restart`() async throws {
    try await Self.with { guarded async throws in
      let keys = guarded.gateway.keySet
      let again = try await Gateway(over: try guarded.test.restarted(), rules: guarded.gateway.rules)
      #expect(again.keySet == keys)
      let request = Gateway.Request(
        host: "admin.shop.example", method: "GET", target: "/admin", address: TestAccess.device.address)
      #expect(Self.word(try await again.verify(request, token: guarded.token)) == "pass")
    }
  }

  @Test func `lets nobody pass when the database cannot be asked`() async throws {
    try await Self.with { guarded async throws in
      guarded.test.clock.advance(by: .seconds(1))
      await guarded.test.ledger.database.close()
      await #expect(throws: (any Error).self) { _ = try await guarded.ask("/admin") }
    }
  }

  @Test func `hands a code over that is good once, soon, there, and in the browser that began`() async throws {
    try await Self.with { guarded async throws in
      let (gateway, session) = (guarded.gateway, guarded.opened.session)
      let surroundings = guarded.test.clock.surroundings
      let journey = Gateway.Journey(in: surroundings)
      func code() throws -> String {
        let request = Gateway.Request(
          host: "admin.shop.example", method: "GET", target: "/admin", address: TestAccess.device.address)
        guard case .code(let code) = try gateway.handOver(session, for: request, state: journey.state) else {
          return ""
        }
        return code
      }
      let stolen = Gateway.Journey(in: surroundings)
      #expect(try await gateway.redeem(code(), journey: stolen, at: "admin.shop.example") == nil, "another browser")
      #expect(try await gateway.redeem(code(), journey: journey, at: "other.shop.example") == nil, "another host")
      let good = try code()
      for changed in [String(good.dropLast()), good + "A", "", String(good.reversed())] {
        #expect(try await gateway.redeem(changed, journey: journey, at: "admin.shop.example") == nil)
      }
      #expect(try await gateway.redeem(good, journey: journey, at: "admin.shop.example") != nil)
      #expect(try await gateway.redeem(good, journey: journey, at: "admin.shop.example") == nil, "a second time")
      let late = try code()
      guarded.test.clock.advance(by: .seconds(61))
      #expect(try await gateway.redeem(late, journey: journey, at: "admin.shop.example") == nil, "too late")
    }
  }

  @Test func `signs who comes, so that the shop can tell`() async throws {
    try await Self.with { guarded async throws in
      guard case .pass(let session?, let assertion?) = try await guarded.ask("/admin") else {
        return #expect(Bool(false), "no assertion")
      }
      let parts = assertion.split(separator: ".").map { String($0) }
      let (claims, signature) = (try #require(Base64.decodeURL(parts[1])), try #require(Base64.decodeURL(parts[2])))
      guard case .array(let keys)? = guarded.gateway.keySet["keys"], let x = keys.first?["x"]?.text else {
        return #expect(Bool(false), "no keys")
      }
      let key = try Curve25519.Signing.PublicKey(rawRepresentation: try #require(Base64.decodeURL(x)))
      #expect(key.isValidSignature(signature, for: Array("\(parts[0]).\(parts[1])".utf8)))
      let json = try #require(JSON(parsing: claims))
      #expect(json["name"]?.text == "sam" && json["aud"]?.text == "admin.shop.example")
      #expect(json["iss"]?.text == "https://surety.example" && json["sub"]?.text == "\(session.member.id)")
      // The same for half a minute, so that a page with many files costs one signature.
      guard case .pass(_, let again?) = try await guarded.ask("/admin/orders") else { return #expect(Bool(false)) }
      #expect(again == assertion)
    }
  }

  @Test func `writes the first pass and each refusal down, without path or address`() async throws {
    try await Self.with(role: "engineer") { guarded async throws in
      for _ in 0..<5 {
        _ = try await guarded.ask("/admin/orders/4711")
        _ = try await guarded.ask("/admin/customers/8")
      }
      let passed = try await guarded.test.entries("gateway.passed")
      let denied = try await guarded.test.entries("gateway.denied")
      #expect(passed.count == 1 && denied.count == 1)
      #expect(denied.first?.facts["reason"] == "role-not-allowed" && denied.first?.author.name == "member:sam")
      let text = (passed + denied).map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
      #expect(!text.contains("4711") && !text.contains(TestAccess.device.address))
    }
  }

  @Test func `writes down who tries where nobody may come`() async throws {
    try await Self.with { guarded async throws in
      for target in ["/checkout/4711", "/admin/../checkout", "/checkout/4712"] { _ = try await guarded.ask(target) }
      _ = try await guarded.ask("/checkout", token: .some(nil))
      let denied = try await guarded.test.entries("gateway.denied")
      #expect(denied.compactMap { $0.facts["reason"]?.text }.sorted() == ["no-rule", "path-ambiguous"])
      #expect(denied.allSatisfy { $0.author.name == "member:sam" && $0.facts["rule"] == nil })
      guarded.test.clock.advance(by: .seconds(60))
      _ = try await guarded.ask("/checkout")
      #expect(try await guarded.test.entries("gateway.denied").count == 3)
    }
  }
}

@Suite struct `What the gateway remembers` {
  private struct Failure: Error {}

  @Test func `is written once within a time, and again after it could not be`() async throws {
    let clock = SettableClock(TestAccess.start)
    let memory = GatewayMemory(surroundings: clock.surroundings)
    let written = Counter()
    await #expect(throws: Failure.self) { try await memory.once("a", within: .seconds(60)) { throw Failure() } }
    for _ in 0..<3 { try await memory.once("a", within: .seconds(60)) { written.add() } }
    #expect(written.count == 1)
    clock.advance(by: .seconds(60))
    try await memory.once("a", within: .seconds(60)) { written.add() }
    #expect(written.count == 2)
  }

  @Test func `lets nobody go ahead of what is being written`() async throws {
    let memory = GatewayMemory(surroundings: SettableClock(TestAccess.start).surroundings)
    let written = Counter()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try await memory.once("a", within: .seconds(60)) {
            for await _ in gate {}
            written.add()
          }
          return written.count
        }
      }
      opener.finish()
      for try await seen in group { #expect(seen == 1) }
    }
  }

  @Test func `counts from before the look, and not after the clock was put back`() async throws {
    try await `The gateway`.with { guarded in
      let clock = guarded.test.clock
      let memory = GatewayMemory(surroundings: clock.surroundings)
      let began = clock.now
      clock.advance(by: .milliseconds(700))
      memory.keep(guarded.opened.session, [1], at: "a.example", read: began)
      #expect(memory.session([1], at: "a.example") != nil && memory.session([1], at: "b.example") == nil)
      clock.advance(by: .milliseconds(100))
      #expect(memory.session([1], at: "a.example") == nil)
      memory.keep(guarded.opened.session, [1], at: "a.example", read: clock.now.advanced(by: .seconds(3_600)))
      #expect(memory.session([1], at: "a.example") == nil)
    }
  }
}

/// Counts from several tasks.
private final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func add() { value.withLock { $0 += 1 } }
}

@Suite struct `The rules of the gateway` {
  private static func read(_ yaml: String) throws -> GatewayRules {
    try GatewayRules(Array(yaml.utf8), file: "gateway.yaml", roles: RoleTable.shipped())
  }

  @Test(arguments: [
    ("console: http://surety.example\nhosts: []", 1, "https://"),
    (
      "console: https://surety.example\nhosts:\n  - host: Admin.example\n    rules: [{path: /, public: true}]", 3,
      "small letters"
    ),
    ("console: https://surety.example\nhosts:\n  - host: a.example\n    rules: []", 3, "1 to"),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    origins: [ftp://x]\n    rules: "
        + "[{path: /x, public: true}]", 4, "expected https:// or http://"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, roles: [emperor]}",
      5, "no role emperor"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x/../y, public: true}",
      5, "plain path"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x}", 5,
      "'roles' is missing"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, public: true, fresh: 5}",
      5, "demands nothing"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, roles: [owner], strength: strong}",
      5, "two-factor"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, roles: [owner], stength: x}",
      5, "not known here"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, deny: true, public: true}",
      5, "is not denied"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, deny: true, roles: [owner]}",
      5, "denied demands nothing"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, methods: [GTE], public: true}",
      5, "expected one of DELETE, GET"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x, methods: [], public: true}",
      5, "a method at least"
    ),
    (
      "console: https://surety.example\nhosts:\n  - host: a.example\n    rules:\n      - {path: /x*, public: true}",
      5, "plain path"
    ),
  ]) func `say where they are wrong`(_ yaml: String, _ line: Int, _ reason: String) {
    #expect {
      try Self.read(yaml)
    } throws: { error in
      "\(error)".contains("gateway.yaml") && "\(error)".contains("\(line)") && "\(error)".contains(reason)
    }
  }

  @Test func `send people back to guarded hosts only`() throws {
    let rules = try Self.read(`The gateway`.rules)
    #expect(rules.isReturnable(host: "admin.shop.example", target: "/admin?x=1"))
    #expect(rules.isReturnable(host: "admin.shop.example:8443", target: "/"))
    for (host, target) in [
      ("evil.example", "/"), ("admin.shop.example@evil.example", "/"), ("evil.example#admin.shop.example", "/"),
      ("admin.shop.example:443@evil.example", "/"), ("admin.shop.example:x", "/"), ("admin.shop.example:+443", "/"),
      ("admin.shop.example:", "/"),
      ("admin.s\u{212a}op.example", "/"), ("admin.shop.example.", "/"),
      ("admin.shop.example\\.evil.example", "/"),
      ("admin.shop.example", "//evil.example"), ("admin.shop.example", "/\\evil.example"),
      ("admin.shop.example", "evil"),
      ("admin.shop.example", "/\r\nSet-Cookie: x=y"), ("admin.shop.example", "https://evil.example"), ("", "/"),
    ] { #expect(!rules.isReturnable(host: host, target: target), "\(host)\(target)") }
  }

  @Test func `tells where it is to be looked at from outside`() throws {
    let text = """
      console: https://surety.example
      hosts:
        - host: admin.shop.example
          origins: ["http://10.0.0.5:8080", "https://[fd00::5]:8443", http://shop.internal]
          rules:
            - {path: /style.css, public: true}
            - {path: /admin/*/export, deny: true}
            - {path: /admin/orders, methods: [POST], roles: [owner]}
            - {path: /admin/customers, methods: [GET], roles: [owner]}
            - {path: /admin, roles: [owner]}
        - host: b.example
          address: https://127.0.0.1:9443
          rules: [{path: /, deny: true}]
      """
    let places = try GatewayRules(Array(text.utf8), file: "gateway.yaml", roles: .shipped()).places
    #expect(places.map(\.address) == ["https://admin.shop.example", "https://127.0.0.1:9443"])
    #expect(places.map(\.closedPaths) == [["/admin/customers", "/admin"], ["/"]])
    #expect(places.first?.origins == ["http://10.0.0.5:8080", "https://[fd00::5]:8443", "http://shop.internal"])
  }
}
