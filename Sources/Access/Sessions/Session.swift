public import Primitives

/// A member who has signed in.
public struct Session: Sendable {
  public let id: Identifier<Session>
  public let member: Member
  /// What a form of this session carries, so that no other site can send one in the member's name.
  public let csrf: String
  /// Until when the member was here before this visit; nil on the first.
  public let lastVisit: Instant?
  public let opened: Instant
  /// To the minute.
  public let used: Instant
  /// When it ends whatever the member does.
  public let ends: Instant
  /// What was shown.
  public let factors: Set<Factor>
  public let strength: Strength
  /// When the factors were shown last.
  public let proven: Instant
  public let device: Device
  /// How many requests a second a program may make; nil for a person.
  public let rate: Int?

  public init(
    id: Identifier<Session>, member: Member, csrf: String, lastVisit: Instant?, opened: Instant, used: Instant,
    ends: Instant, factors: Set<Factor>, strength: Strength, proven: Instant, device: Device,
    rate: Int? = nil
  ) {
    self.id = id
    self.member = member
    self.csrf = csrf
    self.lastVisit = lastVisit
    self.opened = opened
    self.used = used
    self.ends = ends
    self.factors = factors
    self.strength = strength
    self.proven = proven
    self.device = device
    self.rate = rate
  }
}

/// From where a session was opened, so that its member recognises it in a list.
public struct Device: Hashable, Sendable {
  /// An IP address.
  public let address: String
  /// What the browser calls itself, cut short.
  public let agent: String

  public init(address: String, agent: String) {
    self.address = String(address.prefix(60))
    self.agent = String(
      agent.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }.prefix(200).map(Character.init))
  }
}

/// A session that was just opened or proven anew, with the only copy of its token.
public struct OpenedSession: Sendable {
  public let token: SessionToken
  public let session: Session

  public init(token: SessionToken, session: Session) {
    self.token = token
    self.session = session
  }
}

/// What somebody shows to come in without a passkey.
public struct Credentials: Sendable {
  public let name: String
  public let password: String
  /// Six digits of a time-based one-time password, or a recovery code.
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
    case .wrong:
      "Name, password and code do not belong together. A code is good once; wait for the next one. After several wrong "
        + "answers, wait a quarter of an hour."
    case .tooMany(let seconds): "There were too many attempts. Try again in \(seconds) seconds."
    }
  }
}
