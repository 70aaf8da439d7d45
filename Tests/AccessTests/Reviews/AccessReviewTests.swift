import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `A review of access` {
  /// The installation with an owner, and answers that keep everybody and every key.
  private static func with(
    _ backend: Backend = .sqlite, _ body: (TestAccess, AccessReview.Answers) async throws -> Void
  ) async throws {
    try await TestAccess.with(backend) { test in
      _ = try await test.access.enrol(name: "ada", password: TestAccess.password)
      _ = try await test.access.enrol(name: "sam", password: TestAccess.password, role: "engineer")
      _ = try await test.access.makeKey(label: "build", actions: [.read], by: .operator)
      _ = try await test.access.makeKey(label: "report", actions: [.read], by: .operator)
      try await body(test, try await answers(test.access))
    }
  }

  private static func answers(_ access: Access) async throws -> AccessReview.Answers {
    var answers = AccessReview.Answers()
    let review = try await access.reviewed()
    for row in review.members { answers.members[row.member.id] = (row.member.role.id, .keep) }
    for row in review.keys { answers.keys[row.key.id] = .keep }
    return answers
  }

  @Test(arguments: Backend.allCases)
  func `ends members and keys together, and says so in one list`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, answers in
      var answers = answers
      let review = try await test.access.reviewed()
      let sam = try #require(review.members.first { $0.member.name == "sam" }).member
      let build = try #require(review.keys.first { $0.key.label == "build" }).key
      #expect(review.keys.map(\.key.label) == ["build", "report"] && review.keys.allSatisfy(\.makerHasAccess))
      answers.members[sam.id]?.answer = .remove
      answers.keys[build.id] = .remove
      let report = try await test.access.review(answers, by: .operator)
      #expect(report.members == (1, 1) && report.keys == (1, 1))
      #expect(try await test.access.reviewed().members.map(\.member.name) == ["ada"])
      #expect(try await test.access.reviewed().keys.map(\.key.label) == ["report"])
      let text = String(decoding: report.document, as: UTF8.self)
      let ends = build.expires.rfc3339
      #expect(text.contains("\nsam  engineer  never  remove\n"))
      #expect(text.contains("\nbuild  operator  register.read  never  \(ends)  remove\n"))
      #expect(text.contains("\nreport  operator  register.read  never  \(ends)  keep\n"))
      #expect(try await test.entries("key.revoked").count == 1)
      let facts = try #require(try await test.entries("access.reviewed").first).facts
      #expect(facts["keys-kept"] == 1 && facts["keys-revoked"] == 1 && facts["kept"] == 1 && facts["removed"] == 1)
    }
  }

  @Test(arguments: Backend.allCases)
  func `does nothing where a key was made, rotated or revoked meanwhile`(_ backend: Backend) async throws {
    try await Self.with(backend) { test, answers in
      let access = test.access
      let (first, member) = (
        try #require(answers.keys.keys.first),
        try #require(try await access.reviewed().members.first { $0.member.name == "sam" }).member
      )
      func expectOutdated(_ answers: AccessReview.Answers) async throws {
        var answers = answers
        answers.members[member.id]?.answer = .remove
        await #expect(throws: AccessError.reviewOutdated) { try await access.review(answers, by: .operator) }
        #expect(try await access.reviewed().members.count == 2)
      }
      _ = try await access.makeKey(label: "new", actions: [.read], by: .operator)
      try await expectOutdated(answers)
      let fresh = try await Self.answers(access)
      _ = try await access.rotateKey(first, overlap: 0, by: .operator)
      try await expectOutdated(fresh)
      let fresher = try await Self.answers(access)
      try await access.revokeKey(try #require(fresher.keys.keys.first), by: .operator)
      try await expectOutdated(fresher)
      _ = try await access.review(try await Self.answers(access), by: .operator)
    }
  }

  @Test func `revokes no key where nobody would be left to manage members`() async throws {
    try await Self.with { test, answers async throws in
      var answers = answers
      for id in answers.members.keys { answers.members[id]?.answer = .remove }
      for id in answers.keys.keys { answers.keys[id] = .remove }
      await #expect(throws: AccessError.lastOwner) { try await test.access.review(answers, by: .operator) }
      #expect(try await test.access.reviewed().keys.count == 2)
    }
  }

  @Test func `says of a key whose maker has no access any more`() async throws {
    try await Self.with { test, _ in
      let sam = try #require(try await test.access.members().first { $0.member.name == "sam" }).member
      _ = try await test.access.makeKey(label: "sams", actions: [.read], by: try sam.author())
      #expect(try await test.access.reviewed().keys.allSatisfy(\.makerHasAccess))
      try await test.access.deactivate(sam.id, by: .operator)
      #expect(try await test.access.reviewed().keys.filter { !$0.makerHasAccess }.map(\.key.label) == ["sams"])
      // A key that has ended is not asked for.
      test.clock.advance(by: .seconds(90 * 86_400))
      #expect(try await test.access.reviewed().keys.isEmpty)
    }
  }
}
