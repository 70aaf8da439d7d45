public import Access
import HTTPTypes
import Hummingbird
import Primitives

/// Where the gate learns whose a session is.
public protocol SessionSource: Sendable {
  /// The session that a token belongs to; nil when there is none, or it has ended.
  func session(of token: SessionToken) async throws -> Session?
  /// The session of a program for one request; nil for a key that is unknown or has ended.
  func session(of secret: APIKeySecret, from device: Device) async throws -> Session?
  /// Remembers that a member used what the role gives.
  func noteUse(of action: Action, by member: Member) async throws
}

extension Access: SessionSource {}

/// Lets members in: reads the session's cookie, asks who it is, and has it decided whether the member may do what the
/// route is for, now and with what was shown.
struct Gate: Sendable {
  let sessions: any SessionSource
  let authorizer: any Authorizer
  /// Without TLS, browsers take a cookie with the prefix from this machine only.
  let surroundings: Surroundings
  /// Told who was not let do what.
  var didDeny: @Sendable (Action, Member) async -> Void = { _, _ in }

  static let cookieName = "__Host-surety-session"

  /// A factor has to be shown again before this is done.
  struct ProofNeeded: Error {
    let denials: [Denial]

    /// What whoever asks by a program is told.
    var problem: Problem {
      Problem(.forbidden, "\(denials.map(\.description).joined(separator: " ")) Show a factor again at /prove.")
    }
  }

  /// Who asks.
  /// - Throws: ``Problem`` with status 401 for nobody, 403 for somebody who may not; ``ProofNeeded``.
  func visit(_ request: Request, _ context: ConsoleRequestContext, for action: Action) async throws -> Visit {
    guard let session = try await session(request, context) else { throw Problem(.unauthorized, "Sign in first.") }
    let now = surroundings.now()
    let decision = authorizer.decide(
      AccessRequest(
        principal: Principal(session.member), action: action,
        resource: Resource(kind: "console", name: request.uri.path),
        context: AccessContext(session, at: now, from: context.address)))
    switch decision {
    case .permit:
      if !session.member.isMachine { try await sessions.noteUse(of: action, by: session.member) }
      return Visit(request: request, context: context, session: session, now: now)
    case .deny(let denials) where decision.asksForProof: throw ProofNeeded(denials: denials)
    case .deny(let denials):
      await didDeny(action, session.member)
      throw Problem(.forbidden, denials.map(\.description).joined(separator: " "))
    }
  }

  /// A program's key goes before a cookie; one that is wrong opens nothing, whatever cookie is there.
  private func session(_ request: Request, _ context: ConsoleRequestContext) async throws -> Session? {
    // RFC 6750, section 2.1. Another scheme is for a proxy in front.
    if let authorization = request.headers[.authorization], authorization.lowercased().hasPrefix("bearer ") {
      guard let secret = APIKeySecret(authorization.dropFirst("bearer ".count).trimmed) else { return nil }
      return try await sessions.session(of: secret, from: context.device(of: request))
    }
    guard let token = Self.token(of: request) else { return nil }
    return try await sessions.session(of: token)
  }

  static func token(of request: Request) -> SessionToken? {
    request.cookies[cookieName].flatMap { SessionToken($0.value) }
  }

  /// Whether a request that changes something comes from a page of this session: it carries the session's own token, and
  /// the browser does not say that another site sent it.
  func expectOwn(_ token: String, _ visit: Visit) throws(Problem) {
    // A program sends no cookie, so no other site can make it send anything.
    if visit.session.member.isMachine { return }
    guard ConstantTime.areEqual(Array(token.utf8), Array(visit.session.csrf.utf8)), Self.isOwnSite(visit.request) else {
      throw Problem(.forbidden, "The form is not of this session any more. Go back, load the page again and repeat.")
    }
  }

  /// Whether the browser does not say that another site sent a request. Forms of people who are not signed in have nothing
  /// else to be told by.
  static func isOwnSite(_ request: Request) -> Bool {
    let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
    return site == nil || site == "same-origin" || site == "none"
  }

  /// The header that hands a browser its session, or takes it away when `token` is nil.
  static func cookie(_ token: SessionToken?) -> String {
    let life = token == nil ? "; Max-Age=0" : ""
    return "\(cookieName)=\(token?.text ?? ""); Path=/; Secure; HttpOnly; SameSite=Strict\(life)"
  }
}

extension ConsoleRequestContext {
  /// The address of whoever asks.
  var address: String { forwardedAddress ?? remoteAddress?.ipAddress ?? "unknown" }

  /// From where a request comes, for the list of sessions.
  func device(of request: Request) -> Device {
    Device(address: address, agent: request.headers[.userAgent] ?? "")
  }
}
