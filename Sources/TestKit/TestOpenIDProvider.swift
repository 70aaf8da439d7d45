import Crypto
import Foundation
public import Primitives
import Synchronization

/// An OpenID provider within a test: publishes its metadata and keys, takes people's sign-ins, and exchanges codes for
/// signed tokens. It keeps the rules that a provider has to keep, and lies where a test tells it to.
public final class TestOpenIDProvider: Sendable {
  /// Where it is unless a test says otherwise.
  public static let issuer = "https://id.shop.test/realms/staff"
  public static let clientID = "surety"
  /// It holds what has to be encoded.
  public static let clientSecret = "s3cret: of +the client"

  /// The file by which the console is told of it.
  public static let file = file(of: issuer)

  public static func file(of issuer: String) -> String {
    """
    issuer: \(issuer)
    clientID: \(clientID)
    clientSecret: "\(clientSecret)"
    title: Our directory
    roles:
      - {group: shop-owners, role: owner}
      - {group: shop-support, role: support}
    """
  }

  /// By what a token is signed.
  public enum Signing: Sendable {
    case own
    /// Not at all: `alg` is none.
    case nothing
    /// With the public key as a shared secret: `alg` is HS256.
    case publicKeyAsSecret
    /// With a key that it does not publish, under the published key's name.
    case stranger
  }

  public typealias Change = @Sendable (_ header: inout [String: JSON], _ claims: inout [String: JSON]) -> Void

  private struct Pending {
    let nonce: String
    let challenge: String
    let redirect: String
    let claims: [String: JSON]
  }

  private struct State {
    var key = P256.Signing.PrivateKey()
    var keyName = "key 1"
    var codes: [String: Pending] = [:]
    var change: Change = { _, _ in }
    var signing = Signing.own
    var metadata: [String: JSON] = [:]
    var asked: [String] = []
    var answers: [String: (status: Int, body: [UInt8])] = [:]
  }

  private let state = Mutex(State())
  private let surroundings: Surroundings
  private let issuer: String

  public init(at surroundings: Surroundings, issuer: String = issuer) {
    self.surroundings = surroundings
    self.issuer = issuer
  }

  // MARK: What a test tells it

  public func lie(signing: Signing = .own, _ change: @escaping Change = { _, _ in }) {
    state.withLock { ($0.signing, $0.change) = (signing, change) }
  }

  /// From now on this is what stands in the metadata besides, or instead.
  public func declare(_ members: [String: JSON]) { state.withLock { $0.metadata = members } }

  /// From now on it signs with another key, and does not publish the old one.
  public func rotate() {
    state.withLock { state in
      state.key = P256.Signing.PrivateKey()
      state.keyName += "'"
    }
  }

  /// From now on this is what an address that ends so answers; nil for its own answer again.
  public func answer(_ ending: String, with answer: (status: Int, body: [UInt8])?) {
    state.withLock { $0.answers[ending] = answer }
  }

  /// The addresses that were asked, in order.
  public var asked: [String] { state.withLock { $0.asked } }

  // MARK: What a browser does

  /// A person signs in at the address that the console sent the browser to.
  /// - Parameter claims: what the token says besides; times and names come from the sign-in.
  /// - Returns: the parameters with which the browser goes back.
  public func signIn(
    at address: String, subject: String = "248289761001", name: String = "grace", groups: [String] = ["shop-support"],
    methods: [String] = ["pwd", "otp"], claims: [String: JSON] = [:]
  ) throws -> (code: String, state: String, redirect: String) {
    guard let query = URLComponents(string: address)?.queryItems else { throw TestSetupError(description: address) }
    func parameter(_ name: String) -> String { query.first { $0.name == name }?.value ?? "" }
    guard address.hasPrefix("\(issuer)/authorize?"), parameter("client_id") == Self.clientID,
      parameter("response_type") == "code", parameter("code_challenge_method") == "S256",
      parameter("scope").split(separator: " ").contains("openid"), !parameter("nonce").isEmpty
    else { throw TestSetupError(description: "a provider refuses \(address)") }
    let now = surroundings.now().seconds
    var all: [String: JSON] = [
      "iss": .string(issuer), "sub": .string(subject), "aud": .string(Self.clientID),
      "preferred_username": .string(name), "groups": .array(groups.map { .string($0) }),
      "amr": .array(methods.map { .string($0) }), "auth_time": .integer(now),
    ]
    all.merge(claims) { $1 }
    let code = Hexadecimal.encode(surroundings.randomBytes(16))
    state.withLock { [all] in
      $0.codes[code] = Pending(
        nonce: parameter("nonce"), challenge: parameter("code_challenge"), redirect: parameter("redirect_uri"),
        claims: all)
    }
    return (code, parameter("state"), parameter("redirect_uri"))
  }

  // MARK: What the console asks

  /// - Parameter form: nil where nothing is posted.
  public func answer(
    _ address: String, posting form: String?, authorization: String?
  ) -> (status: Int, body: [UInt8]) {
    form.map { exchange($0, at: address, authorization) } ?? publish(address)
  }

  private func publish(_ address: String) -> (status: Int, body: [UInt8]) {
    respond(address) { state in
      switch address {
      case "\(issuer)/.well-known/openid-configuration": (200, metadata(state).canonicalBytes)
      case "\(issuer)/keys": (200, Self.keys(state).canonicalBytes)
      default: (404, [])
      }
    }
  }

  private func exchange(_ form: String, at address: String, _ authorization: String?) -> (status: Int, body: [UInt8]) {
    let now = surroundings.now().seconds
    return respond(address) { state in
      func refuse(_ error: String) -> (status: Int, body: [UInt8]) {
        (400, (["error": .string(error), "error_description": "for ada@shop.test"] as JSON).canonicalBytes)
      }
      guard address == "\(issuer)/token" else { return (404, []) }
      let credentials = [Self.clientID, Self.clientSecret].map(Self.encoded).joined(separator: ":")
      guard authorization == "Basic \(Data(credentials.utf8).base64EncodedString())" else {
        return refuse("invalid_client")
      }
      var components = URLComponents()
      components.percentEncodedQuery = form
      let fields = Dictionary((components.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
      guard fields["grant_type"] == "authorization_code",
        let pending = state.codes.removeValue(forKey: fields["code"] ?? ""),
        pending.redirect == fields["redirect_uri"],
        pending.challenge == Self.url(Array(SHA256.hash(data: Array((fields["code_verifier"] ?? "").utf8))))
      else { return refuse("invalid_grant") }
      let answer: JSON = [
        "access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300,
        "id_token": .string(Self.token(pending, state, at: now)),
      ]
      return (200, answer.canonicalBytes)
    }
  }

  private func respond(
    _ address: String, _ answer: (inout State) -> (status: Int, body: [UInt8])
  ) -> (status: Int, body: [UInt8]) {
    state.withLock { state in
      state.asked.append(address)
      return state.answers.first { address.hasSuffix($0.key) }?.value ?? answer(&state)
    }
  }

  private func metadata(_ state: State) -> JSON {
    let members: [String: JSON] = [
      "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
      "token_endpoint": .string("\(issuer)/token"), "jwks_uri": .string("\(issuer)/keys"),
      "id_token_signing_alg_values_supported": ["RS256", "ES256"], "code_challenge_methods_supported": ["S256"],
    ]
    return .object(members.merging(state.metadata) { $1 })
  }

  private static func keys(_ state: State) -> JSON {
    let point = Array(state.key.publicKey.rawRepresentation)
    return [
      "keys": [
        [
          "kty": "EC", "crv": "P-256", "use": "sig", "kid": .string(state.keyName),
          "x": .string(url(Array(point.prefix(32)))),
          "y": .string(url(Array(point.suffix(32)))),
        ],
        ["kty": "oct", "kid": "a secret", "k": "c2VjcmV0"],
      ]
    ]
  }

  private static func token(_ pending: Pending, _ state: State, at now: Int64) -> String {
    var header: [String: JSON] = ["typ": "JWT", "kid": .string(state.keyName)]
    header["alg"] =
      switch state.signing {
      case .own, .stranger: "ES256"
      case .nothing: "none"
      case .publicKeyAsSecret: "HS256"
      }
    var claims = pending.claims
    claims.merge(["nonce": .string(pending.nonce), "iat": .integer(now), "exp": .integer(now + 300)]) { mine, _ in mine
    }
    claims["at_hash"] = .string(url(Array(SHA256.hash(data: Array("an-access-token".utf8)).prefix(16))))
    state.change(&header, &claims)
    let signed = [header, claims].map { url(JSON.object($0).canonicalBytes) }.joined(separator: ".")
    return "\(signed).\(url(signature(of: Array(signed.utf8), state)))"
  }

  private static func signature(of bytes: [UInt8], _ state: State) -> [UInt8] {
    switch state.signing {
    case .own: (try? state.key.signature(for: bytes)).map { Array($0.rawRepresentation) } ?? []
    case .stranger: (try? P256.Signing.PrivateKey().signature(for: bytes)).map { Array($0.rawRepresentation) } ?? []
    case .nothing: []
    case .publicKeyAsSecret:
      Array(
        HMAC<SHA256>.authenticationCode(
          for: bytes, using: SymmetricKey(data: state.key.publicKey.rawRepresentation)))
    }
  }

  private static func url(_ bytes: [UInt8]) -> String { Base64.encodeURL(bytes) }

  private static func encoded(_ text: String) -> String {
    let unreserved = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }
}
