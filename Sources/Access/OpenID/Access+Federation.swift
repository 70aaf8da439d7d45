import Crypto
import Journal
public import Primitives
import Storage

/// Sessions of members for whom another server vouches.
extension Access {
  /// What a browser keeps until it comes back from the provider, sealed: what the answer has to fit, where the person was,
  /// and which session is to be proven.
  public struct FederatedJourney: Sendable {
    public let secrets: SignInSecrets
    /// Where the person goes afterwards: a path of the console.
    public let next: String
    /// Nil for a sign-in.
    public let session: Identifier<Session>?
    /// Whether the session's member is to be bound to what the provider calls them, rather than proven.
    public let isBinding: Bool

    public init(
      secrets: SignInSecrets, next: String, session: Identifier<Session>? = nil, isBinding: Bool = false
    ) {
      self.secrets = secrets
      self.next = next
      self.session = session
      self.isBinding = isBinding
    }
  }

  private static var sealedFor: [UInt8] { Array("single sign-on".utf8) }

  /// A journey for the browser's cookie.
  public func sealed(_ journey: FederatedJourney) throws -> String {
    var value: [String: JSON] = [
      "secrets": .string(Base64.encodeURL(journey.secrets.bytes)), "next": .string(journey.next),
    ]
    value["session"] = journey.session.map { .string("\($0)") }
    value["binds"] = .bool(journey.isBinding)
    return Base64.encodeURL(try key.seal(JSON.object(value).canonicalBytes, for: Self.sealedFor))
  }

  /// Takes a journey from the browser's cookie, once: whoever brings it a second time gets nothing.
  /// - Returns: nil for what ``sealed(_:)`` did not make, and for one that was taken before.
  public func take(_ text: String) async throws -> FederatedJourney? {
    guard text.utf8.count <= 4_096, let sealed = Base64.decodeURL(text),
      let bytes = try? key.open(sealed, for: Self.sealedFor), let value = JSON(parsing: bytes),
      let secrets = value["secrets"]?.text.flatMap({ Base64.decodeURL($0) }).flatMap({ SignInSecrets(bytes: $0) }),
      let next = value["next"]?.text
    else { return nil }
    var session: Identifier<Session>?
    if let named = value["session"] {
      guard let id = named.text.flatMap({ Identifier<Session>($0) }) else { return nil }
      session = id
    }
    let now = surroundings.now()
    let (digest, expires) = (Array(SHA256.hash(data: sealed)), now.advanced(by: SignInSecrets.life * 2))
    let isFirst = try await database.write { try MemberStore.spend(digest, until: expires, at: now, $0) }
    guard isFirst else { return nil }
    return FederatedJourney(
      secrets: secrets, next: next, session: session, isBinding: value["binds"] == .bool(true))
  }

  /// Opens a session for whoever a provider vouches for. Who comes for the first time becomes a member; the role is the one
  /// that the provider's groups give now. A member is known by issuer and subject only, never by name.
  /// - Throws: ``FederationRefusal``, `StorageError`.
  public func open(_ identity: FederatedIdentity, from device: Device) async throws -> OpenedSession {
    let (now, token, new) = (surroundings.now(), SessionToken(in: surroundings), Identifier<Member>(in: surroundings))
    let proof = proof(identity, device, at: now)
    try await database.write { transaction in
      let member: MemberStore.Stored
      if let id = try FederatedStore.member(issuer: identity.issuer, subject: identity.subject, transaction) {
        member = try known(id, transaction)
        guard member.isActive else { throw FederationRefusal.noAccess }
        try follow(identity.role, member, transaction)
      } else {
        guard try MemberStore.member(named: identity.name, transaction) == nil else {
          throw FederationRefusal.nameTaken(identity.name)
        }
        try add(id: new, name: identity.name, role: identity.role, by: .system, transaction)
        try FederatedStore.insert(
          issuer: identity.issuer, subject: identity.subject, of: new, at: now, transaction)
        member = try known(new, transaction)
      }
      try open(for: member.id, named: member.name, proof, token, at: now, transaction)
    }
    return try await opened(token)
  }

  /// Proves a session anew by the provider's word, which has to be about its own member.
  /// - Throws: ``FederationRefusal``, `StorageError`.
  public func prove(
    _ id: Identifier<Session>, _ identity: FederatedIdentity, from device: Device
  ) async throws -> OpenedSession {
    let session = try await openSession(id)
    let (now, token) = (surroundings.now(), SessionToken(in: surroundings))
    let proof = proof(identity, device, at: now)
    try await database.write { transaction in
      let member = try FederatedStore.member(issuer: identity.issuer, subject: identity.subject, transaction)
      guard member == session.member.id else { throw FederationRefusal.somebodyElse }
      try prove(session, proof, token, at: now, transaction)
    }
    return try await opened(token)
  }

  /// The session that a journey began in.
  private func openSession(_ id: Identifier<Session>) async throws -> Session {
    let found = try await session { transaction in
      try GatewayStore.session(id, transaction).flatMap { try SessionStore.session($0, transaction) }
    }
    guard let found else { throw FederationRefusal.sessionEnded }
    return found
  }

  /// What the provider saw counts from when it saw it; where it does not say when, nothing counts as fresh.
  private func proof(_ identity: FederatedIdentity, _ device: Device, at now: Instant) -> Proof {
    Proof(
      factors: identity.factors, strength: identity.strength, device: device,
      shown: min(now, identity.authenticatedAt ?? Instant(seconds: 0)))
  }

  /// Gives a member the role that the provider's groups say now. The last owner stays one: else nobody could mend the
  /// groups' mapping here.
  private func follow(_ role: String, _ member: MemberStore.Stored, _ transaction: WriteTransaction) throws {
    guard member.role != role else { return }
    if member.role == RoleTable.owner, try MemberStore.count(role: RoleTable.owner, transaction) < 2 { return }
    try MemberStore.putRole(role, of: member.id, transaction)
    try record(
      "member.role-changed", by: .system,
      ["member": .string("\(member.id)"), "from": .string(member.role), "to": .string(role)], transaction)
  }

  /// Binds a member to what a provider calls them, so that both ways lead to the same member.
  /// - Throws: ``FederationRefusal/somebodyElse`` when the provider's word is about another member already.
  public func bind(_ identity: FederatedIdentity, to id: Identifier<Session>) async throws {
    let now = surroundings.now()
    let session = try await openSession(id)
    let author = try session.member.author()
    try await database.write { transaction in
      let bound = try FederatedStore.member(issuer: identity.issuer, subject: identity.subject, transaction)
      guard bound == nil else {
        if bound == session.member.id { return }
        throw FederationRefusal.somebodyElse
      }
      try FederatedStore.insert(
        issuer: identity.issuer, subject: identity.subject, of: session.member.id, at: now, transaction)
      try record(
        "member.federated", by: author,
        ["member": .string("\(session.member.id)"), "issuer": .string(identity.issuer)], transaction)
    }
  }
}
