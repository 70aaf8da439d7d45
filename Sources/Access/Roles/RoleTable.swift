import Foundation
import Obligations

/// A set of actions with a name that says whose work it is.
public struct Role: Hashable, Sendable {
  /// Such as `owner`.
  public let id: String
  /// As people read it.
  public let title: String
  public let text: String
  public let actions: Set<Action>
}

/// Which roles there are, what each may do, and what an action demands of whoever does it: data of the product, read from
/// `roles.yaml`.
public struct RoleTable: Sendable {
  /// What is said of an action.
  struct Term: Sendable {
    let title: String
    /// Within which time a factor has to have been shown; nil where the sign-in suffices.
    let fresh: Duration?
  }

  /// What emergency access adds to a role.
  public struct EmergencyTerms: Sendable {
    /// It lasts no longer.
    public let minutes: Int
    public let actions: Set<Action>
  }

  public let emergency: EmergencyTerms
  /// In the order in which they are shown.
  public let roles: [Role]
  private let terms: [Action: Term]

  /// The role that may do everything; one member at least has it.
  public static let owner = "owner"

  /// The table that the product ships.
  /// - Throws: ``AccessError/damagedResource(name:reason:)``.
  public static func shipped() throws(AccessError) -> RoleTable {
    do {
      return try RoleTable(PackageResources.roles_yaml, file: "roles.yaml")
    } catch {
      throw .damagedResource(name: "roles.yaml", reason: "\(error)")
    }
  }

  /// Reads a table.
  /// - Throws: `ObligationsError/malformed(file:line:reason:)`: also when an action is missing, or a role names one that
  ///   nobody knows.
  init(_ bytes: [UInt8], file: String) throws(ObligationsError) {
    let document = try YAMLDocument(bytes, file: file)
    var root = try document.root.mapping()
    var terms: [Action: Term] = [:]
    for item in try root.required("actions").list() {
      var members = try item.mapping()
      let action = try members.required("id").oneOf(Action.self)
      let minutes = try members.optional("fresh")?.number()
      let term = Term(
        title: try members.required("title").text(), fresh: minutes.map { .seconds(min($0, 1_440) * 60) })
      guard terms.updateValue(term, forKey: action) == nil else {
        throw item.malformed("\(action.rawValue) is there twice")
      }
      try members.finish()
    }
    if let missing = Action.allCases.first(where: { terms[$0] == nil }) {
      throw document.root.malformed("the action \(missing.rawValue) is missing")
    }
    emergency = try Self.emergency(try root.required("emergency"))
    var names = GivenNames()
    try names.take(EmergencyAccess.role, "role", at: document.root)
    var roles: [Role] = []
    for item in try root.required("roles").list() {
      let role = try Self.role(item)
      try names.take(role.id, "role", at: item)
      roles.append(role)
    }
    guard roles.contains(where: { $0.id == Self.owner && $0.actions.contains(.manageMembers) }) else {
      throw document.root.malformed("no role 'owner' may manage members")
    }
    try root.finish()
    (self.roles, self.terms) = (roles, terms)
  }

  private static func emergency(_ item: YAMLValue) throws(ObligationsError) -> EmergencyTerms {
    var members = try item.mapping()
    let minutes = try members.required("minutes")
    guard case let number = try minutes.number(), (5...240).contains(number) else {
      throw minutes.malformed("expected 5 to 240 minutes")
    }
    let listed = try members.required("actions")
    let actions = Set(try listed.list().map { value throws(ObligationsError) in try value.oneOf(Action.self) })
    // With these somebody could keep for good what was given for minutes.
    guard actions.isDisjoint(with: [.manageMembers, .manageKeys, .openEmergency]) else {
      throw listed.malformed("emergency access may not manage members or keys, or open itself")
    }
    try members.finish()
    return EmergencyTerms(minutes: Int(number), actions: actions)
  }

  private static func role(_ item: YAMLValue) throws(ObligationsError) -> Role {
    var members = try item.mapping()
    let id = try members.required("id").code(of: Role.self).text
    let (title, text) = (try members.required("title").text(), try members.required("text").text())
    let actions = try members.list("actions") { value throws(ObligationsError) in try value.oneOf(Action.self) }
    try members.finish()
    return Role(id: id, title: title, text: text, actions: Set(actions))
  }

  /// The role of this name; nil where the table has none.
  public subscript(id: String) -> Role? { roles.first { $0.id == id } }

  /// What an action is, for people.
  public func title(of action: Action) -> String { terms[action]?.title ?? action.rawValue }

  /// Within which time whoever does this has to have shown a factor; nil where the sign-in suffices.
  public func freshness(of action: Action) -> Duration? { terms[action]?.fresh }
}
