import Assessment
import AsyncHTTPClient
import Foundation
import Journal
import NIOCore
import NIOHTTP1
import Obligations
import Primitives
import ServiceLifecycle
import Storage
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `The stream of events` {
  static let shop = "https://shop.example"

  /// A console of which the test has the feed.
  static func with(_ check: FakeCheck, _ body: (String, ObligationRegister, LookFeed) async throws -> Void) async throws
  {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.migrate(
        [ObligationsMigrations.plan, AccessMigrations.plan, ConsoleMigrations.plan], at: Surroundings.system.now())
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: try SampleShop.catalogue(), checks: [check])
      try await register.setProfile(SampleShop.profile, by: .operator)
      try await ledger.sequence()
      let looks = LookFeed()
      let access = try Access(
        in: ledger.database, journal: ledger.journal, key: try SecretKey(path: ledger.directory.file("secrets.key")),
        party: .thisMachine)
      let rooms = Rooms(
        database: ledger.database, register: register, advice: try AdviceBook.shipped(), journal: ledger.journal,
        policy: ledger.keyring.policy, access: access,
        sessions: StubSessions(now: Surroundings.system.now), looks: looks, isDemo: false, databaseName: "a test")
      try await RunningServer.with {
        try $0.serveConsole(of: rooms)
      } _: { url in
        try await body(url, register, looks)
      }
    }
  }

  private static func request(_ url: String, signedIn: Bool = true) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: "\(url)/api/v1/events")
    if signedIn { request.headers.add(name: "Cookie", value: "\(Gate.cookieName)=\(StubSessions.token)") }
    return request
  }

  @Test func `tells of a look that was asked for, from its beginning to its end`() async throws {
    let tls = FakeCheck(
      code: "fake.tls", title: "Protocol versions", steps: ["asking for TLS 1.0", "reading the answer"])
    tls.eyes.set(.bad(), at: Self.shop)
    try await Self.with(tls) { url, register, looks in
      try await register.takeDueLooks()
      let response = try await HTTPClient.shared.execute(Self.request(url), timeout: .seconds(20))
      #expect(response.status == .ok)
      #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
      try await register.requestLook("fake.tls", at: Self.shop, by: .operator)
      var received = ""
      for try await buffer in response.body {
        // The first line says that the page is listening; what happens from then on reaches it.
        if received.isEmpty { try await register.takeDueLooks { looks.report($0) } }
        received += String(buffer: buffer)
        if received.contains(#""state":"ended""#) { break }
      }
      let events = received.matches(of: #/event: look\ndata: (.*)\n\n/#).compactMap { JSON(parsing: Array($0.1.utf8)) }
      #expect(events.map { $0["state"]?.text } == ["begun", "report", "report", "ended"])
      #expect(events.map { $0["text"]?.text }[1...2] == ["asking for TLS 1.0", "reading the answer"])
      #expect(events.allSatisfy { $0["check"] == "fake.tls" && $0["target"] == .string(Self.shop) })
      #expect(events.last?["outcome"] == "notSatisfied" && events.last?["text"] == "It is weak.")
    }
  }

  @Test(arguments: Backend.allCases)
  func `tells of looks that another node records`(on backend: Backend) async throws {
    try await TestDatabase.withLocation(backend) { location in
      try await TemporaryDirectory.with { directory in
        let here = try await Database.open(location, limits: Database.Limits(connections: 4))
        let ledger = try await TestLedger(in: here, directory: directory)
        try await here.migrate([ObligationsMigrations.plan], at: Surroundings.system.now())
        // On SQLite there is one node only; what it records beside its schedule is told all the same.
        let there =
          backend == .sqlite ? here : try await Database.open(location, limits: Database.Limits(connections: 4))
        let check = FakeCheck(code: "fake.tls", title: "Protocol versions")
        let register = ObligationRegister(
          in: there, journal: ledger.journal, catalogue: try SampleShop.catalogue(), checks: [check])
        try await register.setProfile(SampleShop.profile, by: .operator)
        let looks = LookFeed()
        let running = Task { try await looks.relay(of: here).run() }
        defer { running.cancel() }
        let events = try #require(looks.listen())
        check.eyes.set(.bad(), at: Self.shop)
        // It is recorded again and again until the other node listens; the first word of it ends the test.
        let recording = Task {
          while !Task.isCancelled {
            try await register.record(try await check.observe(Self.shop, in: CheckContext()))
            try await Task.sleep(for: .milliseconds(50))
          }
        }
        var told: [JSON] = []
        for await event in events {
          told.append(event)
          if event["state"] == "recorded" { break }
        }
        recording.cancel()
        _ = await recording.result
        #expect(told.last == ["state": "recorded", "check": "fake.tls", "target": .string(Self.shop)])
        // Before it listened something may have been missed, and that is said too.
        #expect(told.dropLast().allSatisfy { $0 == ["state": "missed"] })
        running.cancel()
        if backend == .postgreSQL { await there.close() }
        await here.close()
      }
    }
  }

  @Test func `is for members only`() async throws {
    try await Self.with(FakeCheck(code: "fake.tls", title: "Protocol versions")) { url, _, _ in
      let response = try await HTTPClient.shared.execute(Self.request(url, signedIn: false), timeout: .seconds(20))
      #expect(response.status == .unauthorized)
    }
  }
}
