import Primitives
import TestKit
import Testing

@testable import Obligations

@Suite struct `How something stands` {
  static let shop = "https://shop.example"
  static let day: Duration = .seconds(86_400)

  let catalogue: Catalogue

  init() throws { catalogue = try Sample.catalogue() }

  func book(
    _ looks: [Observation] = [], at now: Instant = Sample.start, targets: [Code<CheckName>: [String]]? = nil,
    attestations: [Attestation] = [], exceptions: [Obligations.Exception] = [], owed: [Code<Control>: Instant] = [:]
  ) -> EvidenceBook {
    EvidenceBook(
      catalogue: catalogue, now: now, looks: looks.map(EvidenceBook.Look.init),
      targets: targets ?? ["sample.look": [Self.shop], "sample.other": [Self.shop], "sample.weekly": [Self.shop]],
      attestations: attestations, exceptions: exceptions, owed: owed)
  }

  func status(_ control: Code<Control>, in book: EvidenceBook) throws -> Status {
    book.status(of: try #require(catalogue.control(control)))
  }

  static func attestation(
    _ control: Code<Control>, signed: Instant = Sample.start, for duration: Duration = day * 180,
    withdrawn: Instant? = nil
  ) -> Attestation {
    Attestation(
      id: Identifier(at: signed, random: .random(in: 0...UInt64.max)), control: control, statement: "It is so.",
      author: "member:7", signed: signed, expires: signed.advanced(by: duration),
      document: Attestation.Document(name: "report.pdf", digest: "00", size: 1), withdrawn: withdrawn, entry: nil)
  }

  static func exception(
    _ subject: Obligations.Exception.Subject, granted: Instant = Sample.start, for duration: Duration = day * 30,
    ended: Instant? = nil
  ) -> Obligations.Exception {
    Exception(
      id: Identifier(at: granted, random: .random(in: 0...UInt64.max)), subject: subject,
      reason: "The part is ordered.",
      approver: "member:1", granted: granted, ends: granted.advanced(by: duration), ended: ended, entry: nil)
  }

  @Test func `is unproven where nobody has looked`() throws {
    let book = book()
    for duty in catalogue.duties {
      let status = book.status(of: duty)
      #expect(status.standing == .unproven, "\(duty.code)")
      #expect(!status.reasons.isEmpty)
    }
    #expect(try status("watched", in: book).reasons == ["sample.look has not looked at https://shop.example yet."])
    #expect(try status("awaited", in: book).reasons[0].contains("Will be proven by: A part that comes later."))
  }

  @Test func `is met only by fresh evidence of every target`() throws {
    let seen = Observation.sample(.satisfied)
    let targets: [Code<CheckName>: [String]] = ["sample.look": [Self.shop, "https://b.example"]]
    #expect(try status("watched", in: book([seen])).standing == .met)
    #expect(try status("watched", in: book([seen])).due == seen.expires)
    #expect(try status("watched", in: book([seen], targets: targets)).standing == .unproven)
    #expect(try status("watched", in: book([seen], targets: ["sample.look": []])).standing == .unproven)
    #expect(try status("watched", in: book([seen], targets: [:])).standing == .unproven)
    let other = Observation.sample(.notSatisfied, at: "https://b.example")
    #expect(try status("watched", in: book([seen, other], targets: targets)).standing == .notMet)
  }

  @Test func `is unproven from the moment its evidence is stale`() throws {
    let seen = Observation.sample(.satisfied)
    let justBefore = seen.expires.advanced(by: .microseconds(-1))
    #expect(try status("watched", in: book([seen], at: justBefore)).standing == .met)
    #expect(try status("watched", in: book([seen], at: seen.expires)).standing == .unproven)
    let broken = Observation.sample(.notSatisfied)
    #expect(try status("watched", in: book([broken], at: justBefore)).standing == .notMet)
    #expect(try status("watched", in: book([broken], at: broken.expires)).standing == .unproven)
  }

  @Test func `is unproven where the check could not look, even after it could`() throws {
    let earlier = Observation.sample(.satisfied, seenAt: Sample.start.advanced(by: .seconds(-60)))
    let status = try status("watched", in: book([earlier, .sample(.couldNotCheck)]))
    #expect(status.standing == .unproven)
    #expect(status.reasons == ["sample.look could not look at https://shop.example: it is dark"])
  }

  @Test func `takes a statement in place of a look, never against one`() throws {
    let attested = [Self.attestation("either")]
    let other: Code<CheckName> = "sample.other"
    #expect(try status("either", in: book(attestations: attested)).standing == .met)
    #expect(
      try status("either", in: book([.sample(.couldNotCheck, of: other)], attestations: attested)).standing == .met)
    #expect(
      try status("either", in: book([.sample(.notSatisfied, of: other)], attestations: attested)).standing == .notMet)
  }

  @Test func `takes no statement against a weakness that was seen after it and is merely old`() throws {
    let broken = Observation.sample(.notSatisfied, of: "sample.other")
    let later = broken.expires
    let before = Self.attestation("either", signed: Sample.start.advanced(by: .seconds(-60)))
    let after = Self.attestation("either", signed: Sample.start.advanced(by: .seconds(60)))
    #expect(try status("either", in: book([broken], at: later, attestations: [before])).standing == .unproven)
    #expect(try status("either", in: book([broken], at: later, attestations: [before, after])).standing == .met)
    #expect(try status("either", in: book([broken], attestations: [before])).standing == .notMet)
  }

  @Test func `takes a statement only where the control allows one`() throws {
    let attested = [Self.attestation("watched"), Self.attestation("awaited")]
    #expect(try status("watched", in: book(attestations: attested)).standing == .unproven)
    #expect(try status("awaited", in: book(attestations: attested)).standing == .unproven)
  }

  @Test func `takes no statement that ended, was withdrawn or is of the future`() throws {
    let end = Sample.start.advanced(by: Self.day * 180)
    let either = { (attestation: Attestation, now: Instant) in
      try self.status("either", in: self.book(at: now, attestations: [attestation])).standing
    }
    #expect(try either(Self.attestation("either"), end.advanced(by: .microseconds(-1))) == .met)
    #expect(try either(Self.attestation("either"), end) == .unproven)
    #expect(try either(Self.attestation("either", withdrawn: Sample.start), Sample.start) == .unproven)
    #expect(try either(Self.attestation("either", signed: end), Sample.start) == .unproven)
  }

  @Test func `keeps what was seen visible behind an exception`() throws {
    let broken = Observation.sample(.notSatisfied)
    let excepted = try status("watched", in: book([broken], exceptions: [Self.exception(.control("watched"))]))
    #expect(excepted.standing == .excepted && excepted.underlying == .notMet)
    #expect(excepted.reasons[0].contains("Accepted by member:1 until 2030-04-16: The part is ordered."))
    #expect(excepted.reasons[1].contains("it is broken"))
    let met = try status("watched", in: book([.sample(.satisfied)], exceptions: [Self.exception(.control("watched"))]))
    #expect(met.standing == .met && met.underlying == .met)
  }

  @Test func `is as it was when an exception ends`() throws {
    let exception = Self.exception(.control("awaited"))
    for (now, standing) in [
      (exception.ends.advanced(by: .microseconds(-1)), Standing.excepted), (exception.ends, .unproven),
      (exception.granted.advanced(by: .microseconds(-1)), .unproven),
    ] {
      #expect(try status("awaited", in: book(at: now, exceptions: [exception])).standing == standing)
    }
    let ended = Self.exception(.control("awaited"), ended: Sample.start)
    #expect(try status("awaited", in: book(exceptions: [ended])).standing == .unproven)
  }

  @Test func `of a requirement can be excepted without its controls`() throws {
    let requirement = try #require(catalogue.requirement("sample.2")?.1)
    let book = book(exceptions: [Self.exception(.requirement("sample.2"))])
    #expect(book.status(of: requirement).standing == .excepted)
    #expect(book.status(of: requirement).underlying == .unproven)
    #expect(try status("awaited", in: book).standing == .unproven)
  }

  @Test func `of what is owed each year is due before it is late`() throws {
    let signed = Sample.start
    let attested = [Self.attestation("yearly", signed: signed, for: Self.day * 365)]
    func standing(_ days: Int) throws -> Standing {
      try status("yearly", in: book(at: signed.advanced(by: Self.day * days), attestations: attested)).standing
    }
    #expect(try standing(0) == .met && standing(334) == .met)
    #expect(try standing(336) == .due && standing(364) == .due)
    #expect(try standing(365) == .notMet && standing(4_000) == .notMet)
    let late = try status("yearly", in: book(at: signed.advanced(by: Self.day * 366), attestations: attested))
    #expect(late.reasons == ["It was done: it was due on 2031-03-17, 12 months after 2030-03-17."])
    // A statement that ends before the year is over leaves the rest of it unproven, not late.
    let short = [Self.attestation("yearly", signed: signed, for: Self.day * 30)]
    #expect(
      try status("yearly", in: book(at: signed.advanced(by: Self.day * 40), attestations: short)).standing == .unproven)
  }

  @Test func `of what a check must see each week counts from the look`() throws {
    let weekly = { (outcome: Outcome, age: Duration) in
      Observation.sample(
        outcome, of: "sample.weekly", seenAt: Sample.start.advanced(by: .zero - age), validity: Self.day * 30)
    }
    #expect(try status("weekly", in: book([weekly(.satisfied, Self.day)])).standing == .met)
    #expect(try status("weekly", in: book([weekly(.satisfied, Self.day * 6)])).standing == .due)
    #expect(try status("weekly", in: book([weekly(.satisfied, Self.day * 8)])).standing == .notMet)
    #expect(try status("weekly", in: book([weekly(.notSatisfied, Self.day)])).standing == .notMet)
    let targets: [Code<CheckName>: [String]] = ["sample.weekly": [Self.shop, "https://b.example"]]
    let half = try status("weekly", in: book([weekly(.satisfied, Self.day)], targets: targets))
    #expect(half.standing == .unproven)
  }

  static let suppliers = """
    platform: a
    cards: {flow: iframe}
    suppliers:
      - {name: Pay, role: payments, contract: 2029-01-01, assessed: 2029-03-17}
      - {name: Host, role: hosting, assessed: 2029-03-18}
    """

  /// What a shop says of itself shows what there is to attest; it makes nothing green.
  @Test(arguments: [
    ("suppliers", suppliers, "The profile names Pay (payments), Host (hosting)."),
    ("supplier-contracts", suppliers, "The profile dates no contract with Host."),
    ("supplier-assessments", suppliers, "The profile dates no assessment in the last twelve months of Pay."),
    ("suppliers", "platform: a", "The profile names no supplier."),
    (
      "suppliers", "platform: a\ncards: {flow: redirect}",
      "The profile names no supplier, though a provider takes the cards."
    ),
  ])
  func `of what the profile tells is unproven until somebody attests it`(
    part: String, yaml: String, told: String
  ) throws {
    let duties = Sample.duties.replacing(
      "        attestation: 12 months\n        every",
      with: "        attestation: 12 months\n        profile: \(part)\n        every")
    let catalogue = try Sample.catalogue(duties: duties)
    let control = try #require(catalogue.control("yearly"))
    func status(_ attestations: [Attestation]) throws -> Status {
      EvidenceBook(
        catalogue: catalogue, now: Sample.start, looks: [], targets: [:], attestations: attestations,
        profile: try Profile(yaml: Array(yaml.utf8), file: "surety.yaml")
      ).status(of: control)
    }
    let unproven = try status([])
    #expect(unproven.standing == .unproven)
    #expect(unproven.reasons == [told, "It was done: nobody has attested it yet."])
    #expect(try status([Self.attestation("yearly")]).standing == .met)
  }

  /// Nobody has done it yet: the first time is owed as soon after the beginning as each other after the last.
  @Test func `of what was never done falls due once the first interval is over`() throws {
    let began = Sample.start
    let owed: [Code<Control>: Instant] = ["yearly": began, "weekly": began, "either": began, "awaited": began]
    func book(_ days: Int, _ attestations: [Attestation] = []) -> EvidenceBook {
      self.book(at: began.advanced(by: Self.day * days), attestations: attestations, owed: owed)
    }
    let deadlines = book(0).deadlines(until: began.advanced(by: Self.day * 400))
    // What must simply hold has no deadline, and nothing that looks at what is not built.
    #expect(deadlines.map(\.subject) == ["control:weekly", "control:yearly"])
    #expect(deadlines.map(\.due) == [began.advanced(by: Self.day * 7), began.advanced(by: Self.day * 365)])
    #expect(deadlines.allSatisfy { $0.anchor == began })
    for day in [0, 364] { #expect(try status("yearly", in: book(day)).standing == .unproven) }
    let late = try status("yearly", in: book(365))
    #expect(late.standing == .notMet)
    #expect(
      late.reasons == [
        "It was done: nothing on record shows it, and it was due on 2031-03-17, 12 months after 2030-03-17, when it began to "
          + "be owed."
      ])
    let done = Self.attestation("yearly", signed: began.advanced(by: Self.day * 100), for: Self.day * 365)
    #expect(try status("yearly", in: book(366, [done])).standing == .met)
    #expect(try status("awaited", in: book(4_000)).standing == .unproven)
    // What no obligation of this platform names has no first deadline.
    #expect(self.book().deadlines(until: began.advanced(by: Self.day * 400)).isEmpty)
  }

  @Test func `tells what falls due, the soonest first`() throws {
    let book = book(
      attestations: [Self.attestation("yearly", for: Self.day * 365), Self.attestation("either", for: Self.day * 10)],
      exceptions: [Self.exception(.control("awaited"), for: Self.day * 20)])
    let deadlines = book.deadlines(until: Sample.start.advanced(by: Self.day * 365))
    #expect(deadlines.map(\.subject) == ["control:either", "control:awaited", "control:yearly", "control:yearly"])
    #expect(deadlines.map(\.rule).contains(.every(.months(12))))
    #expect(deadlines[0].isMissed(at: deadlines[0].due) && !deadlines[0].isMissed(at: Sample.start))
    #expect(book.deadlines(until: Sample.start.advanced(by: Self.day * 15)).map(\.subject) == ["control:either"])
  }

  @Test func `tells which law begins, where it may reach the platform`() throws {
    let text = Sample.framework
      .replacing("    controls: [awaited]\n", with: "    controls: [awaited]\n    effective: \"2030-06-01\"\n")
      .replacing("    when: {marketplace: true}", with: "    effective: \"2030-07-01\"\n    when: {marketplace: true}")
    let book = EvidenceBook(
      catalogue: try Sample.catalogue(framework: text), now: Sample.start, looks: [], targets: [:])
    let end = Sample.start.advanced(by: Self.day * 365)
    #expect(book.deadlines(until: end).map(\.subject) == ["requirement:sample.2", "requirement:sample.3"])
    let profile = try Profile(yaml: Array(Sample.profile.utf8), file: "surety.yaml")
    #expect(book.deadlines(until: end, for: profile).map(\.subject) == ["requirement:sample.2"])
  }

  /// Months keep the day, and where there is none the last of the month.
  @Test(arguments: [
    ("2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00.000000Z"),
    ("2028-01-31T00:00:00Z", 1, "2028-02-29T00:00:00.000000Z"),
    ("2026-08-31T23:59:59Z", 6, "2027-02-28T23:59:59.000000Z"),
    ("2026-11-24T12:00:00Z", 12, "2027-11-24T12:00:00.000000Z"),
  ])
  func `counts months as people do`(from: String, months: Int64, to: String) throws {
    #expect(Period.months(months).after(try #require(Instant(rfc3339: from))).rfc3339 == to)
  }

  @Test func `and a verdict follow from what was seen and what was not`() {
    let note = Finding("n", .note, seen: "a", at: "b")
    let hole = Finding("h", .low, seen: "a", at: "b")
    #expect(Verdict(summary: "", findings: []).outcome == .satisfied)
    #expect(Verdict(summary: "", findings: [note]).outcome == .satisfied)
    #expect(Verdict(summary: "", findings: [note], unseen: ["x"]).outcome == .couldNotCheck)
    #expect(Verdict(summary: "", findings: [hole], unseen: ["x"]).outcome == .notSatisfied)
    #expect(Verdict.couldNotCheck("x").outcome == .couldNotCheck)
    let worst = Finding("z", .critical, seen: "a", at: "b")
    #expect(Verdict(summary: "", findings: [hole, worst, note]).findings == [worst, hole, note])
  }
}
