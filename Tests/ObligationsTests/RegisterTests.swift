import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Obligations

@Suite struct `The register` {
  static let day: Duration = .seconds(86_400)

  @Test(arguments: Backend.allCases) func `records what was seen with an entry in the journal`(on backend: Backend)
    async throws
  {
    try await TestRegister.with(backend) { place in
      let observation = Observation.sample(.notSatisfied)
      let entry = try await place.register.record(observation)
      let stored = try #require(try await place.register.observation(observation.id))
      #expect(stored.entry == entry)
      #expect(stored.observation.verdict == observation.verdict && stored.observation.seen == observation.seen)
      #expect(stored.observation.at == observation.at && stored.observation.took == observation.took)
      let list = try await place.register.observations(of: "sample.look", at: "https://shop.example")
      #expect(list.map(\.observation.id) == [observation.id])
      let found = try #require(try await place.entries("check.observed").first)
      #expect(found.id == entry)
      #expect(found.facts["outcome"] == "notSatisfied")
      #expect(found.facts["findings"] == [["code": "sample-broken", "severity": "high"]])
      #expect(found.facts["seen"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
      let unknown = try await place.register.observation(Identifier(at: Sample.start, random: 1))
      #expect(unknown == nil)
    }
  }

  @Test(arguments: Backend.allCases) func `counts the first deadline from the first profile, whatever is changed later`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend, profile: nil) { place in
      let end = Sample.start.advanced(by: Self.day * 1_000)
      func due() async throws -> [Instant] {
        try await place.register.book().book.deadlines(until: end).filter { $0.rule == .every(.months(12)) }.map(\.due)
      }
      #expect(try await due().isEmpty)
      try await place.register.setProfile(Sample.profile, by: .operator)
      let first = [Period.months(12).after(Sample.start)]
      #expect(try await due() == first)
      place.advance(by: Self.day * 50)
      try await place.register.setProfile(Sample.profile + "\nemployees: 3", by: .operator)
      #expect(try await due() == first)
      // Nobody did anything, and it is late all the same.
      place.advance(by: Self.day * 320)
      #expect(try await place.standing("D02") == .notMet)
    }
  }

  /// A supplier may be a person: the ledger says how many there are, and commits to who they are.
  @Test(arguments: Backend.allCases) func `journals the register of suppliers when it changes`(on backend: Backend)
    async throws
  {
    try await TestRegister.with(backend) { place in
      let yaml = Sample.profile + "\nsuppliers:\n  - {name: Ann Post, role: delivery}\n  - {name: Pay, role: payments}"
      try await place.register.setProfile(yaml, by: .operator)
      try await place.register.setProfile(yaml + "\nemployees: 4", by: .operator)
      let next = yaml.replacing("{name: Ann Post, role: delivery}", with: "{name: Host, role: hosting}")
        .replacing("role: payments}", with: "role: payments, contract: 2030-01-01}")
      try await place.register.setProfile(next, by: .operator)
      let entries = try await place.entries("suppliers.changed")
      #expect(entries.count == 2, "a profile that names the same suppliers changes nothing of them")
      let facts = entries.map { entry in ["suppliers", "added", "removed", "changed"].map { entry.facts[$0] } }
      let expected: [[JSON?]] = [[2, 2, 0, 0], [2, 1, 1, 1]]
      #expect(facts == expected)
      #expect(entries.allSatisfy { $0.commitments["register"] != nil && $0.author == .operator })
      #expect(entries.allSatisfy { !String(describing: $0.facts).contains("Ann") })
    }
  }

  @Test(arguments: [(100, nil), (101, 1), (340, 240)] as [(Int, Int64?)])
  func `says in the journal how many findings an entry leaves out`(count: Int, omitted: Int64?) async throws {
    try await TestRegister.with(.sqlite) { place in
      let findings = (0..<count).map { number in
        Finding("sample-broken", number == count - 1 ? .critical : .low, seen: "a hole", at: "wall \(number)")
      }
      let usual = Observation.sample(.notSatisfied)
      let observation = Observation(
        id: usual.id, check: usual.check, target: usual.target, at: usual.at, took: usual.took, expires: usual.expires,
        verdict: Verdict(summary: "it is broken", findings: findings), seen: usual.seen)
      try await place.register.record(observation)
      let entry = try #require(try await place.entries("check.observed").first)
      guard case .array(let named) = entry.facts["findings"] else {
        Issue.record("the entry names no findings")
        return
      }
      #expect(named.count == 100 && named.first?["severity"] == "critical")
      #expect(entry.facts["findingsOmitted"] == omitted.map { .integer($0) })
    }
  }

  @Test(arguments: Backend.allCases) func `records nothing where the transaction fails`(on backend: Backend)
    async throws
  {
    try await TestRegister.with(backend) { place in
      let observation = Observation.sample(.satisfied)
      try await place.register.record(observation)
      // The same identity a second time breaks a rule of the table after the entry was appended.
      await #expect(throws: StorageError.self) { try await place.register.record(observation) }
      let long = Observation.sample(.satisfied, at: String(repeating: "x", count: 3_000))
      await #expect(throws: ObligationsError.self) { try await place.register.record(long) }
      let entries = try await place.entries("check.observed")
      #expect(entries.count == 1)
      let list = try await place.register.observations(of: "sample.look", at: "https://shop.example")
      #expect(list.count == 1)
    }
  }

  @Test(arguments: Backend.allCases) func `keeps how duties and requirements stood, with the entry of each change`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend) { place in
      #expect(try await place.standing("D01") == .unproven)
      try await place.register.record(.sample(.satisfied))
      place.advance(by: .seconds(60))
      try await place.register.record(.sample(.notSatisfied, seenAt: place.clock.surroundings.now()))
      place.advance(by: Self.day)
      let stale = try await place.register.reviewStandings()
      #expect(stale.map(\.subject) == ["duty:D01", "requirement:sample.1"])
      let again = try await place.register.reviewStandings()
      #expect(again.isEmpty)
      let history = try await place.register.changes(of: "duty:D01")
      #expect(history.map(\.became) == [.unproven, .notMet, .met])
      #expect(history.map(\.was) == [.notMet, .met, .unproven])
      #expect(history[1].reason == "https://shop.example: it is broken")
      let since = try await place.register.changes(since: history[1].at)
      #expect(since.map(\.subject) == ["requirement:sample.1", "duty:D01"])
      let entries = try await place.entries("standing.changed")
      for change in history { #expect(entries.contains { $0.id == change.entry }) }
      // Requirement sample.1 leans on a second control and was unproven until something spoke against it.
      #expect(try await place.register.changes(of: "requirement:sample.1").map(\.became) == [.unproven, .notMet])
    }
  }

  @Test(arguments: Backend.allCases) func `alerts once when a check keeps failing to look, and when it recovers`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend) { place in
      func record(_ outcome: Outcome) async throws -> EvidenceBook.Look? {
        place.advance(by: .seconds(60))
        try await place.register.record(.sample(outcome, seenAt: place.clock.surroundings.now()))
        return try await place.register.book().book.looks["sample.look"]?["https://shop.example"]
      }
      _ = try await record(.couldNotCheck)
      let second = try await record(.couldNotCheck)
      #expect(second?.failures == 2 && second?.alerted == nil)
      let third = try await record(.couldNotCheck)
      #expect(third?.failures == 3 && third?.alerted == third?.at)
      let fifth = try await {
        _ = try await record(.couldNotCheck); return try await record(.couldNotCheck)
      }()
      #expect(fifth?.failures == 5 && fifth?.alerted == third?.at)
      let recovered = try await record(.notSatisfied)
      #expect(recovered?.failures == 0 && recovered?.alerted == nil)
      let failing = try await place.entries("check.failing")
      #expect(failing.count == 1 && failing.first?.facts["failures"] == 3)
      #expect(try await place.entries("check.recovered").count == 1)
    }
  }

  @Test func `raises no alert where it looked and what it saw leaves the matter open`() async throws {
    try await TestRegister.with(.sqlite) { place in
      for _ in 0..<4 {
        place.advance(by: .seconds(60))
        let blind = Observation.sample(.couldNotCheck, seenAt: place.clock.surroundings.now())
        try await place.register.record(
          Observation(
            id: blind.id, check: blind.check, target: blind.target, at: blind.at, took: blind.took,
            expires: blind.expires, verdict: blind.verdict, seen: Array("{}".utf8)))
      }
      let look = try await place.register.book().book.looks["sample.look"]?["https://shop.example"]
      #expect(look?.failures == 0 && look?.alerted == nil && look?.verdict.outcome == .couldNotCheck)
      #expect(try await place.entries("check.failing").isEmpty)
    }
  }

  @Test(arguments: Backend.allCases) func `lets no statement from before a weakness stand in once it cannot look again`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend, checks: [SampleCheck(code: "sample.other")]) { place in
      func attest() async throws {
        place.advance(by: .seconds(60))
        let draft = Attestation.Draft(
          control: "either", statement: "It is so.",
          expires: place.clock.surroundings.now().advanced(by: Self.day * 30), documentName: "a.txt", document: [1])
        try await place.register.attest(draft, by: .operator)
      }
      func look(_ outcome: Outcome) async throws {
        place.advance(by: .seconds(60))
        try await place.register.record(
          .sample(outcome, of: "sample.other", seenAt: place.clock.surroundings.now()))
      }
      func standing() async throws -> Standing {
        let (book, _) = try await place.register.book()
        return book.status(of: try #require(book.catalogue.control("either"))).standing
      }
      try await attest()
      try await look(.couldNotCheck)
      #expect(try await standing() == .met)
      try await look(.notSatisfied)
      #expect(try await standing() == .notMet)
      try await look(.couldNotCheck)
      try await look(.couldNotCheck)
      #expect(try await standing() == .unproven)
      try await attest()
      #expect(try await standing() == .met)
    }
  }

  @Test(arguments: Backend.allCases) func `does not let an observation that was long in coming displace a newer one`(
    on backend: Backend
  ) async throws {
    try await TestRegister.with(backend) { place in
      try await place.register.record(.sample(.notSatisfied))
      try await place.register.record(.sample(.satisfied, seenAt: Sample.start.advanced(by: .seconds(-5))))
      #expect(try await place.standing("D01") == .notMet)
      #expect(try await place.entries("check.observed").count == 2)
    }
  }

  @Test(arguments: Backend.allCases) func `tells every listener of what is recorded`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      var told = place.ledger.database.notifications(on: .observations).makeAsyncIterator()
      // On PostgreSQL listening begins a moment later; until then nothing is told, so it is said again.
      let speaking = Task {
        while !Task.isCancelled {
          try await place.register.record(.sample(.satisfied))
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      defer { speaking.cancel() }
      var payload = await told.next()
      while payload == "" { payload = await told.next() }
      #expect(payload == "sample.look https://shop.example")
    }
  }

  @Test(arguments: Backend.allCases) func `survives many recording at once`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      let nodes = [place.register, place.otherNode()]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<24 {
          group.addTask {
            try await nodes[number % 2].record(
              .sample(number % 3 == 0 ? .notSatisfied : .satisfied, at: "https://\(number % 6).example"))
          }
        }
        try await group.waitForAll()
      }
      #expect(try await place.entries("check.observed").count == 24)
      let book = try await place.register.book().book
      #expect(book.looks["sample.look"]?.count == 6)
    }
  }

  // MARK: Decisions

  @Test(arguments: Backend.allCases) func `follows a change of the profile`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      try await place.register.record(.sample(.satisfied))
      #expect(try await place.standing("D01") == .met)
      // A second storefront, at which nobody has looked, and a fact that makes another requirement apply.
      let changed =
        Sample.profile.replacing("marketplace: false", with: "marketplace: true") + "\n  - url: https://b.example"
      try await place.register.setProfile(changed, by: try Entry.Author("member:2"))
      #expect(try await place.standing("D01") == .unproven)
      let (profile, yaml) = try #require(try await place.register.profile())
      #expect(yaml == changed && profile.isMarketplace == true)
      #expect(try await place.register.schedule().map(\.target) == ["https://b.example", "https://shop.example"])
      try await place.register.setProfile(changed, by: .operator)
      let entries = try await place.entries("profile.changed")
      #expect(entries.map(\.author.name) == ["operator", "member:2"])
      // What is refused changes nothing.
      await #expect(throws: ObligationsError.self) { try await place.register.setProfile("platform:", by: .operator) }
      let kept = try await place.register.profile()
      #expect(kept?.yaml == changed)
      try await place.register.setProfile(Sample.profile, by: .operator)
      #expect(try await place.standing("D01") == .met)
    }
  }

  @Test(arguments: Backend.allCases) func `works before there is a profile`(on backend: Backend) async throws {
    try await TestRegister.with(backend, profile: nil) { place in
      let book = try await place.register.book()
      #expect(
        book.profile == nil
          && place.register.catalogue.duties.allSatisfy { book.book.status(of: $0).standing == .unproven })
      try await place.register.planChecks()
      #expect(try await place.register.schedule().isEmpty)
      try await place.register.record(.sample(.satisfied))
      #expect(try await place.standing("D01") == .unproven)
    }
  }

  @Test(arguments: Backend.allCases) func `takes and withdraws statements`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      let draft = Attestation.Draft(
        control: "yearly", statement: "The review took place.", expires: Sample.start.advanced(by: Self.day * 300),
        documentName: "minutes.pdf", document: [1, 2, 3])
      let attestation = try await place.register.attest(draft, by: try Entry.Author("member:9"))
      #expect(try await place.standing("D02") == .met)
      let document = try #require(try await place.register.document(of: attestation.id))
      #expect(document.name == "minutes.pdf" && document.bytes == [1, 2, 3])
      let listed = try await place.register.attestations()
      #expect(listed.map(\.id) == [attestation.id] && listed[0].document == attestation.document)
      try await place.register.withdraw(attestation.id, by: .operator)
      #expect(try await place.standing("D02") == .unproven)
      await #expect(throws: ObligationsError.self) { try await place.register.withdraw(attestation.id, by: .operator) }
      #expect(try await place.entries("control.attested").first?.author.name == "member:9")
      #expect(try await place.entries("attestation.withdrawn").count == 1)
    }
  }

  @Test func `refuses statements that are no evidence`() async throws {
    try await TestRegister.with(.sqlite) { place in
      let good = Attestation.Draft(
        control: "yearly", statement: "So it is.", expires: Sample.start.advanced(by: Self.day * 300),
        documentName: "a.pdf", document: [1])
      let changes: [(inout Attestation.Draft) -> Void] = [
        { $0.control = "watched" }, { $0.control = "awaited" }, { $0.control = "nothing" }, { $0.statement = "" },
        { $0.statement = String(repeating: "a", count: 4_001) }, { $0.document = [] }, { $0.documentName = "" },
        { $0.expires = Sample.start }, { $0.expires = Sample.start.advanced(by: Self.day * 366) },
        { $0.document = Array(repeating: 0, count: Attestation.largestDocument + 1) },
      ]
      for change in changes {
        var draft = good
        change(&draft)
        await #expect(throws: ObligationsError.self) { try await place.register.attest(draft, by: .operator) }
      }
      let taken = try await place.register.attestations()
      let entries = try await place.entries("control.attested")
      #expect(taken.isEmpty && entries.isEmpty)
    }
  }

  @Test(arguments: Backend.allCases) func `grants and ends exceptions`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      try await place.register.record(.sample(.notSatisfied, validity: Self.day * 90))
      let end = Sample.start.advanced(by: Self.day * 30)
      let exception = try await place.register.grant(
        .control("watched"), reason: "The part is ordered.", until: end, by: try Entry.Author("member:1"))
      #expect(try await place.standing("D01") == .excepted)
      #expect(try await place.register.exceptions().map(\.id) == [exception.id])
      try await place.register.end(exception.id, by: .operator)
      #expect(try await place.standing("D01") == .notMet)
      await #expect(throws: ObligationsError.self) { try await place.register.end(exception.id, by: .operator) }
      try await place.register.grant(.requirement("sample.2"), reason: "Not built.", until: end, by: .operator)
      for (subject, reason, until) in [
        (Obligations.Exception.Subject.control("nothing"), "a", end), (.requirement("nothing"), "a", end),
        (.control("watched"), "", end), (.control("watched"), "a", Sample.start),
        (.control("watched"), "a", Sample.start.advanced(by: Self.day * 366)),
      ] {
        await #expect(throws: ObligationsError.self) {
          try await place.register.grant(subject, reason: reason, until: until, by: .operator)
        }
      }
      // The reason may name people, so the ledger has only a commitment to it.
      let entry = try #require(try await place.entries("exception.granted").first)
      #expect(entry.facts["subject"] == "control:watched" && entry.facts["reason"] == nil)
      #expect(entry.commitments["reason"] != nil)
      #expect(try await place.entries("exception.ended").count == 1)
    }
  }

  // MARK: The catalogue

  @Test(arguments: Backend.allCases) func `journals what a new catalogue changes`(on backend: Backend) async throws {
    try await TestRegister.with(backend) { place in
      let same = try await place.register.adoptCatalogue()
      #expect(same?.isEmpty == true)
      let duties = Sample.duties.replacing("It will be looked at", with: "It will be watched")
      let framework = Sample.framework.replacing("id: sample.3", with: "id: sample.4")
      let node = ObligationRegister(
        in: place.ledger.database, journal: place.ledger.journal,
        catalogue: try Sample.catalogue(duties: duties, framework: framework), checks: place.register.checks,
        surroundings: place.clock.surroundings)
      let difference = try #require(try await node.adoptCatalogue())
      // A framework is changed when it has other requirements than before.
      #expect(difference.changed == ["control:awaited", "framework:sample"])
      #expect(difference.added == ["requirement:sample.4"] && difference.removed == ["requirement:sample.3"])
      let entries = try await place.entries("catalogue.changed")
      #expect(entries.map { $0.facts["how"] } == ["added", "removed", "changed"])
      #expect(entries.last?.facts["items"] == ["control:awaited", "framework:sample"])
      #expect(try await place.entries("catalogue.loaded").count == 2)
    }
  }

  /// The digests go by what is written, not by how it is laid out or how this program holds it.
  @Test func `sees no change where only the layout is another`() throws {
    let relaid = Sample.duties.replacing("kind: [hold]", with: "kind:\n      - hold")
      .replacing("title: It is in order\n", with: "title: >-\n              It is\n              in order\n")
    #expect(relaid != Sample.duties)
    #expect(try Sample.catalogue(duties: relaid).fingerprints == Sample.catalogue().fingerprints)
  }

  @Test func `takes the shipped catalogue whole`() async throws {
    try await TestRegister.with(.sqlite, catalogue: try .shipped()) { place in
      let loaded = try #require(try await place.entries("catalogue.loaded").first)
      #expect(loaded.facts["version"] == .string(place.register.catalogue.version))
      #expect(try await place.register.adoptCatalogue()?.isEmpty == true)
    }
  }
}
