import Crypto
public import Primitives
import Storage

/// Guards the shop's own admin panel: a proxy in front of it asks for each request whether it may pass. Whatever goes
/// wrong, nobody passes.
public struct Gateway: Sendable {
  /// What a proxy asks about.
  public struct Request: Sendable {
    public var host: String
    public var method: String
    /// Path and query, as they stand in the request line.
    public var target: String
    public var address: String

    public init(host: String, method: String, target: String, address: String) {
      self.host = host
      self.method = method
      self.target = target
      self.address = address
    }
  }

  /// What a proxy is told.
  public enum Verdict: Sendable {
    /// It passes; nil for anybody, else who it is, with the signed assertion.
    case pass(Session?, assertion: String?)
    /// Nobody is signed in, or a factor has to be shown again: the person goes to the console and comes back.
    case signIn
    case deny(reason: String)
  }

  let access: Access
  let authorizer: any Authorizer
  public let rules: GatewayRules
  let assertion: IdentityAssertion
  let seen: GatewayMemory

  /// The gateway of an installation; makes its signing key the first time.
  /// - Throws: `StorageError`, ``AccessError/sealedWithAnotherKey``.
  public init(over access: Access, rules: GatewayRules) async throws {
    self.access = access
    self.rules = rules
    authorizer = RoleAuthorizer(access.roles)
    let purpose = Array("gateway signing key".utf8)
    let fresh = try access.key.seal(access.surroundings.randomBytes(32), for: purpose)
    let sealed = try await access.database.write { transaction in
      if let stored = try GatewayStore.sealedSeed(transaction) { return stored }
      try GatewayStore.putSealedSeed(fresh, transaction)
      return fresh
    }
    assertion = try IdentityAssertion(seed: try access.key.open(sealed, for: purpose))
    seen = GatewayMemory(surroundings: access.surroundings)
  }

  /// By which the shop checks assertions: a JWK set.
  public var keySet: JSON { assertion.keySet }

  /// Whether a request may pass.
  /// - Parameter token: what the guarded host's cookie holds; nil where there is none.
  /// - Throws: `StorageError` when the database cannot be asked: then nobody passes.
  public func verify(_ request: Request, token: SessionToken?) async throws -> Verdict {
    guard let host = GatewayRules.normalized(host: request.host) else { return .deny(reason: "host-not-guarded") }
    let (demand, rule): (Resource.Demand, Int)
    switch rules.ruling(on: request, at: host) {
    case .open: return .pass(nil, assertion: nil)
    case .deny(let reason, let rule):
      // Whoever is signed in and tries where nobody may come is written down.
      if let token, let session = try await session(of: token, at: host) {
        try await noteDenial(session, host, rule, reason)
      }
      return .deny(reason: reason)
    case .member(let found, let number): (demand, rule) = (found, number)
    }
    guard let token, let session = try await session(of: token, at: host) else { return .signIn }
    let decision = decide(session, demand, request, host)
    guard case .deny(let denials) = decision else {
      try await notePass(session, host, rule)
      return .pass(session, assertion: try signed(session, host))
    }
    if decision.asksForProof { return .signIn }
    let reason = denials.first?.code ?? "denied"
    try await noteDenial(session, host, rule, reason)
    return .deny(reason: reason)
  }

  func decide(
    _ session: Session, _ demand: Resource.Demand, _ request: Request, _ host: String
  ) -> AccessDecision {
    authorizer.decide(
      AccessRequest(
        principal: Principal(session.member), action: .useShop,
        resource: Resource(kind: "shop", name: host, demand: demand),
        context: AccessContext(session, at: access.surroundings.now(), from: request.address)))
  }

  /// Read from the database once in a while only; what ends a session counts within that.
  private func session(of token: SessionToken, at host: String) async throws -> Session? {
    let digest = token.digest
    if let known = seen.session(digest, at: host) { return known }
    let began = access.surroundings.now()
    let found = try await access.session { transaction in
      guard let own = try GatewayStore.session(digest, host: host, transaction) else { return nil }
      return try SessionStore.session(own, transaction)
    }
    if let found { seen.keep(found, digest, at: host, read: began) }
    return found
  }

  private func signed(_ session: Session, _ host: String) throws -> String {
    if let known = seen.assertion(of: session, at: host) { return known }
    let token = try assertion.token(for: session, issuer: rules.console, host: host, at: access.surroundings.now())
    seen.keep(token, of: session, at: host)
    return token
  }

  // MARK: What is written down

  /// The first pass of a session at a rule within a quarter of an hour is in the journal before it is answered.
  private func notePass(_ session: Session, _ host: String, _ rule: Int) async throws {
    try await seen.once("pass \(session.id) \(host) \(rule)", within: .seconds(15 * 60)) {
      try await record("gateway.passed", session, ["host": .string(host), "rule": .integer(Int64(rule))])
      try await access.noteUse(of: .useShop, by: session.member)
    }
  }

  private func noteDenial(_ session: Session, _ host: String, _ rule: Int?, _ reason: String) async throws {
    try await seen.once("deny \(session.id) \(host) \(rule ?? 0) \(reason)", within: .seconds(60)) {
      var facts: [String: JSON] = ["host": .string(host), "reason": .string(reason)]
      if let rule { facts["rule"] = .integer(Int64(rule)) }
      try await record("gateway.denied", session, facts)
    }
  }

  private func record(_ kind: StaticString, _ session: Session, _ facts: [String: JSON]) async throws {
    let facts = facts.merging(["member": .string("\(session.member.id)")]) { $1 }
    let author = try session.member.author()
    try await access.database.write { try access.record(kind, by: author, facts, $0) }
  }
}
