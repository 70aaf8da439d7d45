public import Journal
public import Primitives
import Storage

/// What is shown of a member.
public struct MemberSummary: Sendable {
  public let member: Member
  public let hasPassword: Bool
  public let passkeys: [Passkey]
  public let recoveryCodesLeft: Int
  /// Servers that vouch for the member.
  public let issuers: [String]
  /// To the minute; nil for whoever never came.
  public let lastSeen: Instant?
  /// Whether too many wrong answers came in a row, so that only a passkey opens.
  public let isLocked: Bool

  /// Whether there is a way in that a false page cannot pass on.
  public var isPhishingResistant: Bool { !passkeys.isEmpty }
}

extension Access {
  /// All members, by name.
  public func members() async throws -> [MemberSummary] {
    try await database.read { transaction in
      try MemberStore.all(transaction).map { try summary($0, transaction) }
    }
  }

  /// - Throws: ``AccessError/unknown(kind:name:)``.
  public func member(_ id: Identifier<Member>) async throws -> MemberSummary {
    try await database.read { transaction in try summary(known(id, transaction), transaction) }
  }

  func summary(_ stored: MemberStore.Stored, _ transaction: ReadTransaction) throws -> MemberSummary {
    MemberSummary(
      member: member(stored), hasPassword: try MemberStore.password(of: stored.id, transaction) != nil,
      passkeys: try PasskeyStore.passkeys(of: stored.id, transaction),
      recoveryCodesLeft: try MemberStore.recoveryCodesLeft(of: stored.id, transaction),
      issuers: try FederatedStore.issuers(of: stored.id, transaction), lastSeen: stored.lastSeen,
      isLocked: stored.failures >= Self.mostFailures)
  }

  func known(_ id: Identifier<Member>, _ transaction: ReadTransaction) throws -> MemberStore.Stored {
    guard let stored = try MemberStore.member(id, transaction) else {
      throw AccessError.unknown(kind: "member", name: "\(id)")
    }
    return stored
  }

  /// Gives a member another role.
  /// - Throws: ``AccessError/unknown(kind:name:)``, ``AccessError/lastOwner``.
  public func assign(_ role: String, to id: Identifier<Member>, by author: Entry.Author) async throws {
    guard roles[role] != nil else { throw AccessError.unknown(kind: "role", name: role) }
    try await database.write { transaction in
      let stored = try known(id, transaction)
      guard stored.role != role else { return }
      if stored.isActive { try expectAnotherOwner(than: stored, transaction) }
      try MemberStore.putRole(role, of: id, transaction)
      try record(
        "member.role-changed", by: author,
        ["member": .string("\(id)"), "from": .string(stored.role), "to": .string(role)], transaction)
    }
  }

  /// Takes a member's access away, with all sessions, at once. What the member did stays on record.
  /// - Throws: ``AccessError/unknown(kind:name:)``, ``AccessError/lastOwner``.
  public func deactivate(_ id: Identifier<Member>, by author: Entry.Author) async throws {
    try await database.write { transaction in
      let stored = try known(id, transaction)
      guard stored.isActive else { return }
      try expectAnotherOwner(than: stored, transaction)
      try end(id, by: author, transaction)
    }
  }

  func end(_ id: Identifier<Member>, by author: Entry.Author, _ transaction: WriteTransaction) throws {
    try MemberStore.putActive(false, of: id, transaction)
    let sessions = try SessionStore.deleteAll(of: id, transaction)
    try record(
      "member.deactivated", by: author,
      ["member": .string("\(id)"), "sessions-ended": .integer(Int64(sessions))], transaction)
  }

  /// Gives a member access again, with the factors that were there; also ends a lock after wrong answers.
  /// - Throws: ``AccessError/unknown(kind:name:)``.
  public func reactivate(_ id: Identifier<Member>, by author: Entry.Author) async throws {
    try await database.write { transaction in
      _ = try known(id, transaction)
      try MemberStore.putActive(true, of: id, transaction)
      try record("member.reactivated", by: author, ["member": .string("\(id)")], transaction)
    }
  }

  private func expectAnotherOwner(than stored: MemberStore.Stored, _ transaction: ReadTransaction) throws {
    guard stored.role == RoleTable.owner else { return }
    guard try MemberStore.count(role: RoleTable.owner, transaction) > 1 else { throw AccessError.lastOwner }
  }

  // MARK: Members made on the server itself

  /// What a new member is told, once.
  public struct Enrolment: Sendable {
    public let name: String
    public let oneTimePassword: OneTimePassword
  }

  /// Makes a member with a password and a one-time password: the first one, or one more from the server's own terminal.
  /// - Throws: ``AccessError/unusableName(_:)``, ``AccessError/weakPassword(reason:)``, ``AccessError/nameTaken(_:)``,
  ///   ``AccessError/unknown(kind:name:)``.
  public func enrol(name: String, password: String, role: String = RoleTable.owner) async throws -> Enrolment {
    guard Member.isUsable(name: name) else { throw AccessError.unusableName(name) }
    guard roles[role] != nil else { throw AccessError.unknown(kind: "role", name: role) }
    try passwords.expect(password, for: name)
    let id = Identifier<Member>(in: surroundings)
    let secret = OneTimePassword(in: surroundings)
    let hash = try await PasswordHash(of: password)
    let sealed = try key.seal(secret.secret, for: id.bytes)
    try await database.write { transaction in
      try add(id: id, name: name, role: role, by: .operator, transaction)
      try MemberStore.putPassword(hash, of: id, transaction)
      try MemberStore.putOneTimePassword(sealed, lastStep: 0, of: id, transaction)
    }
    return Enrolment(name: name, oneTimePassword: secret)
  }

  func add(
    id: Identifier<Member>, name: String, role: String, by author: Entry.Author, _ transaction: WriteTransaction
  ) throws {
    guard try MemberStore.member(named: name, transaction) == nil else { throw AccessError.nameTaken(name) }
    try MemberStore.insert(id: id, name: name, role: role, transaction)
    try record(
      "member.added", by: author, ["member": .string("\(id)"), "role": .string(role)], transaction)
  }
}
