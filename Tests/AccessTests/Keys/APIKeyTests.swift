import Journal
import Primitives
import Storage
import TestKit
import Testing

@testable import Access

@Suite struct `An API key` {
  @Test(arguments: Backend.allCases)
  func `opens what it was made for, until its day, and notes its use`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let access = test.access
      let (key, secret) = try await access.makeKey(label: "build", actions: [.read, .check], days: 30, by: .operator)
      let session = try #require(try await access.session(of: secret, from: TestAccess.device))
      #expect(session.member.actions == [.read, .check] && session.member.isMachine)
      #expect(try session.member.author().name == "key:build")
      #expect(try await access.keys().first?.lastUsed == test.clock.now)
      test.clock.advance(by: .seconds(30 * 86_400))
      #expect(try await access.session(of: secret, from: TestAccess.device) == nil)
      #expect(key.expires == test.clock.now)
      #expect(try await test.entries("key.made").count == 1)
    }
  }

  @Test func `is never given what asks for a fresh factor, nothing, or for ever`() async throws {
    try await TestAccess.with { test async throws in
      for actions in [[], [.manageMembers], [.read, .attest], [.manageKeys], [.manageOwn], [.useShop]] as [Set<Action>]
      {
        await #expect(throws: AccessError.self) {
          try await test.access.makeKey(label: "build", actions: actions, by: .operator)
        }
      }
      for days in [0, -1, 366] {
        await #expect(throws: AccessError.self) {
          try await test.access.makeKey(label: "build", actions: [.read], days: days, by: .operator)
        }
      }
      #expect(try await test.access.keys().isEmpty)
    }
  }

  @Test(arguments: Backend.allCases)
  func `that was revoked is let pass for less than a second, and only where it was in use`(_ backend: Backend)
    async throws
  {
    try await TestAccess.with(backend) { test in
      let (key, secret) = try await test.access.makeKey(label: "build", actions: [.read], by: .operator)
      let (other, third) = (try test.restarted(), try test.restarted())
      #expect(try await test.access.session(of: secret, from: TestAccess.device) != nil)
      #expect(try await other.session(of: secret, from: TestAccess.device) != nil)
      try await test.access.revokeKey(key.id, by: .operator)
      #expect(try await test.access.session(of: secret, from: TestAccess.device) == nil)
      #expect(try await third.session(of: secret, from: TestAccess.device) == nil)
      test.clock.advance(by: .milliseconds(799))
      #expect(try await other.session(of: secret, from: TestAccess.device) != nil)
      test.clock.advance(by: .milliseconds(1))
      #expect(try await other.session(of: secret, from: TestAccess.device) == nil)
      // A clock that is put back makes nothing young again.
      test.clock.advance(by: .milliseconds(-600))
      #expect(try await other.session(of: secret, from: TestAccess.device) == nil)
    }
  }

  @Test func `is rotated with an overlap, and revoked at once`() async throws {
    try await TestAccess.with { test in
      let access = test.access
      let old = try await access.makeKey(label: "build", actions: [.read], by: .operator)
      await #expect(throws: AccessError.nameTaken("build")) {
        try await access.makeKey(label: "build", actions: [.read], by: .operator)
      }
      let new = try await access.rotateKey(old.key.id, by: .operator)
      #expect(new.key.actions == [.read] && new.key.expires == old.key.expires)
      test.clock.advance(by: .seconds(24 * 3_600 - 1))
      #expect(try await access.session(of: old.secret, from: TestAccess.device) != nil)
      test.clock.advance(by: .seconds(1))
      #expect(try await access.session(of: old.secret, from: TestAccess.device) == nil)
      #expect(try await access.session(of: new.secret, from: TestAccess.device) != nil)
      try await access.revokeKey(new.key.id, by: .operator)
      #expect(try await test.restarted().session(of: new.secret, from: TestAccess.device) == nil)
      await #expect(throws: AccessError.self) { try await access.rotateKey(new.key.id, by: .operator) }
    }
  }

  @Test func `is told from a mistyped one without a query, and is not stored`() async throws {
    try await TestAccess.with { test in
      let (_, secret) = try await test.access.makeKey(label: "build", actions: [.read], by: .operator)
      #expect(secret.text.hasPrefix("surety_") && secret.text.count == 54)
      #expect(APIKeySecret(secret.text) == secret)
      for index in secret.text.indices {
        var changed = secret.text
        changed.replaceSubrange(index...index, with: changed[index] == "A" ? "B" : "A")
        #expect(APIKeySecret(changed) == nil, "\(index)")
      }
      #expect(APIKeySecret("") == nil && APIKeySecret(secret.text + "A") == nil)
      let stored = try await test.ledger.database.read { transaction in
        try transaction.query("SELECT digest FROM access_key") { try $0.blob(0) }
      }
      #expect(!stored.contains { Base64.encodeURL($0) == secret.text.dropFirst(7).prefix(43) })
    }
  }

  @Test(arguments: Backend.allCases)
  func `that may be in wrong hands is replaced without an overlap, once`(_ backend: Backend) async throws {
    try await TestAccess.with(backend) { test in
      let access = test.access
      let old = try await access.makeKey(label: "build", actions: [.read], by: .operator)
      for hours in [-1, 169] {
        await #expect(throws: AccessError.self) {
          try await access.rotateKey(old.key.id, overlap: hours, by: .operator)
        }
      }
      let new = try await access.rotateKey(old.key.id, by: .operator)
      // It is good for another day, but has its successor.
      await #expect(throws: AccessError.self) { try await access.rotateKey(old.key.id, by: .operator) }
      _ = try await access.rotateKey(new.key.id, overlap: 0, by: .operator)
      #expect(try await access.session(of: new.secret, from: TestAccess.device) == nil)
      #expect(try await access.session(of: old.secret, from: TestAccess.device) != nil)
      #expect(try await test.entries("key.rotated").count == 2)
    }
  }

  @Test func `is never fresh, not even on its first day`() async throws {
    try await TestAccess.with { test in
      let (_, secret) = try await test.access.makeKey(label: "build", actions: [.read], by: .operator)
      let session = try #require(try await test.access.session(of: secret, from: TestAccess.device))
      func decide(_ demand: Resource.Demand) -> AccessDecision {
        RoleAuthorizer(test.access.roles).decide(
          AccessRequest(
            principal: Principal(session.member), action: .read,
            resource: Resource(kind: "x", name: "y", demand: demand),
            context: AccessContext(session, at: test.clock.now, from: TestAccess.device.address)))
      }
      #expect(decide(Resource.Demand()).isPermitted)
      #expect(!decide(Resource.Demand(fresh: .seconds(60))).isPermitted)
      #expect(!decide(Resource.Demand(strength: .phishingResistant)).isPermitted)
    }
  }

  @Test func `does no more than the role of whoever made or rotated it`() async throws {
    try await TestAccess.with { test in
      let engineer = try #require(test.access.roles["engineer"]).actions
      await #expect(throws: AccessError.self) {
        try await test.access.makeKey(label: "spy", actions: [.read, .readMembers], within: engineer, by: .operator)
      }
      _ = try await test.access.makeKey(label: "build", actions: [.read], within: engineer, by: .operator)
      let owners = try await test.access.makeKey(label: "owners", actions: [.readMembers], by: .operator)
      await #expect(throws: AccessError.self) {
        try await test.access.rotateKey(owners.key.id, within: engineer, by: .operator)
      }
      #expect(try await test.access.keys().count == 2)
    }
  }
}
