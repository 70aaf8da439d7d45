public import Journal
public import Primitives

/// Somebody of the shop's staff.
public struct Member: Hashable, Sendable {
  public let id: Identifier<Member>
  /// By which they sign in, and by which their deeds are signed in the journal: a name that means nothing outside.
  public let name: String
  public let role: Role
  /// Nobody who is not active has a session.
  public let isActive: Bool
  /// Whether it is a program with a key.
  public let isMachine: Bool
  /// What is added to the role for a short while, in one session; nil almost always.
  public let emergency: EmergencyAccess.Grant?

  public init(
    id: Identifier<Member>, name: String, role: Role, isActive: Bool = true, isMachine: Bool = false,
    emergency: EmergencyAccess.Grant? = nil
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.isActive = isActive
    self.isMachine = isMachine
    self.emergency = emergency
  }

  /// What the member may do, by role and for a while by emergency access.
  public var actions: Set<Action> {
    guard isActive else { return [] }
    return emergency.map { role.actions.union($0.actions) } ?? role.actions
  }

  /// How the journal names them.
  /// - Throws: `JournalError/malformedEntry(reason:)` for a name that could not have been made.
  public func author() throws(JournalError) -> Entry.Author {
    try Entry.Author("\(isMachine ? "key" : "member"):\(name)")
  }

  /// Letters, digits, dots, hyphens and underscores, 60 at most: what can stand in the ledger as it is.
  static func isUsable(name: String) -> Bool {
    (1...60).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || ".-_".utf8.contains($0)
      }
  }
}
