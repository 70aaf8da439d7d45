import Primitives
import TestKit
import Testing

@testable import Obligations

/// The rules of the house, on books of evidence made at random over the shipped catalogue.
@Suite struct `Whatever the evidence` {
  static let day: Duration = .seconds(86_400)

  struct Evidence {
    let book: EvidenceBook
    let catalogue: Catalogue

    /// Everything is made at random: which checks there are, what they saw and when, who attested and excepted what.
    init(of catalogue: Catalogue, using random: inout SeededGenerator) {
      let now = Sample.start
      func moment() -> Instant {
        now.advanced(by: .seconds(Int64.random(in: -500 * 86_400...5 * 86_400, using: &random)))
      }
      var targets: [Code<CheckName>: [String]] = [:]
      var looks: [EvidenceBook.Look] = []
      for check in Set(catalogue.duties.flatMap(\.controls).flatMap(\.checks)).sorted() {
        guard Int.random(in: 0..<8, using: &random) > 0 else { continue }
        targets[check] = (0..<Int.random(in: 0...3, using: &random)).map { "https://\($0).example" }
        for target in targets[check, default: []] where Int.random(in: 0..<5, using: &random) > 0 {
          let outcome =
            [Outcome.satisfied, .satisfied, .satisfied, .notSatisfied, .couldNotCheck]
            .randomElement(using: &random) ?? .couldNotCheck
          let age = Duration.seconds(Int64.random(in: 0...6, using: &random))
          looks.append(
            EvidenceBook.Look(
              .sample(
                outcome, of: check, at: target, seenAt: now.advanced(by: .zero - age),
                validity: .seconds(Int64.random(in: 1...30, using: &random)), random: random.next())))
        }
      }
      var attestations: [Attestation] = []
      var exceptions: [Obligations.Exception] = []
      for control in catalogue.duties.flatMap(\.controls) {
        if Int.random(in: 0..<3, using: &random) > 0 {
          let signed = moment()
          attestations.append(
            `How something stands`.attestation(
              control.code, signed: signed, for: .seconds(Int64.random(in: 1...700 * 86_400, using: &random)),
              withdrawn: Int.random(in: 0..<6, using: &random) == 0 ? now : nil))
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
          exceptions.append(`How something stands`.exception(.control(control.code), granted: moment()))
        }
      }
      for requirement in catalogue.frameworks.flatMap(\.requirements) where Int.random(in: 0..<9, using: &random) == 0 {
        exceptions.append(`How something stands`.exception(.requirement(requirement.code), granted: moment()))
      }
      book = EvidenceBook(
        catalogue: catalogue, now: now, looks: looks, targets: targets, attestations: attestations,
        exceptions: exceptions)
      self.catalogue = catalogue
    }

    /// Said a second time and in other words: whether fresh evidence shows the control, and nothing speaks against it.
    func isShown(_ control: Control) -> Bool {
      let now = book.now
      let fresh = book.attestations[control.code, default: []].filter {
        $0.withdrawn == nil && $0.signed <= now && now < $0.expires
      }
      let signed = control.attestation == nil ? nil : fresh.map(\.signed).max()
      var attested = signed != nil
      var (isLookedAt, isContradicted) = (!control.checks.isEmpty, false)
      for check in control.checks {
        let targets = book.targets[check] ?? []
        if targets.isEmpty { isLookedAt = false }
        for target in targets {
          let look = book.looks[check]?[target]
          let isFresh = look.map { now < $0.expires } ?? false
          if !isFresh || look?.verdict.outcome != .satisfied { isLookedAt = false }
          guard let look, look.verdict.outcome == .notSatisfied else { continue }
          if isFresh { isContradicted = true }
          // Whoever signed before it was seen knew nothing of it.
          if let signed, signed <= look.at { attested = false }
        }
      }
      return !isContradicted && (isLookedAt || attested)
    }
  }

  @Test func `nothing is met without fresh evidence, and no exception hides what was seen`() throws {
    var random = SeededGenerator(for: "random books of evidence")
    let catalogue = try Catalogue.shipped()
    var met = 0
    for _ in 0..<150 {
      let evidence = Evidence(of: catalogue, using: &random)
      let book = evidence.book
      for control in catalogue.duties.flatMap(\.controls) {
        let status = book.status(of: control)
        #expect(!status.reasons.isEmpty)
        if status.standing <= .due, status.standing != .excepted {
          #expect(evidence.isShown(control), "\(control.code)")
        }
        if status.standing == .met {
          met += 1
          #expect(status.underlying == .met, "\(control.code)")
        }
        if status.standing == .excepted {
          #expect(status.underlying >= .unproven && status.due.map { book.now < $0 } == true, "\(control.code)")
        } else {
          #expect(status.standing == status.underlying, "\(control.code)")
        }
      }
      for duty in catalogue.duties {
        let standing = book.status(of: duty).standing
        #expect(standing == duty.controls.map { book.status(of: $0).standing }.max())
        if standing == .met { #expect(duty.controls.allSatisfy { evidence.isShown($0) }, "\(duty.code)") }
      }
      for requirement in catalogue.frameworks.flatMap(\.requirements) {
        let status = book.status(of: requirement)
        let controls = requirement.controls.compactMap { catalogue.control($0) }
        #expect(controls.count == requirement.controls.count)
        if status.standing == .met { #expect(controls.allSatisfy { evidence.isShown($0) }, "\(requirement.code)") }
        if controls.contains(where: { book.status(of: $0).underlying == .notMet }) {
          #expect(status.underlying == .notMet, "\(requirement.code)")
        }
      }
    }
    #expect(met > 100, "the books were not worth testing: \(met) controls were met in all")
  }

  /// Time alone makes nothing better: what is not met stays so or becomes unproven, and nothing becomes met.
  @Test func `waiting proves nothing`() throws {
    var random = SeededGenerator(for: "books of evidence that grow old")
    let catalogue = try Catalogue.shipped()
    for _ in 0..<40 {
      let book = Evidence(of: catalogue, using: &random).book
      let later = EvidenceBook(
        catalogue: catalogue, now: book.now.advanced(by: Self.day * Int64.random(in: 6...900, using: &random)),
        looks: book.looks.values.flatMap(\.values), targets: book.targets,
        attestations: book.attestations.values.flatMap { $0 }.filter { $0.signed <= book.now },
        exceptions: [])
      let unexcepted = EvidenceBook(
        catalogue: catalogue, now: book.now, looks: book.looks.values.flatMap(\.values), targets: book.targets,
        attestations: book.attestations.values.flatMap { $0 })
      for duty in catalogue.duties where unexcepted.status(of: duty).standing == .unproven {
        #expect(later.status(of: duty).standing >= .unproven, "\(duty.code)")
      }
      for control in catalogue.duties.flatMap(\.controls) where later.status(of: control).standing == .met {
        #expect(unexcepted.status(of: control).standing <= .due, "\(control.code)")
      }
    }
  }
}
