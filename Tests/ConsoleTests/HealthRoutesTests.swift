import AsyncHTTPClient
import Console
import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@Suite struct `What a monitor reads` {
  @Test func `counts the looks that keep failing`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.migrate([ObligationsMigrations.plan], at: Surroundings.system.now())
      let check = FakeCheck(code: "fake.tls", title: "TLS")
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: try SampleShop.catalogue(), checks: [check])
      try await register.setProfile(SampleShop.profile, by: .operator)
      try await ledger.sequence()
      try await RunningServer.with {
        $0.serveHealth(of: ledger.journal, register: register)
      } _: { url in
        func failing() async throws -> String? {
          let (response, body) = try await RunningServer.fetch("\(url)/metrics")
          #expect(response.status == .ok)
          return String(decoding: body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("surety_checks_failing ") }.map { String($0) }
        }
        #expect(try await failing() == "surety_checks_failing 0")
        for _ in 0..<3 {
          try await register.record(check.observe("https://shop.example", in: CheckContext()))
        }
        #expect(try await failing() == "surety_checks_failing 1")
      }
    }
  }
}
