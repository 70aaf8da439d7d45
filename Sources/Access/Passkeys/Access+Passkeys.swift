import Journal
import Primitives
import Storage

extension Access {
  // MARK: Signing in and proving

  /// Asks for any passkey of this installation: it names its member itself.
  public func beginPasskeySignIn() throws -> PasskeyCeremony { try question(for: .signIn, subject: [], allowed: []) }

  /// Opens a session with a passkey.
  /// - Throws: ``PasskeyError``, ``SignInRefusal``.
  public func open(_ assertion: PasskeyAssertion, ticket: String, from device: Device) async throws -> OpenedSession {
    try attempts.begin(from: device.address, for: nil)
    let now = surroundings.now()
    let ticket = try PasskeyCeremony.Ticket(ticket, for: .signIn, subject: [], key: key, at: now)
    // Nobody was named before, so the passkey has to name its member (section 7.2, step 6).
    guard assertion.userHandle != nil else { throw PasskeyError.unknownCredential }
    let token = SessionToken(in: surroundings)
    try await database.write { transaction in
      let (passkey, stored) = try take(assertion, ticket, at: now, transaction)
      let proof = Proof(factors: [passkey.factor], strength: passkey.strength, device: device)
      try open(for: stored.id, named: stored.name, proof, token, at: now, transaction)
    }
    attempts.succeeded(from: device.address, for: nil)
    return try await opened(token)
  }

  /// Asks for a passkey of a session's member.
  public func beginProof(_ session: Session) async throws -> PasskeyCeremony {
    let passkeys = try await database.read { try PasskeyStore.passkeys(of: session.member.id, $0) }
    return try question(for: .proof, subject: session.id.bytes, allowed: passkeys)
  }

  /// Proves a session anew with a passkey of its member.
  /// - Throws: ``PasskeyError``.
  public func prove(
    _ session: Session, _ assertion: PasskeyAssertion, ticket: String, from device: Device
  ) async throws -> OpenedSession {
    let now = surroundings.now()
    let ticket = try PasskeyCeremony.Ticket(ticket, for: .proof, subject: session.id.bytes, key: key, at: now)
    let token = SessionToken(in: surroundings)
    try await database.write { transaction in
      let (passkey, stored) = try take(assertion, ticket, at: now, transaction)
      guard stored.id == session.member.id else { throw PasskeyError.unknownCredential }
      let proof = Proof(factors: [passkey.factor], strength: passkey.strength, device: device)
      try prove(session, proof, token, at: now, transaction)
    }
    return try await opened(token)
  }

  private func question(
    for purpose: PasskeyCeremony.Ticket.Purpose, subject: [UInt8], allowed: [Passkey]
  ) throws -> PasskeyCeremony {
    let ticket = self.ticket(for: purpose, subject: subject)
    let options: JSON = [
      "challenge": .string(Base64.encodeURL(ticket.challenge)), "rpId": .string(party.id), "timeout": 600_000,
      "userVerification": "required", "allowCredentials": .array(allowed.map(\.descriptor)),
    ]
    return PasskeyCeremony(options: options, ticket: try ticket.sealed(with: key))
  }

  private func ticket(
    for purpose: PasskeyCeremony.Ticket.Purpose, subject: [UInt8]
  ) -> PasskeyCeremony.Ticket {
    PasskeyCeremony.Ticket(
      purpose: purpose, challenge: surroundings.randomBytes(32), subject: subject,
      expires: surroundings.now().advanced(by: PasskeyCeremony.Ticket.life))
  }

  /// Verifies an answer and writes down its use. The challenge is spent with it.
  private func take(
    _ assertion: PasskeyAssertion, _ ticket: PasskeyCeremony.Ticket, at now: Instant, _ transaction: WriteTransaction
  ) throws -> (Passkey, MemberStore.Stored) {
    guard try MemberStore.spend(ticket.digest, until: ticket.expires, at: now, transaction) else {
      throw PasskeyError.wrongChallenge
    }
    guard let passkey = try PasskeyStore.passkey(assertion.credentialID, transaction),
      let stored = try MemberStore.member(passkey.member, transaction), stored.isActive
    else { throw PasskeyError.unknownCredential }
    let outcome = try assertion.verified(
      for: party, challenge: ticket.challenge,
      against: PasskeyAssertion.Stored(
        id: passkey.id, publicKey: passkey.publicKey, signCount: passkey.signCount,
        isBackupEligible: passkey.isBackupEligible, userHandle: stored.id.bytes),
      demandingVerification: true)
    try PasskeyStore.putUse(of: passkey.id, outcome, at: now, transaction)
    if outcome.isCountRegressed {
      try record(
        "passkey.count-regressed", by: .system, ["member": .string("\(stored.id)")], transaction)
    }
    return (passkey, stored)
  }

  // MARK: Registering

  /// Asks an authenticator for a new passkey of a session's member.
  public func beginRegistration(_ session: Session) async throws -> PasskeyCeremony {
    let known = try await database.read { try PasskeyStore.passkeys(of: session.member.id, $0) }
    return try registration(
      for: .registration, handle: session.member.id.bytes, subject: session.id.bytes, name: session.member.name,
      known: known)
  }

  func registration(
    for purpose: PasskeyCeremony.Ticket.Purpose, handle: [UInt8], subject: [UInt8], name: String, known: [Passkey]
  ) throws -> PasskeyCeremony {
    let ticket = self.ticket(for: purpose, subject: subject)
    let algorithms = COSEKey.Algorithm.allCases.map { algorithm -> JSON in
      ["type": "public-key", "alg": .integer(algorithm.rawValue)]
    }
    let options: JSON = [
      "challenge": .string(Base64.encodeURL(ticket.challenge)),
      "rp": ["id": .string(party.id), "name": .string(party.name)],
      "user": [
        "id": .string(Base64.encodeURL(handle)), "name": .string(name), "displayName": .string(name),
      ],
      "pubKeyCredParams": .array(algorithms), "timeout": 600_000,
      "excludeCredentials": .array(known.map(\.descriptor)),
      "authenticatorSelection": [
        "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
      ],
      "attestation": .string(configuration.attestation == nil ? "none" : "direct"),
    ]
    return PasskeyCeremony(options: options, ticket: try ticket.sealed(with: key))
  }

  /// Registers a passkey for a session's member. The session was proven a short while ago: that is for the caller.
  /// - Throws: ``PasskeyError``, ``AccessError/unusableLabel(reason:)``.
  public func register(
    _ registration: PasskeyRegistration, ticket: String, label: String, for session: Session
  ) async throws -> Passkey {
    let now = surroundings.now()
    let ticket = try PasskeyCeremony.Ticket(ticket, for: .registration, subject: session.id.bytes, key: key, at: now)
    let passkey = try await verified(
      registration, ticket, for: session.member.id, label: try Label(label).text, at: now)
    let author = try session.member.author()
    try await database.write { transaction in
      try insert(passkey, ticket, at: now, transaction)
      try record(
        "passkey.added", by: author,
        ["member": .string("\(session.member.id)"), "attestation": .string(passkey.attestation.rawValue)], transaction)
    }
    return passkey
  }

  func verified(
    _ registration: PasskeyRegistration, _ ticket: PasskeyCeremony.Ticket, for member: Identifier<Member>,
    label: String, at now: Instant
  ) async throws -> Passkey {
    let credential = try await registration.verified(
      for: party, challenge: ticket.challenge,
      demanding: PasskeyRegistration.Demand(attestation: configuration.attestation), at: now)
    let attestation: Passkey.Attestation =
      switch credential.attestation {
      case .unattested: .none
      case .selfAttested: .own
      case .attested: .vouched
      }
    return Passkey(
      id: credential.id, member: member, label: label, publicKey: credential.publicKey,
      signCount: credential.signCount, aaguid: credential.aaguid, transports: credential.transports,
      isBackupEligible: credential.isBackupEligible, isBackedUp: credential.isBackedUp, attestation: attestation,
      regressed: nil, added: now, used: nil)
  }

  func insert(
    _ passkey: Passkey, _ ticket: PasskeyCeremony.Ticket, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    guard try MemberStore.spend(ticket.digest, until: ticket.expires, at: now, transaction) else {
      throw PasskeyError.wrongChallenge
    }
    guard try PasskeyStore.passkey(passkey.id, transaction) == nil else { throw PasskeyError.alreadyRegistered }
    try PasskeyStore.insert(passkey, transaction)
  }

  // MARK: Those that are there

  /// Calls a passkey of a member by another name.
  /// - Throws: ``AccessError/unknown(kind:name:)``, ``AccessError/unusableLabel(reason:)``.
  public func rename(_ id: [UInt8], to label: String, of member: Member) async throws {
    let label = try Label(label).text
    try await database.write { transaction in
      _ = try own(id, of: member, transaction)
      try PasskeyStore.putLabel(label, of: id, transaction)
    }
  }

  /// Takes a passkey away, with the sessions of its member but the one that asks.
  /// - Throws: ``AccessError/unknown(kind:name:)``, ``AccessError/lastFactor``.
  public func remove(_ id: [UInt8], for session: Session) async throws {
    let author = try session.member.author()
    try await database.write { transaction in
      let passkey = try own(id, of: session.member, transaction)
      let others = try PasskeyStore.passkeys(of: passkey.member, transaction).count - 1
      guard try others > 0 || MemberStore.password(of: passkey.member, transaction) != nil else {
        throw AccessError.lastFactor
      }
      try PasskeyStore.delete(id, transaction)
      try SessionStore.deleteAll(of: passkey.member, except: session.id, transaction)
      try record("passkey.removed", by: author, ["member": .string("\(passkey.member)")], transaction)
    }
  }

  private func own(_ id: [UInt8], of member: Member, _ transaction: ReadTransaction) throws -> Passkey {
    guard let passkey = try PasskeyStore.passkey(id, transaction), passkey.member == member.id else {
      throw AccessError.unknown(kind: "passkey", name: "of yours with this identifier")
    }
    return passkey
  }
}

extension Passkey {
  /// How strong a sign-in with it is.
  var strength: Strength { factor == .hardwarePasskey ? .hardwareBound : .phishingResistant }

  /// As a browser is told of it (section 5.8.3).
  fileprivate var descriptor: JSON {
    [
      "type": "public-key", "id": .string(Base64.encodeURL(id)),
      "transports": .array(transports.map { .string($0) }),
    ]
  }
}

/// What a person calls a thing of theirs: one line, short.
struct Label {
  let text: String

  /// - Throws: ``AccessError/unusableLabel(reason:)``.
  init(_ text: String) throws(AccessError) {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !words.isEmpty else { throw .unusableLabel(reason: "it is empty") }
    guard words.count <= 60, words.utf8.count <= 240 else {
      throw .unusableLabel(reason: "it has more than 60 characters")
    }
    guard words.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw .unusableLabel(reason: "it has signs that cannot be shown")
    }
    self.text = words
  }
}
