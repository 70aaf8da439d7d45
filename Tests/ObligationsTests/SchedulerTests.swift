import Journal
import Primitives
import ServiceLifecycle
import Storage
import Synchronization
import TestKit
import Testing

@testable import Obligations

@Suite struct `The scheduler` {
  /// Counts, whoever counts.
  final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func count(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
    var all: [String: Int] { counts.withLock { $0 } }
  }

  static func profile(storefronts: Int) -> String {
    "platform: a\nstorefronts:\n" + (0..<storefronts).map { "  - url: https://\($0).example\n" }.joined()
  }

  @Test(arguments: Backend.allCases) func `has new targets looked at at once and each again at its interval`(
    on backend: Backend
  ) async throws {
    let counter = Counter()
    let check = SampleCheck(see: {
      counter.count($0); return true
    })
    try await TestRegister.with(backend, checks: [check], profile: Self.profile(storefronts: 7)) { place in
      #expect(try await place.register.takeDueLooks() == 7)
      #expect(try await place.register.takeDueLooks() == 0)
      let nexts = try await place.register.schedule().map { $0.next.since(Sample.start) }
      #expect(nexts.allSatisfy { (.seconds(3_240)...(.seconds(3_960))).contains($0) })
      #expect(Set(nexts).count == 7, "they are to spread out")
      place.advance(by: .seconds(3_239))
      #expect(try await place.register.takeDueLooks() == 0)
      place.advance(by: .seconds(722))
      #expect(try await place.register.takeDueLooks() == 7)
      #expect(counter.all.values.allSatisfy { $0 == 2 })
      #expect(try await place.standing("D01") == .met)
    }
  }

  @Test(arguments: Backend.allCases) func `takes each look once across two nodes`(on backend: Backend) async throws {
    let counter = Counter()
    let check = SampleCheck(
      see: { target in
        counter.count(target)
        try await Task.sleep(for: .milliseconds(5))
        return true
      })
    try await TestRegister.with(backend, checks: [check], profile: Self.profile(storefronts: 40)) { place in
      let nodes = [place.register, place.otherNode()]
      let taken = try await withThrowingTaskGroup(of: Int.self) { group in
        for node in nodes { group.addTask { try await node.takeDueLooks(width: 4) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(taken.reduce(0, +) == 40)
      #expect(counter.all.count == 40 && counter.all.values.allSatisfy { $0 == 1 })
      #expect(try await place.entries("check.observed").count == 40)
    }
  }

  @Test(arguments: Backend.allCases) func `takes over what a node that died was at`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      // A node claims the look and is never heard of again.
      let look = ScheduledLook(check: "sample.look", target: "https://shop.example")
      let (now, claim) = (Sample.start, Identifier<LookClaim>(in: place.clock.surroundings))
      let until = now.advanced(by: .seconds(90))
      let isClaimed = try await place.ledger.database.write {
        try ScheduleStore.claim(look, as: claim, at: now, until: until, $0)
      }
      #expect(isClaimed)
      #expect(try await place.register.takeDueLooks() == 0)
      place.advance(by: .seconds(89))
      #expect(try await place.otherNode().takeDueLooks() == 0)
      place.advance(by: .seconds(1))
      #expect(try await place.otherNode().takeDueLooks() == 1)
      // Should it come back after all, it has lost the claim and moves nothing.
      let next = try await place.register.schedule()[0].next
      try await place.ledger.database.write { try ScheduleStore.finish(look, claim: claim, next: now, $0) }
      #expect(try await place.register.schedule()[0].next == next)
    }
  }

  @Test(arguments: Backend.allCases) func `gives a look back when it is told to stop`(on backend: Backend) async throws
  {
    let counter = Counter()
    let check = SampleCheck(
      see: { target in
        counter.count(target)
        if counter.all[target] == 1 { try await Task.sleep(for: .seconds(600)) }
        return true
      })
    try await TestRegister.with(backend, checks: [check]) { place in
      let working = Task { try await place.register.takeDueLooks() }
      while counter.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      working.cancel()
      await #expect(throws: CancellationError.self) { try await working.value }
      #expect(try await place.entries("check.observed").isEmpty)
      #expect(try await place.otherNode().takeDueLooks() == 1)
    }
  }

  @Test func `waits longer after each failure to look, up to the interval`() {
    let hour: Duration = .seconds(3_600)
    let middle: UInt64 = 1 << 63
    let pauses = (0...8).map { ObligationRegister.pause(of: hour, failures: $0, jitter: middle) }
    #expect(pauses[0...5] == [hour, .seconds(180), .seconds(360), .seconds(720), .seconds(1_440), .seconds(2_880)])
    #expect(pauses[6...].allSatisfy { $0 == hour })
    #expect(ObligationRegister.pause(of: .seconds(10), failures: 3, jitter: middle) == .seconds(60))
    #expect(ObligationRegister.pause(of: hour, failures: 0, jitter: 0) == hour * 0.9)
    let longest = ObligationRegister.pause(of: hour, failures: 0, jitter: .max)
    #expect(longest > hour * 1.0999 && longest <= hour * 1.1)
    #expect(ObligationRegister.pause(of: .seconds(86_400), failures: .max, jitter: middle) == .seconds(86_400))
  }

  @Test(arguments: Backend.allCases) func `tries again soon after a failure, and alerts when it goes on`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend, checks: [SampleCheck(see: { _ in nil })]) { place in
      for expected in [180, 360, 720] {
        #expect(try await place.register.takeDueLooks() == 1)
        let wait = try await place.register.schedule()[0].next.since(place.clock.surroundings.now())
        #expect((.seconds(expected) * 0.9...(.seconds(expected) * 1.1)).contains(wait))
        place.advance(by: wait)
      }
      #expect(try await place.entries("check.failing").count == 1)
      #expect(try await place.standing("D01") == .unproven)
    }
  }

  /// Nobody may be looking at a page: the log says so too, once when it begins and once when it is over.
  @Test func `warns in the log while a check keeps failing, and counts it`() async throws {
    let sight = Mutex<Bool?>(nil)
    let check = SampleCheck(see: { _ in sight.withLock { $0 } })
    try await TestRegister.with(.sqlite, checks: [check]) { place in
      let lines = RecordingLog.Lines()
      let scheduler = CheckScheduler(
        register: place.register, width: 1, pause: .milliseconds(5), logger: RecordingLog.logger(to: lines))
      let group = ServiceGroup(services: [scheduler], logger: TestLedger.quiet)
      let running = Task { try await group.run() }
      func isSaid(_ word: String) -> Bool { lines.all.contains { $0.contains(word) } }
      #expect(try await place.register.failingLooks() == 0)
      while !isSaid("keeps failing") {
        place.advance(by: .seconds(600))
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(try await place.register.failingLooks() == 1)
      sight.withLock { $0 = true }
      while !isSaid("looks again") {
        place.advance(by: .seconds(600))
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(try await place.register.failingLooks() == 0)
      await group.triggerGracefulShutdown()
      try await running.value
      let name = "sample.look of https://shop.example"
      #expect(lines.all.count == 2, "\(lines.all)")
      #expect(
        lines.all.first == "warning: \(name) keeps failing: it could not look, 3 times in a row: it is dark")
      let end = try #require(lines.all.last)
      #expect(end.hasPrefix("notice: \(name) looks again, after it could not ") && end.hasSuffix(": all is in order"))
    }
  }

  @Test(arguments: Backend.allCases) func `counts no alert of what is not looked at any more`(on backend: Backend)
    async throws
  {
    try await TestRegister.with(backend) { place in
      for _ in 0..<3 { try await place.register.record(.sample(.couldNotCheck)) }
      #expect(try await place.register.failingLooks() == 1)
      try await place.register.setProfile("platform: a", by: .operator)
      #expect(try await place.register.failingLooks() == 0)
    }
  }

  @Test(arguments: Backend.allCases) func `runs a check at once when asked`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      try await place.register.takeDueLooks()
      try await place.register.runNow("sample.look", at: "https://shop.example")
      #expect(try await place.register.takeDueLooks() == 1)
      await #expect(throws: ObligationsError.unknown(kind: "scheduled check", name: "sample.look of https://x.example"))
      {
        try await place.register.runNow("sample.look", at: "https://x.example")
      }
    }
  }

  @Test func `tells how far each look has come`() async throws {
    let told = Mutex<[LookProgress.Step]>([])
    try await TestRegister.with(.sqlite, checks: [SampleCheck(see: { _ in false })]) { place in
      try await place.register.takeDueLooks { progress in
        #expect(progress.check == "sample.look" && progress.target == "https://shop.example")
        told.withLock { $0.append(progress.step) }
      }
    }
    #expect(
      told.withLock { $0 } == [
        .began, .doing("looking at https://shop.example"), .ended(.notSatisfied, summary: "it is broken"),
      ])
  }

  @Test func `gives up a look that takes too long`() async throws {
    let check = SampleCheck(
      timeLimit: .milliseconds(50),
      see: { _ in
        try await Task.sleep(for: .seconds(600))
        return true
      })
    try await TestRegister.with(.sqlite, checks: [check]) { place in
      try await place.register.takeDueLooks()
      let look = try await place.register.book().book.looks["sample.look"]?["https://shop.example"]
      #expect(look?.verdict.outcome == .couldNotCheck)
      #expect(look?.verdict.summary.contains("was given up") == true)
    }
  }

  /// While versions of Surety change, a node meets looks of checks that it does not have.
  @Test func `is not held up by checks that it does not know`() async throws {
    let checks = [SampleCheck(), SampleCheck(code: "sample.other")]
    try await TestRegister.with(.sqlite, checks: checks, profile: Self.profile(storefronts: 3)) { place in
      let old = place.otherNode(checks: [SampleCheck(code: "sample.other")])
      let taken = (try await old.takeDueLooks(), try await place.register.takeDueLooks())
      #expect(taken == (3, 3))
    }
  }

  @Test(arguments: Backend.allCases) func `works by itself until it is asked to stop`(on backend: Backend) async throws
  {
    let counter = Counter()
    let check = SampleCheck(see: {
      counter.count($0); return true
    })
    try await TestRegister.with(backend, checks: [check], profile: Self.profile(storefronts: 9)) { place in
      let told = Counter()
      let scheduler = CheckScheduler(
        register: place.register, width: 2, pause: .milliseconds(10), logger: TestLedger.quiet,
        report: { if case .ended = $0.step { told.count($0.target) } })
      let group = ServiceGroup(services: [scheduler], logger: TestLedger.quiet)
      let running = Task { try await group.run() }
      while told.all.count < 9 { try await Task.sleep(for: .milliseconds(10)) }
      // Two nodes' worth of profile changes are followed without a restart.
      try await place.register.setProfile(Self.profile(storefronts: 11), by: .operator)
      while told.all.count < 11 { try await Task.sleep(for: .milliseconds(10)) }
      await group.triggerGracefulShutdown()
      try await running.value
      #expect(counter.all.values.allSatisfy { $0 == 1 })
    }
  }
}
