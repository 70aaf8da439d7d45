public import Journal
public import Primitives
import Storage

extension Access {
  /// Makes an invitation. The token is there this once: it belongs into a link that only the invited person gets.
  /// - Throws: ``AccessError/unusableName(_:)``, ``AccessError/nameTaken(_:)``, ``AccessError/unknown(kind:name:)``.
  public func invite(
    name: String, role: String, by author: Entry.Author
  ) async throws -> (invitation: Invitation, token: InvitationToken) {
    guard Member.isUsable(name: name) else { throw AccessError.unusableName(name) }
    guard let known = roles[role] else { throw AccessError.unknown(kind: "role", name: role) }
    let now = surroundings.now()
    let token = InvitationToken(in: surroundings)
    let invitation = Invitation(
      id: Identifier(in: surroundings), name: name, role: known, inviter: author.name,
      expires: now.advanced(by: configuration.invitation))
    try await database.write { transaction in
      let isTaken = try InvitationStore.allOpen(at: now, transaction).contains { $0.name == name }
      guard try !isTaken && MemberStore.member(named: name, transaction) == nil else {
        throw AccessError.nameTaken(name)
      }
      try InvitationStore.insert(
        invitation.id, token.digest, name: name, role: role, inviter: author.name, expires: invitation.expires,
        transaction)
      try record(
        "member.invited", by: author, ["invitation": .string("\(invitation.id)"), "role": .string(role)], transaction)
    }
    return (invitation, token)
  }

  /// The invitations that can still be taken, oldest first.
  public func invitations() async throws -> [Invitation] {
    let now = surroundings.now()
    return try await database.read { try InvitationStore.allOpen(at: now, $0) }.map(invitation)
  }

  /// Takes an invitation back.
  /// - Throws: ``AccessError/invitationEnded``.
  public func withdraw(_ id: Identifier<Invitation>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      guard try InvitationStore.end(id, at: now, transaction) else { throw AccessError.invitationEnded }
      try record("invitation.withdrawn", by: author, ["invitation": .string("\(id)")], transaction)
    }
  }

  /// What a token invites to.
  /// - Throws: ``AccessError/invitationEnded``, ``SignInRefusal/tooMany(retryAfter:)``.
  public func invitation(of token: InvitationToken, from device: Device) async throws -> Invitation {
    try attempts.begin(from: device.address, for: nil)
    let now = surroundings.now()
    let found = try await database.read { try InvitationStore.open(token.digest, at: now, $0) }
    guard let found else { throw AccessError.invitationEnded }
    attempts.succeeded(from: device.address, for: nil)
    return invitation(found)
  }

  private func invitation(_ stored: InvitationStore.Stored) -> Invitation {
    Invitation(
      id: stored.id, name: stored.name, role: role(stored.role), inviter: stored.inviter, expires: stored.expires)
  }

  // MARK: Taking it

  /// Asks an authenticator for the first passkey of an invited member.
  public func beginRegistration(_ invitation: Invitation) throws -> PasskeyCeremony {
    try registration(
      for: .invitation, handle: invitation.id.bytes, subject: invitation.id.bytes, name: invitation.name, known: [])
  }

  /// Takes an invitation with a passkey, and signs in.
  /// - Throws: ``AccessError``, ``PasskeyError``.
  public func accept(
    _ token: InvitationToken, with registration: PasskeyRegistration, ticket: String, label: String,
    from device: Device
  ) async throws -> OpenedSession {
    let invitation = try await invitation(of: token, from: device)
    let now = surroundings.now()
    let ticket = try PasskeyCeremony.Ticket(
      ticket, for: .invitation, subject: invitation.id.bytes, key: key, at: now)
    let passkey = try await verified(
      registration, ticket, for: try memberID(of: invitation), label: try Label(label).text, at: now)
    return try await accept(
      invitation, token, Proof(factors: [passkey.factor], strength: passkey.strength, device: device)
    ) { transaction in try insert(passkey, ticket, at: now, transaction) }
  }

  /// Takes an invitation with a password and a one-time password, and signs in.
  /// - Parameter setup: what ``beginOneTimePassword(for:)`` gave.
  /// - Throws: ``AccessError``.
  public func accept(
    _ token: InvitationToken, password: String, setup: String, code: String, from device: Device
  ) async throws -> OpenedSession {
    let invitation = try await invitation(of: token, from: device)
    let member = try memberID(of: invitation)
    let (secret, step) = try confirmed(setup, code, for: member.bytes)
    try passwords.expect(password, for: invitation.name)
    let hash = try await PasswordHash(of: password)
    let sealed = try key.seal(secret.secret, for: member.bytes)
    let proof = Proof(factors: [.password, .oneTimePassword], strength: .twoFactor, device: device)
    return try await accept(invitation, token, proof) { transaction in
      try MemberStore.putPassword(hash, of: member, transaction)
      try MemberStore.putOneTimePassword(sealed, lastStep: step, of: member, transaction)
    }
  }

  /// A member keeps the invitation's identifier, so that what an authenticator was told before still holds.
  private func memberID(of invitation: Invitation) throws -> Identifier<Member> {
    try MemberStore.identifier(invitation.id.bytes)
  }

  private func accept(
    _ invitation: Invitation, _ token: InvitationToken, _ proof: Proof,
    storing factors: @escaping @Sendable (WriteTransaction) throws -> Void
  ) async throws -> OpenedSession {
    let (now, sessionToken) = (surroundings.now(), SessionToken(in: surroundings))
    let member = try memberID(of: invitation)
    let author = try Entry.Author("member:\(invitation.name)")
    try await database.write { transaction in
      guard try InvitationStore.open(token.digest, at: now, transaction) != nil,
        try InvitationStore.end(invitation.id, at: now, transaction)
      else { throw AccessError.invitationEnded }
      try add(id: member, name: invitation.name, role: invitation.role.id, by: author, transaction)
      try factors(transaction)
      try open(for: member, named: invitation.name, proof, sessionToken, at: now, transaction)
    }
    return try await opened(sessionToken)
  }
}
