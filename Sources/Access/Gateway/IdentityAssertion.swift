import Crypto
import Primitives

/// Says to the shop who comes, signed, so that it need not trust whoever sets headers: a JWT (RFC 7519) in compact form, by
/// Ed25519 (RFC 8037).
struct IdentityAssertion: Sendable {
  /// An assertion is good for so long; the shop takes it at once.
  static let life: Duration = .seconds(60)

  private let key: Curve25519.Signing.PrivateKey
  private let keyID: String

  /// - Parameter seed: 32 bytes.
  init(seed: [UInt8]) throws {
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    keyID = Base64.encodeURL(Array(SHA256.hash(data: key.publicKey.rawRepresentation)).prefix(12))
  }

  /// The token for a session at a host.
  func token(for session: Session, issuer: String, host: String, at now: Instant) throws -> String {
    let header: JSON = ["alg": "EdDSA", "typ": "JWT", "kid": .string(keyID)]
    let claims: JSON = [
      "iss": .string(issuer), "aud": .string(host), "sub": .string("\(session.member.id)"),
      "name": .string(session.member.name), "role": .string(session.member.role.id),
      "acr": .string(session.strength.name),
      "amr": .array(session.factors.map(\.rawValue).sorted().map { .string($0) }),
      "auth_time": .integer(session.proven.seconds), "iat": .integer(now.seconds),
      "exp": .integer(now.advanced(by: Self.life).seconds),
    ]
    let signed = [header, claims].map { Base64.encodeURL($0.canonicalBytes) }.joined(separator: ".")
    return "\(signed).\(Base64.encodeURL(Array(try key.signature(for: Array(signed.utf8)))))"
  }

  /// What verifies it: a JWK set (RFC 7517).
  var keySet: JSON {
    [
      "keys": [
        [
          "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": .string(keyID),
          "x": .string(Base64.encodeURL(Array(key.publicKey.rawRepresentation))),
        ]
      ]
    ]
  }
}
