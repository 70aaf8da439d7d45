import Crypto
import JWTKit
public import Primitives

/// Signs members in through another server: a relying party of OpenID Connect Core 1.0, with the authorization code flow
/// (section 3.1), code verifier (RFC 7636) and issuer identification (RFC 9207).
///
/// What it remembers is what the provider publishes, and that for an hour; every node may have its own.
public actor OpenIDClient {
  public nonisolated let provider: OpenIDProvider
  private let transport: any OpenIDTransport
  private let surroundings: Surroundings
  private var metadata: Kept<OpenIDMetadata>?
  private var keys: Kept<OpenIDKeySet>?
  /// When keys were asked for last, with success or without.
  private var keysAsked: Instant?
  /// What everybody waits for who needs the same.
  private var keysOnTheirWay: Task<Result<OpenIDKeySet, OpenIDError>, Never>?

  /// What the provider publishes is good for so long.
  private static let life: Duration = .seconds(60 * 60)
  /// A token with an unknown key has the keys fetched again, but not sooner than this.
  private static let patience: Duration = .seconds(60)
  /// A token answer holds an ID token, an access token and perhaps a refresh token.
  private static let longestAnswer = 65_536

  /// - Parameter surroundings: for their randomness; the time is a parameter of each call.
  public init(_ provider: OpenIDProvider, over transport: any OpenIDTransport, surroundings: Surroundings = .system) {
    self.provider = provider
    self.transport = transport
    self.surroundings = surroundings
  }

  // MARK: The sign-in

  /// Begins a sign-in (OpenID Connect Core 1.0, section 3.1.2.1).
  /// - Parameters:
  ///   - redirect: the console's address that the provider has registered, to the letter.
  ///   - demand: more than usual, to step a session up; the provider then asks the member again.
  /// - Returns: where to send the browser, and what to keep until it comes back.
  public func begin(
    redirect: String, demanding demand: SignInDemand = SignInDemand(), at now: Instant
  ) async throws(OpenIDError) -> SignInRequest {
    let metadata = try await metadata(at: now)
    func secret() -> String { Base64.encodeURL(surroundings.randomBytes(32)) }
    let secrets = SignInSecrets(
      state: secret(), nonce: secret(), verifier: secret(), redirect: redirect, begun: now, demand: demand)
    let challenge = Base64.encodeURL(Array(SHA256.hash(data: Array(secrets.verifier.utf8))))
    let contexts = demand.strength.map { provider.contexts(from: $0).joined(separator: " ") } ?? ""
    let query = FormEncoding.encode([
      "response_type": "code", "client_id": provider.clientID, "redirect_uri": redirect,
      "scope": (["openid", "profile"] + provider.scopes).joined(separator: " "), "state": secrets.state,
      "nonce": secrets.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
      "acr_values": contexts.isEmpty ? nil : contexts,
      "max_age": demand.fresh.map { "\($0.components.seconds)" },
      "prompt": demand.fresh == nil ? nil : "login",
    ])
    let joint = metadata.authorization.contains("?") ? "&" : "?"
    return SignInRequest(address: metadata.authorization + joint + query, secrets: secrets)
  }

  /// Ends a sign-in: exchanges the code for a token and checks it.
  ///
  /// A code that is used twice is the provider's to refuse; that secrets are used once is the caller's to see to.
  /// - Parameters:
  ///   - code: the parameter of this name.
  ///   - state: the parameter of this name; empty where there is none.
  ///   - iss: the parameter of this name; nil where there is none.
  ///   - secrets: what ``begin(redirect:demanding:at:)`` gave to the browser that the answer comes from.
  public func finish(
    code: String, state: String, iss: String?, secrets: SignInSecrets, at now: Instant
  ) async throws(OpenIDError) -> FederatedIdentity {
    guard secrets.isState(state) else { throw .wrongState }
    guard secrets.isAlive(at: now) else { throw .tooOld }
    if let iss, iss != provider.issuer { throw .wrongProvider }
    let metadata = try await metadata(at: now)
    if metadata.namesIssuer, iss == nil { throw .wrongProvider }
    let answer = try await exchange(code, secrets, at: metadata.token)
    let token = try IDToken(parsing: answer.idToken)
    guard metadata.algorithms.contains(token.algorithm) else { throw .refusedAlgorithm }
    guard let verifier = try await verifier(for: token, from: metadata.keys, at: now) else { throw .unknownKey }
    guard token.isSigned(by: verifier) else { throw .wrongSignature }
    try token.check(for: provider, secrets, accessToken: answer.accessToken, at: now)
    return try token.identity(by: provider, secrets.demand)
  }

  /// Section 3.1.3.1 and 3.1.3.3. The access token is needed for its hash only, and is then forgotten.
  private func exchange(
    _ code: String, _ secrets: SignInSecrets, at address: String
  ) async throws(OpenIDError) -> (idToken: String, accessToken: String) {
    // RFC 6749, section 2.3.1: both are encoded before they are joined, since either may hold a colon.
    let authorization = provider.clientSecret.map {
      "Basic " + Base64.encode(Array("\(FormEncoding.encode(provider.clientID)):\(FormEncoding.encode($0))".utf8))
    }
    let form = FormEncoding.encode([
      "grant_type": "authorization_code", "code": code, "redirect_uri": secrets.redirect,
      "code_verifier": secrets.verifier, "client_id": authorization == nil ? provider.clientID : nil,
    ])
    let answer: OpenIDAnswer
    do {
      answer = try await transport.ask(
        address, posting: form, authorization: authorization, most: Self.longestAnswer)
    } catch {
      throw .unreachable(.token)
    }
    // RFC 6749, section 5.2: a refusal has the status 400 or 401 and says why.
    if [400, 401].contains(answer.status), answer.body.count <= Self.longestAnswer,
      let code = JSON(parsing: answer.body)?["error"]?.text
    {
      throw .declined(OpenIDError.Decline(code: code))
    }
    let value = try Self.json(answer, of: .token, most: Self.longestAnswer)
    guard let idToken = value["id_token"]?.text, let accessToken = value["access_token"]?.text,
      value["token_type"]?.text?.lowercased() == "bearer"
    else { throw .unusableAnswer(.token, reason: "it has no ID token, no access token or not the type Bearer") }
    return (idToken, accessToken)
  }

  // MARK: What the provider publishes

  private struct Kept<Value: Sendable> {
    let value: Value
    let since: Instant
  }

  /// Whether so much time has passed; a clock that was set back counts as if it had.
  private static func hasPassed(_ span: Duration, since moment: Instant, at now: Instant) -> Bool {
    !(.zero..<span).contains(now.since(moment))
  }

  private func metadata(at now: Instant) async throws(OpenIDError) -> OpenIDMetadata {
    if let metadata, !Self.hasPassed(Self.life, since: metadata.since, at: now) { return metadata.value }
    let value = try await Self.fetch(
      provider.metadataAddress, of: .metadata, most: OpenIDMetadata.longest, over: transport)
    let fetched = try OpenIDMetadata(value, issuer: provider.issuer)
    metadata = Kept(value: fetched, since: now)
    return fetched
  }

  private func verifier(
    for token: IDToken, from address: String, at now: Instant
  ) async throws(OpenIDError) -> (any JWTAlgorithm)? {
    if let keys, !Self.hasPassed(Self.life, since: keys.since, at: now) {
      if let verifier = try keys.value.verifier(for: token) { return verifier }
      // The provider may have changed its keys (section 10.1.1). Whoever brings made-up names must not have it asked
      // again and again.
      let isDue = keysAsked.map { Self.hasPassed(Self.patience, since: $0, at: now) } ?? true
      guard isDue || keysOnTheirWay != nil else { return nil }
    }
    return try await fetchKeys(from: address, at: now).verifier(for: token)
  }

  private func fetchKeys(from address: String, at now: Instant) async throws(OpenIDError) -> OpenIDKeySet {
    if let keysOnTheirWay { return try await keysOnTheirWay.value.get() }
    keysAsked = now
    let task = Task { [transport] () -> Result<OpenIDKeySet, OpenIDError> in
      do throws(OpenIDError) {
        let value = try await Self.fetch(address, of: .keys, most: OpenIDKeySet.longest, over: transport)
        return .success(try await OpenIDKeySet(value))
      } catch {
        return .failure(error)
      }
    }
    keysOnTheirWay = task
    let result = await task.value
    keysOnTheirWay = nil
    let fetched = try result.get()
    keys = Kept(value: fetched, since: now)
    return fetched
  }

  private static func fetch(
    _ address: String, of endpoint: OpenIDError.Endpoint, most: Int, over transport: any OpenIDTransport
  ) async throws(OpenIDError) -> JSON {
    let answer: OpenIDAnswer
    do {
      answer = try await transport.ask(address, posting: nil, authorization: nil, most: most)
    } catch {
      throw .unreachable(endpoint)
    }
    return try json(answer, of: endpoint, most: most)
  }

  private static func json(
    _ answer: OpenIDAnswer, of endpoint: OpenIDError.Endpoint, most: Int
  ) throws(OpenIDError) -> JSON {
    guard answer.status == 200 else { throw .failed(endpoint, status: answer.status) }
    guard answer.body.count <= most else { throw .unusableAnswer(endpoint, reason: "it has more than \(most) bytes") }
    guard let value = JSON(parsing: answer.body), case .object = value else {
      throw .unusableAnswer(endpoint, reason: "it is no JSON object, or repeats a name in it")
    }
    return value
  }
}
