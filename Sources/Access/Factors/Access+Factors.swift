import Primitives
import Storage

/// A one-time password that is being set up: its secret, for the app, and the same sealed, for the form that confirms it.
public struct OneTimePasswordSetup: Sendable {
  public let oneTimePassword: OneTimePassword
  public let sealed: String
}

extension Access {
  private static let sealedFor = Array("one-time password setup".utf8)
  private static var setupLife: Duration { .seconds(30 * 60) }

  /// Makes a secret for an authenticator app. Nothing is kept until the app's code confirms it.
  public func beginOneTimePassword(for invitation: Invitation) throws -> OneTimePasswordSetup {
    try setup(for: invitation.id.bytes)
  }

  /// The same for a member who is there.
  public func beginOneTimePassword(for member: Member) throws -> OneTimePasswordSetup {
    try setup(for: member.id.bytes)
  }

  private func setup(for subject: [UInt8]) throws -> OneTimePasswordSetup {
    let secret = OneTimePassword(in: surroundings)
    let value: JSON = [
      "secret": .string(secret.base32), "subject": .string(Base64.encodeURL(subject)),
      "expires": .string("\(surroundings.now().advanced(by: Self.setupLife).microseconds)"),
    ]
    return OneTimePasswordSetup(
      oneTimePassword: secret, sealed: Base64.encodeURL(try key.seal(value.canonicalBytes, for: Self.sealedFor)))
  }

  /// The secret that was set up, if the app shows its code now.
  /// - Throws: ``AccessError/wrongCode``.
  func confirmed(
    _ setup: String, _ code: String, for subject: [UInt8]
  ) throws(AccessError) -> (OneTimePassword, step: Int64) {
    let now = surroundings.now()
    guard let secret = setupSecret(setup, for: subject), let step = secret.acceptedStep(for: code, at: now, after: 0)
    else { throw .wrongCode }
    return (secret, step)
  }

  /// The secret of a setup that was begun for a member or an invitation and is not too old; nil for anything else.
  private func setupSecret(_ setup: String, for subject: [UInt8]) -> OneTimePassword? {
    guard setup.utf8.count <= 1_000, let sealed = Base64.decodeURL(setup),
      let bytes = try? key.open(sealed, for: Self.sealedFor), let value = JSON(parsing: bytes),
      value["subject"]?.text == Base64.encodeURL(subject),
      let expires = value["expires"]?.text.flatMap({ Int64($0) }), surroundings.now().microseconds < expires
    else { return nil }
    return value["secret"]?.text.flatMap { OneTimePassword(base32: $0) }
  }

  /// The setup of a form that is shown again, so that the app need not be set up anew; nil when it cannot be used.
  public func resumedSetup(_ sealed: String, for invitation: Invitation) -> OneTimePasswordSetup? {
    setupSecret(sealed, for: invitation.id.bytes).map { OneTimePasswordSetup(oneTimePassword: $0, sealed: sealed) }
  }

  /// The same for a member who is there.
  public func resumedSetup(_ sealed: String, for member: Member) -> OneTimePasswordSetup? {
    setupSecret(sealed, for: member.id.bytes).map { OneTimePasswordSetup(oneTimePassword: $0, sealed: sealed) }
  }

  /// Gives a member a password with a one-time password beside it, or both anew. Other sessions end. The session was
  /// proven a short while ago: that is for the caller.
  /// - Throws: ``AccessError/weakPassword(reason:)``, ``AccessError/wrongCode``.
  public func setPassword(_ password: String, setup: String, code: String, for session: Session) async throws {
    let member = session.member
    let (secret, step) = try confirmed(setup, code, for: member.id.bytes)
    try passwords.expect(password, for: member.name)
    let hash = try await PasswordHash(of: password)
    let sealed = try key.seal(secret.secret, for: member.id.bytes)
    let author = try member.author()
    try await database.write { transaction in
      try MemberStore.putPassword(hash, of: member.id, transaction)
      try MemberStore.putOneTimePassword(sealed, lastStep: step, of: member.id, transaction)
      try SessionStore.deleteAll(of: member.id, except: session.id, transaction)
      try record("password.changed", by: author, ["member": .string("\(member.id)")], transaction)
    }
  }

  /// Takes a member's password and one-time password away: only passkeys are left. Other sessions end.
  /// - Throws: ``AccessError/lastFactor``.
  public func removePassword(for session: Session) async throws {
    let member = session.member
    let author = try member.author()
    try await database.write { transaction in
      guard try !PasskeyStore.passkeys(of: member.id, transaction).isEmpty else { throw AccessError.lastFactor }
      try MemberStore.deletePassword(of: member.id, transaction)
      try SessionStore.deleteAll(of: member.id, except: session.id, transaction)
      try record("password.removed", by: author, ["member": .string("\(member.id)")], transaction)
    }
  }

  /// Makes recovery codes; those from before are void. They are there this once. They take a one-time password's place
  /// beside a password.
  public func makeRecoveryCodes(for session: Session) async throws -> [RecoveryCode] {
    let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode(in: surroundings) }
    let member = session.member
    let author = try member.author()
    try await database.write { transaction in
      try MemberStore.putRecoveryCodes(codes, of: member.id, transaction)
      try record(
        "recovery-codes.made", by: author,
        ["member": .string("\(member.id)"), "count": .integer(Int64(codes.count))], transaction)
    }
    return codes
  }
}
