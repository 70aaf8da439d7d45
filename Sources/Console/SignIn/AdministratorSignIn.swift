import Crypto
public import Journal
public import Primitives
public import Storage
import Synchronization

/// Administrators with a password and a one-time password, in the installation's own database.
public struct AdministratorSignIn: SignIn {
  /// A session ends after so long without use, and after so long in any case (OWASP ASVS 5, section 7.3).
  static let idle: Duration = .seconds(30 * 60)
  static let longest: Duration = .seconds(12 * 60 * 60)
  /// A visit after such a pause is a new one.
  private static let pauseBetweenVisits: Duration = .seconds(30 * 60)

  private let database: Database
  private let key: SecretKey
  private let surroundings: Surroundings
  private let attempts: SignInAttempts

  public init(in database: Database, key: SecretKey, surroundings: Surroundings = .system) {
    self.database = database
    self.key = key
    self.surroundings = surroundings
    attempts = SignInAttempts(surroundings: surroundings)
  }

  /// What a new administrator is told, once.
  public struct Enrolment: Sendable {
    public let name: String
    public let oneTimePassword: OneTimePassword
  }

  public func hasMembers() async throws -> Bool { try await database.read { try SignInStore.count($0) > 0 } }

  /// Makes an administrator.
  /// - Parameter journal: where it is recorded; nil while the ledger itself is being made.
  /// - Throws: ``ConsoleError/unusableName(_:)``, ``ConsoleError/weakPassword(reason:)``,
  ///   ``ConsoleError/nameTaken(_:)``.
  public func enrol(name: String, password: String, recordingIn journal: Journal? = nil) async throws -> Enrolment {
    try Self.expectUsable(name: name, password: password)
    let id = Identifier<Member>(in: surroundings)
    let secret = OneTimePassword(in: surroundings)
    let hash = try await PasswordHash(of: password)
    let sealed = try key.seal(secret.secret, for: id.bytes)
    try await database.write { transaction in
      guard try SignInStore.administrator(named: name, transaction) == nil else { throw ConsoleError.nameTaken(name) }
      try SignInStore.insert(id: id, name: name, password: hash.text, secret: sealed, transaction)
      try journal?.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "administrator.added"), author: .operator, facts: ["member": .string("\(id)")]),
        in: transaction)
    }
    return Enrolment(name: name, oneTimePassword: secret)
  }

  /// NIST SP 800-63B-4, section 3.1.1.2: at least fifteen characters where it could stand alone; it does not here, and
  /// twelve are asked for. No rules of composition.
  private static func expectUsable(name: String, password: String) throws(ConsoleError) {
    let isPlain = name.utf8.allSatisfy {
      (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || ".-_".utf8.contains($0)
    }
    guard (1...60).contains(name.utf8.count), isPlain else { throw .unusableName(name) }
    guard password.count >= 12 else { throw .weakPassword(reason: "it has fewer than twelve characters") }
    guard password.utf8.count <= PasswordHash.longest else {
      throw .weakPassword(reason: "it has more than \(PasswordHash.longest) bytes")
    }
    let lowered = password.lowercased()
    guard !lowered.contains(name.lowercased()), Set(lowered).count >= 5 else {
      throw .weakPassword(reason: "it repeats the name or a few characters")
    }
  }

  // MARK: Sessions

  public func open(_ credentials: Credentials, from address: String) async throws -> OpenedSession {
    try attempts.begin(from: address, for: credentials.name)
    let stored = try await database.read { try SignInStore.administrator(named: credentials.name, $0) }
    let hash = stored.map { PasswordHash(text: $0.password) } ?? .nobody
    let isRight = try await hash.matches(credentials.password)
    guard let stored, isRight else { throw SignInRefusal.wrong }
    let secret = OneTimePassword(secret: try key.open(stored.secret, for: stored.id.bytes))
    let (now, token) = (surroundings.now(), SessionToken(in: surroundings))
    let csrf = Hexadecimal.encode(surroundings.randomBytes(32))
    try await database.write { transaction in
      // Read again inside the transaction: of two who show the same code at once one comes in.
      guard let current = try SignInStore.administrator(named: credentials.name, transaction),
        let step = secret.acceptedStep(for: credentials.code, at: now, after: current.lastStep)
      else { throw SignInRefusal.wrong }
      try SignInStore.putLastStep(step, of: current.id, transaction)
      try SignInStore.deleteSessions(openedBefore: now.advanced(by: .zero - Self.longest), transaction)
      try SignInStore.insertSession(token.digest, of: current.id, csrf: csrf, at: now, transaction)
    }
    attempts.succeeded(for: credentials.name)
    guard let session = try await session(of: token) else { throw SignInRefusal.wrong }
    return OpenedSession(token: token, session: session)
  }

  public func session(of token: SessionToken) async throws -> Session? {
    let now = surroundings.now()
    guard let stored = try await database.read({ try SignInStore.session(token.digest, $0) }),
      now.since(stored.used) < Self.idle, now.since(stored.opened) < Self.longest
    else { return nil }
    // Once a minute is exact enough, and keeps reading a page from being a write.
    let wasSeen = stored.lastSeen.map { now.since($0) < .seconds(60) } ?? false
    if !wasSeen || now.since(stored.used) >= .seconds(60) {
      let begins = stored.lastSeen.map { now.since($0) > Self.pauseBetweenVisits } ?? true
      try await database.write { transaction in
        try SignInStore.touch(token.digest, at: now, transaction)
        try SignInStore.putVisit(
          of: stored.administrator, seen: now, before: begins ? stored.lastSeen : stored.lastVisit, transaction)
      }
      return session(stored, lastVisit: begins ? stored.lastSeen : stored.lastVisit)
    }
    return session(stored, lastVisit: stored.lastVisit)
  }

  private func session(_ stored: SignInStore.StoredSession, lastVisit: Instant?) -> Session {
    let member = Member(
      id: stored.administrator, name: stored.name, role: "administrator", actions: Set(Action.allCases))
    return Session(
      member: member, csrf: stored.csrf, lastVisit: lastVisit, opened: stored.opened,
      ends: stored.opened.advanced(by: Self.longest))
  }

  public func close(_ token: SessionToken) async throws {
    try await database.write { try SignInStore.deleteSession(token.digest, $0) }
  }
}

extension SessionToken {
  /// What is stored of it: who reads the database cannot sign in with what is there.
  var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}

/// Limits how often a password may be tried: by address and by name, so that neither many names nor many addresses help.
private final class SignInAttempts: Sendable {
  private static let mostPerName = 10
  private static let mostPerAddress = 30
  private static let window: Duration = .seconds(15 * 60)
  /// Remembered at most; beyond it the oldest is forgotten.
  private static let mostRemembered = 20_000

  private let surroundings: Surroundings
  private let begun = Mutex<[String: [Instant]]>([:])

  init(surroundings: Surroundings) { self.surroundings = surroundings }

  /// - Throws: ``SignInRefusal/tooMany(retryAfter:)``.
  func begin(from address: String, for name: String) throws(SignInRefusal) {
    let now = surroundings.now()
    let wait = begun.withLock { begun -> Int64? in
      if begun.count > Self.mostRemembered {
        begun = begun.filter { $0.value.last.map { now.since($0) < Self.window } ?? false }
      }
      for (key, most) in [("address:\(address)", Self.mostPerAddress), ("name:\(name.prefix(100))", Self.mostPerName)] {
        let recent = (begun[key] ?? []).filter { now.since($0) < Self.window }
        begun[key] = recent
        if recent.count >= most, let oldest = recent.first {
          return max(1, (Self.window - now.since(oldest)).components.seconds)
        }
      }
      begun["address:\(address)", default: []].append(now)
      begun["name:\(name.prefix(100))", default: []].append(now)
      return nil
    }
    if let wait { throw .tooMany(retryAfter: wait) }
  }

  func succeeded(for name: String) { begun.withLock { _ = $0.removeValue(forKey: "name:\(name.prefix(100))") } }
}
