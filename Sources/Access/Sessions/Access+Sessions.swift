import Journal
public import Primitives
import Storage

/// What was shown, and from where.
struct Proof: Sendable {
  let factors: Set<Factor>
  let strength: Strength
  let device: Device
  /// When the factors were shown, if that was not now: another server may have seen them a while ago.
  var shown: Instant?

  var factorNames: String { factors.map(\.rawValue).sorted().joined(separator: " ") }
}

extension Access {
  /// A visit after such a pause is a new one.
  private static var pauseBetweenVisits: Duration { .seconds(30 * 60) }

  /// The session that a token belongs to; nil when there is none, it has ended, or its member has no access any more.
  /// Read from the database each time, so that whatever ends it counts on every node at once.
  public func session(of token: SessionToken) async throws -> Session? {
    let digest = token.digest
    return try await session { try SessionStore.session(digest, $0) }
  }

  /// The session that a look into the database finds, if it is open; its use is noted.
  func session(_ find: @escaping @Sendable (ReadTransaction) throws -> SessionStore.Stored?) async throws -> Session? {
    let now = surroundings.now()
    guard let stored = try await database.read(find), isOpen(stored, at: now)
    else { return nil }
    // Once a minute is exact enough, and keeps reading a page from being a write.
    let wasSeen = stored.lastSeen.map { now.since($0) < .seconds(60) } ?? false
    let begins = !wasSeen && (stored.lastSeen.map { now.since($0) > Self.pauseBetweenVisits } ?? true)
    let lastVisit = begins ? stored.lastSeen : stored.lastVisit
    if !wasSeen || now.since(stored.used) >= .seconds(60) {
      try await database.write { transaction in
        try SessionStore.touch(stored.id, at: now, transaction)
        try MemberStore.putVisit(of: stored.member, seen: now, before: lastVisit, transaction)
      }
    }
    return session(stored, lastVisit: lastVisit)
  }

  func isOpen(_ stored: SessionStore.Stored, at now: Instant) -> Bool {
    now.since(stored.used) < configuration.idle && now.since(stored.opened) < configuration.longest
  }

  private func session(_ stored: SessionStore.Stored, lastVisit: Instant?) -> Session {
    Session(
      id: stored.id,
      member: Member(id: stored.member, name: stored.name, role: role(stored.role), emergency: grant(stored)),
      csrf: stored.csrf, lastVisit: lastVisit, opened: stored.opened, used: stored.used,
      ends: stored.opened.advanced(by: configuration.longest), factors: stored.factors, strength: stored.strength,
      proven: stored.proven, device: stored.device)
  }

  private func grant(_ stored: SessionStore.Stored) -> EmergencyAccess.Grant? {
    guard let emergency = stored.emergency, surroundings.now() < emergency.ends else { return nil }
    return EmergencyAccess.Grant(id: emergency.id, actions: roles.emergency.actions, ends: emergency.ends)
  }

  /// The open sessions of a member, the one used last first.
  public func sessions(of member: Identifier<Member>) async throws -> [Session] {
    let now = surroundings.now()
    let limit = now.advanced(by: .zero - configuration.longest)
    return try await database.read { try SessionStore.sessions(of: member, openedAfter: limit, $0) }
      .filter { isOpen($0, at: now) }.map { session($0, lastVisit: $0.lastVisit) }
  }

  /// Ends a session; nothing happens when it has ended already.
  public func close(_ token: SessionToken) async throws {
    try await database.write { transaction in
      guard let stored = try SessionStore.session(token.digest, transaction) else { return }
      try SessionStore.delete(stored.id, of: stored.member, transaction)
    }
  }

  /// Ends one session of a member, on every node at once.
  public func end(_ id: Identifier<Session>, of member: Member) async throws {
    let author = try member.author()
    try await database.write { transaction in
      guard try SessionStore.delete(id, of: member.id, transaction) else { return }
      try record("session.revoked", by: author, ["member": .string("\(member.id)"), "count": 1], transaction)
    }
  }

  /// Ends all sessions of a member but one.
  public func endOthers(than kept: Session) async throws {
    let member = kept.member
    let author = try member.author()
    try await database.write { transaction in
      let count = try SessionStore.deleteAll(of: member.id, except: kept.id, transaction)
      guard count > 0 else { return }
      try record(
        "session.revoked", by: author, ["member": .string("\(member.id)"), "count": .integer(Int64(count))], transaction
      )
    }
  }

  /// Opens a session in the transaction that took what was shown.
  func open(
    for member: Identifier<Member>, named name: String, _ proof: Proof, _ token: SessionToken, at now: Instant,
    _ transaction: WriteTransaction
  ) throws {
    let id = Identifier<Session>(at: now, random: surroundings.randomWord())
    let csrf = Hexadecimal.encode(surroundings.randomBytes(32))
    try SessionStore.deleteAll(openedBefore: now.advanced(by: .zero - configuration.longest), transaction)
    try SessionStore.insert(id, token.digest, of: member, csrf: csrf, proof, at: now, transaction)
    try MemberStore.clearFailures(of: member, transaction)
    try record(
      "session.opened", by: .system,
      [
        "member": .string("\(member)"), "factors": .string(proof.factorNames),
        "strength": .string(proof.strength.name),
      ], transaction)
  }

  /// Proves an open session anew, in the transaction that took what was shown. It gets another token: whoever has seen
  /// the old one is out.
  func prove(
    _ session: Session, _ proof: Proof, _ token: SessionToken, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try SessionStore.prove(
      session.id, token.digest, csrf: Hexadecimal.encode(surroundings.randomBytes(32)), proof, at: now, transaction)
    try MemberStore.clearFailures(of: session.member.id, transaction)
    try record(
      "session.proven", by: .system,
      [
        "member": .string("\(session.member.id)"), "factors": .string(proof.factorNames),
        "strength": .string(proof.strength.name),
      ], transaction)
  }

  /// The session that was just opened or proven.
  func opened(_ token: SessionToken) async throws -> OpenedSession {
    guard let session = try await session(of: token) else { throw SignInRefusal.wrong }
    return OpenedSession(token: token, session: session)
  }
}
