import Primitives
import Testing

@testable import Access

@Suite struct `A decision` {
  private static let now = Instant(seconds: 1_800_000_000)

  private static func request(
    _ action: Action, role: String = "owner", strength: Strength = .twoFactor, age: Int64 = 0,
    risk: AccessContext.Risk = .usual, demand: Resource.Demand = Resource.Demand()
  ) throws -> AccessRequest {
    let role = try #require(try RoleTable.shipped()[role])
    return AccessRequest(
      principal: Principal(name: "member:ada", role: role.id, actions: role.actions), action: action,
      resource: Resource(kind: "console", name: "/", demand: demand),
      context: AccessContext(
        now: now, strength: strength, proven: now.advanced(by: .seconds(-age)), address: "198.51.100.7", risk: risk))
  }

  private static func decide(_ request: AccessRequest) throws -> AccessDecision {
    RoleAuthorizer(try RoleTable.shipped()).decide(request)
  }

  @Test func `permits what the role includes, and nothing else`() throws {
    for role in try RoleTable.shipped().roles {
      for action in Action.allCases {
        let decision = try Self.decide(Self.request(action, role: role.id))
        #expect(decision == (role.actions.contains(action) ? .permit : .deny([.action(action)])))
        #expect(!decision.asksForProof)
      }
    }
  }

  @Test func `asks for a fresh factor where the action or the resource does`() throws {
    #expect(try Self.decide(Self.request(.manageMembers, age: 600)) == .permit)
    let old = try Self.decide(Self.request(.manageMembers, age: 601))
    #expect(old == .deny([.age(limit: .seconds(600))]))
    #expect(old.asksForProof)
    #expect(try Self.decide(Self.request(.read, age: 80_000)) == .permit)
    let demand = Resource.Demand(fresh: .seconds(60))
    #expect(try Self.decide(Self.request(.read, age: 61, demand: demand)) == .deny([.age(limit: .seconds(60))]))
    #expect(
      try Self.decide(Self.request(.manageMembers, age: 61, demand: demand)) == .deny([.age(limit: .seconds(60))]))
  }

  @Test func `asks for a stronger factor where the resource does`() throws {
    let demand = Resource.Demand(strength: .phishingResistant)
    let weak = try Self.decide(Self.request(.useShop, demand: demand))
    #expect(weak == .deny([.strength(has: .twoFactor, needs: .phishingResistant)]))
    #expect(weak.asksForProof)
    #expect(try Self.decide(Self.request(.useShop, strength: .hardwareBound, demand: demand)) == .permit)
  }

  @Test func `says every reason, and asks for no proof that would not help`() throws {
    let demand = Resource.Demand(roles: ["support"], strength: .hardwareBound, fresh: .seconds(60))
    let decision = try Self.decide(Self.request(.configure, role: "auditor", age: 90, demand: demand))
    guard case .deny(let denials) = decision else { return #expect(Bool(false)) }
    #expect(
      denials.map(\.code) == ["action-not-in-role", "role-not-allowed", "factor-too-weak", "factor-too-old"])
    #expect(!decision.asksForProof)
  }

  @Test func `asks anew who comes from elsewhere`() throws {
    #expect(try Self.decide(Self.request(.read, age: 299, risk: .raised)) == .permit)
    let later = try Self.decide(Self.request(.read, age: 301, risk: .raised))
    #expect(later == .deny([.risk]) && later.asksForProof)
    #expect(try !Self.decide(Self.request(.read, risk: .high)).isPermitted)
    #expect(try Self.decide(Self.request(.read, strength: .phishingResistant, risk: .high)) == .permit)
  }
}

@Suite struct `The table of roles` {
  @Test func `gives nobody but owners the power over members, and auditors nothing that changes anything`() throws {
    let table = try RoleTable.shipped()
    #expect(table.roles.filter { $0.actions.contains(.manageMembers) }.map(\.id) == [RoleTable.owner])
    #expect(table["auditor"]?.actions == [.read, .readMembers, .manageOwn])
    // An owner may do everything already, so there is nothing to open.
    #expect(table[RoleTable.owner]?.actions == Set(Action.allCases).subtracting([.openEmergency]))
  }

  @Test(arguments: [
    ("actions: []\nroles: []", 1, "the action register.read is missing"),
    ("actions:\n  - {id: nothing, title: x}\nroles: []", 2, "is not one of"),
  ]) func `says where it is wrong`(_ yaml: String, _ line: Int, _ reason: String) {
    #expect {
      try RoleTable(Array(yaml.utf8), file: "roles.yaml")
    } throws: { error in
      "\(error)".contains("roles.yaml") && "\(error)".contains("\(line)") && "\(error)".contains(reason)
    }
  }
}
