import Crypto
public import Primitives
import Storage

/// The way from a guarded host to the console and back. Cookies do not go from one host to another, so the console hands the
/// host a code, as OAuth does: good once, for a minute, for this host, and for the browser that began only.
extension Gateway {
  /// What a browser keeps while it is away: 32 random bytes.
  public struct Journey: Hashable, Sendable {
    private let bytes: [UInt8]

    /// Begins one.
    public init(in surroundings: Surroundings = .system) { bytes = surroundings.randomBytes(32) }

    /// Reads the text that ``text`` gives; nil for anything else.
    public init?(_ text: some StringProtocol) {
      guard text.utf8.count == 43, let bytes = Base64.decodeURL(text) else { return nil }
      self.bytes = bytes
    }

    /// For the browser's cookie.
    public var text: String { Base64.encodeURL(bytes) }

    /// For addresses: tells whoever reads it nothing of the cookie.
    public var state: String { Base64.encodeURL(Array(SHA256.hash(data: bytes))) }
  }

  private static var sealedFor: [UInt8] { Array("gateway code".utf8) }
  private static var codeLife: Duration { .seconds(60) }

  /// What the console does with a person who comes from a guarded host and is signed in.
  public enum Handover: Sendable {
    /// Back, with this code.
    case code(String)
    /// A factor has to be shown again first.
    case prove
    case deny(reason: String)
  }

  /// Hands a session over to a guarded host.
  /// - Parameters:
  ///   - request: what the person asked the host for.
  ///   - state: what ``Journey/state`` was at the guarded host.
  public func handOver(
    _ session: Session, for request: Request, state: String
  ) throws -> Handover {
    guard rules.isReturnable(host: request.host, target: request.target), state.utf8.count == 43,
      let host = GatewayRules.normalized(host: request.host)
    else { return .deny(reason: "host-not-guarded") }
    let demand: Resource.Demand
    switch rules.ruling(on: request, at: host) {
    case .open: return try code(session, host, state)
    case .deny(let reason, _): return .deny(reason: reason)
    case .member(let found, _): demand = found
    }
    let now = access.surroundings.now()
    let decision = decide(session, demand, request, host)
    // Whoever has just shown the strongest factor they have is not sent round in circles.
    let mayHelp = session.strength >= demand.strength || now.since(session.proven) > .seconds(60)
    if decision.asksForProof, mayHelp { return .prove }
    if case .deny(let denials) = decision { return .deny(reason: denials.first?.code ?? "denied") }
    return try code(session, host, state)
  }

  private func code(_ session: Session, _ host: String, _ state: String) throws -> Handover {
    let expires = access.surroundings.now().advanced(by: Self.codeLife)
    let value: JSON = [
      "session": .string("\(session.id)"), "host": .string(host), "state": .string(state),
      "expires": .string("\(expires.microseconds)"),
    ]
    return .code(Base64.encodeURL(try access.key.seal(value.canonicalBytes, for: Self.sealedFor)))
  }

  /// Takes a code at the guarded host and gives its cookie's token; nil for a code that is not good, or not this browser's.
  public func redeem(_ code: String, journey: Journey, at host: String) async throws -> SessionToken? {
    let now = access.surroundings.now()
    guard code.utf8.count <= 1_000, let sealed = Base64.decodeURL(code), let host = GatewayRules.normalized(host: host),
      let bytes = try? access.key.open(sealed, for: Self.sealedFor), let value = JSON(parsing: bytes),
      value["host"]?.text == host, let state = value["state"]?.text,
      ConstantTime.areEqual(Array(state.utf8), Array(journey.state.utf8)),
      let expires = value["expires"]?.text.flatMap({ Int64($0) }).map(Instant.init(microseconds:)), now < expires,
      let id = value["session"]?.text.flatMap({ Identifier<Session>($0) })
    else { return nil }
    let token = SessionToken(in: access.surroundings)
    let digest = Array(SHA256.hash(data: sealed))
    let longest = access.configuration.longest
    let isGood = try await access.database.write { transaction in
      guard try MemberStore.spend(digest, until: expires, at: now, transaction),
        try GatewayStore.session(id, transaction) != nil
      else { return false }
      try GatewayStore.deleteAll(openedBefore: now.advanced(by: .zero - longest), transaction)
      try GatewayStore.insert(token.digest, session: id, host: host, at: now, transaction)
      return true
    }
    return isGood ? token : nil
  }
}
