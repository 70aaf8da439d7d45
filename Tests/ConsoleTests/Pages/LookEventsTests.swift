import Assessment
import AsyncHTTPClient
import Foundation
import Journal
import NIOCore
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

@Suite struct `The stream of events` {
  static let shop = "https://shop.example"

  /// A console of which the test has the feed.
  static func with(_ check: FakeCheck, _ body: (String, ObligationRegister, LookFeed) async throws -> Void) async throws
  {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.migrate(
        [ObligationsMigrations.plan, ConsoleMigrations.plan], at: Surroundings.system.now())
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: try SampleShop.catalogue(), checks: [check])
      try await register.setProfile(SampleShop.profile, by: .operator)
      try await ledger.sequence()
      let looks = LookFeed()
      let rooms = Rooms(
        database: ledger.database, register: register, advice: try AdviceBook.shipped(), journal: ledger.journal,
        policy: ledger.keyring.policy, signIn: StubSignIn(now: Surroundings.system.now), looks: looks, isDemo: false,
        databaseName: "a test")
      try await RunningServer.with {
        try $0.serveConsole(of: rooms)
      } _: { url in
        try await body(url, register, looks)
      }
    }
  }

  private static func request(_ url: String, signedIn: Bool = true) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: "\(url)/api/v1/events")
    if signedIn { request.headers.add(name: "Cookie", value: "\(Gate.cookieName)=\(StubSignIn.token)") }
    return request
  }

  @Test func `tells of a look that was asked for, from its beginning to its end`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
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
      #expect(events.map { $0["state"]?.text } == ["begun", "ended"])
      #expect(events.allSatisfy { $0["check"] == "fake.tls" && $0["target"] == .string(Self.shop) })
      #expect(events.last?["outcome"] == "notSatisfied" && events.last?["text"] == "It is weak.")
    }
  }

  @Test func `is for members only`() async throws {
    try await Self.with(FakeCheck(code: "fake.tls", title: "Protocol versions")) { url, _, _ in
      let response = try await HTTPClient.shared.execute(Self.request(url, signedIn: false), timeout: .seconds(20))
      #expect(response.status == .unauthorized)
    }
  }
}
