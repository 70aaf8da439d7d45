import Primitives

/// Who may come in: what the console knows of it. The room for members, passkeys and roles takes its place behind this
/// protocol without a change to the routes.
public protocol SignIn: Sendable {
  /// Opens a session.
  /// - Parameter address: where the attempt comes from, for its limits.
  /// - Throws: ``SignInRefusal``, `StorageError`.
  func open(_ credentials: Credentials, from address: String) async throws -> OpenedSession

  /// The session that a token belongs to; nil when there is none, or it has ended.
  func session(of token: SessionToken) async throws -> Session?

  /// Whether there is anybody who could sign in.
  func hasMembers() async throws -> Bool

  /// Ends a session; nothing happens when it has ended already.
  func close(_ token: SessionToken) async throws
}

/// What somebody shows to come in.
public struct Credentials: Sendable {
  public let name: String
  public let password: String
  /// Six digits of a time-based one-time password.
  public let code: String

  public init(name: String, password: String, code: String) {
    self.name = name
    self.password = password
    self.code = code
  }
}

/// Why a sign-in is refused. Whether it was the name, the password or the code is nobody's business.
public enum SignInRefusal: Error, Hashable, Sendable {
  case wrong
  /// Too many attempts; the seconds until the next is heard.
  case tooMany(retryAfter: Int64)
}

extension SignInRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrong: "Name, password and code do not belong together. A code is good once; wait for the next one."
    case .tooMany(let seconds): "There were too many attempts. Try again in \(seconds) seconds."
    }
  }
}

/// A session that was just opened, with the only copy of its token.
public struct OpenedSession: Sendable {
  let token: SessionToken
  let session: Session
}

/// What a browser shows to be recognised: 32 random bytes. Stored only as a digest.
public struct SessionToken: Hashable, Sendable {
  let bytes: [UInt8]

  init(in surroundings: Surroundings) { bytes = surroundings.randomBytes(32) }

  /// Reads the text that ``text`` gives; nil for anything else.
  init?(_ text: some StringProtocol) {
    guard text.utf8.count == 64, let bytes = Hexadecimal.decode(Array(text.utf8)) else { return nil }
    self.bytes = bytes
  }

  var text: String { Hexadecimal.encode(bytes) }
}
