import Journal
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@Suite struct `What was seen before` {
  static let shop = "https://shop.example"

  /// An observation that saw these weaknesses, so many hours after the start; none without a list could look.
  static func observation(hours: Int64, _ findings: [(code: Code<Advice>, place: String)]?) -> Observation {
    let at = Sample.start.advanced(by: .seconds(hours * 3_600))
    let verdict = findings.map { findings in
      Verdict(
        summary: "seen", findings: findings.map { Finding($0.code, .high, seen: "a hole", at: $0.place) })
    }
    return Observation(
      id: Identifier(at: at, random: .random(in: 0...UInt64.max)), check: "sample.look", target: shop, at: at,
      took: .seconds(1), expires: at.advanced(by: .seconds(86_400)), verdict: verdict ?? .couldNotCheck("it is dark"),
      seen: [])
  }

  static func starts(of place: TestRegister) async throws -> [String: Int64] {
    let findings = try await place.register.book().book.findings
    return Dictionary(
      try await place.register.starts(of: findings).map { seen, start in
        ("\(seen.finding.code) \(seen.finding.place)", start.since(Sample.start).components.seconds / 3_600)
      }, uniquingKeysWith: { $1 })
  }

  @Test(arguments: Backend.allCases) func `tells since when each weakness has been seen without a break`(
    on backend: Backend
  ) async throws {
    // Places with everything that means something to the database, to JSON or to a page.
    let places = ["/a_b", "/a%", "/a~b", "/a\"b\\c", "/a'b", "/ä/日本", "<script>"]
    try await TestRegister.with(backend) { place in
      func see(_ hours: Int64, _ findings: [(code: Code<Advice>, place: String)]?) async throws {
        place.clock.set(Sample.start.advanced(by: .seconds(hours * 3_600)))
        try await place.register.record(Self.observation(hours: hours, findings))
      }
      try await see(1, [("broken", "/a_b"), ("gone", "/x")])
      try await see(2, places.map { ("broken", $0) })
      try await see(3, nil)
      try await see(4, [("broken", "/aXb"), ("other", "/a_b")] + places.dropFirst().map { ("broken", $0) })
      try await see(5, places.map { ("broken", $0) })
      var expected = Dictionary(places.map { ("broken \($0)", Int64(2)) }, uniquingKeysWith: { $1 })
      expected["broken /a_b"] = 5
      #expect(try await Self.starts(of: place) == expected)
    }
  }

  @Test func `looks back so far and no further`() async throws {
    try await TestRegister.with(.sqlite) { place in
      let count = ObligationRegister.longestLookBack + 20
      for hour in 0..<count { try await place.register.record(Self.observation(hours: hour, [("broken", "/")])) }
      place.clock.set(Sample.start.advanced(by: .seconds(count * 3_600)))
      #expect(try await Self.starts(of: place) == ["broken /": 20])
    }
  }

  @Test(arguments: Backend.allCases) func `gives observations page by page, with the way back`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend) { place in
      for hour in 0..<Int64(25) { try await place.register.record(Self.observation(hours: hour, [])) }
      func page(before: Instant?) async throws -> ObservationSlice {
        try await place.register.observationSlice(of: "sample.look", at: Self.shop, before: before, limit: 10)
      }
      func hours(_ slice: ObservationSlice) -> [Int64] {
        slice.observations.map { $0.at.since(Sample.start).components.seconds / 3_600 }
      }
      let first = try await page(before: nil)
      #expect(hours(first) == (15..<25).reversed())
      #expect((first.newer, first.count, first.newerBefore) == (0, 25, nil))
      let second = try await page(before: first.observations.last?.at)
      #expect(hours(second) == (5..<15).reversed())
      #expect((second.newer, second.newerBefore) == (10, nil))
      let third = try await page(before: second.observations.last?.at)
      #expect(hours(third) == (0..<5).reversed())
      #expect(third.newer == 20)
      #expect(hours(try await page(before: third.newerBefore)) == hours(second))
      #expect(try await page(before: Sample.start).observations.isEmpty)
    }
  }

  @Test(arguments: Backend.allCases) func `says who asked for a look, and who put the profile in force`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend) { place in
      try await place.register.takeDueLooks()
      place.advance(by: .seconds(60))
      let author = try Entry.Author("member:ada")
      try await place.register.requestLook("sample.look", at: Self.shop, by: author)
      let planned = try await place.register.plannedLooks()
      #expect(planned.map(\.next) == [place.clock.now] && planned.map(\.isUnderWay) == [false])
      let entries = try await place.entries("check.requested")
      #expect(entries.map(\.author) == [author])
      #expect(entries.first?.facts == ["check": "sample.look", "target": .string(Self.shop)])
      await #expect(throws: ObligationsError.self) {
        try await place.register.requestLook("sample.look", at: "https://other.example", by: author)
      }
      #expect(try await place.entries("check.requested").count == 1)
      let change = try await place.register.profileChange()
      #expect(change?.author == "operator" && change?.at == Sample.start)
    }
  }

  @Test func `tells what another profile would change, and changes nothing`() async throws {
    try await TestRegister.with(.sqlite) { place in
      let market = Sample.profile.replacing("marketplace: false", with: "marketplace: true")
        .replacing("https://shop.example", with: "https://market.example")
      let difference = try await place.register.difference(to: market)
      #expect(difference.begins.map(\.requirement.code) == ["sample.3"])
      #expect(difference.ends.isEmpty && difference.undecided.isEmpty)
      #expect(difference.targetsAdded.map(\.target) == ["https://market.example"])
      #expect(difference.targetsAdded.first?.checks == ["sample.look"])
      #expect(difference.targetsRemoved.map(\.target) == [Self.shop])
      let vague = try await place.register.difference(to: "platform: Example shop")
      #expect(vague.undecided.map(\.requirement.code) == ["sample.3"] && vague.begins.isEmpty && vague.ends.isEmpty)
      #expect(try await place.register.difference(to: Sample.profile).isEmpty)
      await #expect(
        throws: ObligationsError.malformed(file: "surety.yaml", line: 2, reason: "expected text")
      ) {
        _ = try await place.register.difference(to: "marketplace: false\nplatform: []")
      }
      #expect(try await place.entries("profile.changed").count == 1)
      #expect(try await place.register.profile()?.yaml == Sample.profile)
      #expect(try await place.register.plannedLooks().map(\.target) == [Self.shop])
    }
  }
}
