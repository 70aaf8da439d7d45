import Journal
import Primitives
import Storage

extension Access {
  /// After so many wrong answers in a row a member's password and codes open nothing any more, from anywhere; a passkey
  /// does, and a manager of members can lift it (NIST SP 800-63B-4, section 3.2.2, allows a hundred).
  static let mostFailures: Int64 = 100
  /// From so many on, each wrong answer makes the next wait.
  private static let freeFailures: Int64 = 5

  /// Opens a session with password and code.
  /// - Throws: ``SignInRefusal``; `StorageError`.
  public func open(_ credentials: Credentials, from device: Device) async throws -> OpenedSession {
    try await show(credentials, from: device) { known, proof, token, now, transaction in
      try open(for: known.id, named: known.name, proof, token, at: now, transaction)
    }
  }

  /// Proves a session anew, with password and code: what opened it can step it up.
  /// - Throws: ``SignInRefusal``.
  public func prove(
    _ session: Session, password: String, code: String, from device: Device
  ) async throws -> OpenedSession {
    let credentials = Credentials(name: session.member.name, password: password, code: code)
    return try await show(credentials, from: device) { _, proof, token, now, transaction in
      try prove(session, proof, token, at: now, transaction)
    }
  }

  /// Takes password and code, and does what they are shown for in the transaction that takes the code.
  private func show(
    _ credentials: Credentials, from device: Device,
    for deed: @escaping @Sendable (MemberStore.Stored, Proof, SessionToken, Instant, WriteTransaction) throws -> Void
  ) async throws -> OpenedSession {
    try attempts.begin(from: device.address, for: credentials.name)
    let known = try await knownPassword(of: credentials.name)
    // Whether there is such a member, and whether the password is right, takes the same time.
    let isRight = try await (known?.hash ?? .nobody).matches(credentials.password)
    let now = surroundings.now()
    guard let known, known.stored.isActive else { throw try await failedForNobody(at: now) }
    let stored = known.stored
    try expectPatience(stored, at: now)
    guard isRight else { throw try await failed(stored, at: now) }

    let token = SessionToken(in: surroundings)
    let renewed = known.hash.isOutdated() ? try await PasswordHash(of: credentials.password) : nil
    let isShown = try await database.write { transaction in
      // Within the transaction: of two who show the same code at once one comes in.
      guard let factor = try useCode(credentials.code, of: stored.id, at: now, transaction) else { return false }
      if let renewed { try MemberStore.putPassword(renewed, of: stored.id, transaction) }
      try deed(
        stored, Proof(factors: [.password, factor], strength: .twoFactor, device: device), token, now, transaction)
      return true
    }
    guard isShown else { throw try await failed(stored, at: now) }
    attempts.succeeded(from: device.address, for: credentials.name)
    return try await opened(token)
  }

  private func knownPassword(of name: String) async throws -> (stored: MemberStore.Stored, hash: PasswordHash)? {
    try await database.read { transaction in
      guard let stored = try MemberStore.member(named: name, transaction),
        let hash = try MemberStore.password(of: stored.id, transaction)
      else { return nil }
      return (stored, hash)
    }
  }

  /// Takes a one-time password or a recovery code; nil when it is neither, or was used.
  private func useCode(
    _ code: String, of member: Identifier<Member>, at now: Instant, _ transaction: WriteTransaction
  ) throws -> Factor? {
    if let stored = try MemberStore.oneTimePassword(of: member, transaction) {
      let secret = OneTimePassword(secret: try key.open(stored.sealed, for: member.bytes))
      if let step = secret.acceptedStep(for: code, at: now, after: stored.lastStep) {
        try MemberStore.putLastStep(step, of: member, transaction)
        return .oneTimePassword
      }
    }
    guard let recovery = RecoveryCode(code),
      try MemberStore.useRecoveryCode(recovery, of: member, at: now, transaction)
    else { return nil }
    let left = try MemberStore.recoveryCodesLeft(of: member, transaction)
    try record(
      "recovery-code.used", by: .system, ["member": .string("\(member)"), "left": .integer(Int64(left))], transaction)
    return .recoveryCode
  }

  /// Slows whoever guesses, over all nodes and restarts: the pause doubles with each wrong answer up to a quarter of an
  /// hour. It is refused in the same words as a wrong answer: another word would tell that there is such a member.
  private func expectPatience(_ stored: MemberStore.Stored, at now: Instant) throws(SignInRefusal) {
    guard stored.failures >= Self.freeFailures else { return }
    guard stored.failures < Self.mostFailures else { throw .wrong }
    let pause = min(900, Int64(1) << min(stored.failures - Self.freeFailures, 10))
    let passed = now.since(stored.lastFailure).components.seconds
    if passed < pause { throw .wrong }
  }

  /// What a wrong answer for a member costs, for a name that nobody has: a write, so that time does not tell them apart.
  private func failedForNobody(at now: Instant) async throws -> SignInRefusal {
    let digest = surroundings.randomBytes(32)
    try await database.write { _ = try MemberStore.spend(digest, until: now, at: now, $0) }
    return .wrong
  }

  /// Counts a wrong answer.
  /// - Returns: what the caller is told.
  private func failed(_ stored: MemberStore.Stored, at now: Instant) async throws -> SignInRefusal {
    try await database.write { transaction in
      try MemberStore.addFailure(of: stored.id, at: now, transaction)
      guard stored.failures + 1 == Self.mostFailures else { return }
      try record(
        "member.locked", by: .system,
        ["member": .string("\(stored.id)"), "failures": .integer(Self.mostFailures)], transaction)
    }
    return .wrong
  }
}
