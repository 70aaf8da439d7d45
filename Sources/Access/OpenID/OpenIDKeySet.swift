import Foundation
import JWTKit
import Primitives

/// The keys with which a provider signs (RFC 7517, section 5).
///
/// Which key and algorithm a token is verified with is decided here, and not by JWTKit's collections: those fall back on
/// another key where the named one is not there.
struct OpenIDKeySet: Sendable {
  /// In bytes.
  static let longest = 262_144

  private struct Key: Sendable {
    let id: String?
    let verifiers: [SignatureAlgorithm: any JWTAlgorithm]
  }

  private let keys: [Key]

  /// Reads a set. Keys that cannot sign ID tokens are passed over, because providers publish others beside them.
  init(_ value: JSON) async throws(OpenIDError) {
    guard case .array(let values)? = value["keys"] else {
      throw .unusableAnswer(.keys, reason: "it is no key set")
    }
    var keys: [Key] = []
    for value in values {
      if let key = await Self.key(value) { keys.append(key) }
    }
    guard !keys.isEmpty else { throw .unusableAnswer(.keys, reason: "no key in it can sign a token") }
    self.keys = keys
  }

  /// What verifies a token; nil where its key is not in the set, and a newer one may have it.
  func verifier(for token: IDToken) throws(OpenIDError) -> (any JWTAlgorithm)? {
    if let id = token.keyID {
      let named = keys.filter { $0.id == id }
      guard !named.isEmpty else { return nil }
      guard let verifier = named.lazy.compactMap({ $0.verifiers[token.algorithm] }).first else {
        throw .refusedAlgorithm
      }
      return verifier
    }
    // OpenID Connect Core 1.0, section 10.1: a token may leave the name out where there is one key only.
    let fitting = keys.compactMap { $0.verifiers[token.algorithm] }
    guard fitting.count <= 1 else {
      throw .malformedToken(reason: "it does not say with which of the provider's keys it is signed")
    }
    return fitting.first
  }

  private static func key(_ value: JSON) async -> Key? {
    if let use = value["use"], use.text != "sig" { return nil }
    if let operations = value["key_ops"], operations.texts?.contains("verify") != true { return nil }
    guard let candidate = candidate(value) else { return nil }
    var algorithms = candidate.algorithms
    if let named = value["alg"] { algorithms.removeAll { $0.rawValue != named.text } }
    var verifiers: [SignatureAlgorithm: any JWTAlgorithm] = [:]
    for algorithm in algorithms {
      guard let verifier = await verifier(candidate.make(algorithm)) else { return nil }
      verifiers[algorithm] = verifier
    }
    return verifiers.isEmpty ? nil : Key(id: value["kid"]?.text, verifiers: verifiers)
  }

  /// A public key, and the algorithms that its kind is for. Whatever else the provider wrote, such as a private part, is
  /// left where it is.
  private static func candidate(
    _ value: JSON
  ) -> (algorithms: [SignatureAlgorithm], make: (SignatureAlgorithm) -> JWK)? {
    let (x, y) = (value["x"]?.text, value["y"]?.text)
    func has(_ coordinate: String?, _ size: Int) -> Bool { coordinate.flatMap { Base64.decodeURL($0) }?.count == size }
    switch (value["kty"]?.text, value["crv"]?.text) {
    case ("RSA", nil):
      let (n, e) = (value["n"]?.text, value["e"]?.text)
      // 2,048 bits at least (NIST SP 800-131A), and no more than it is reasonable to compute with.
      guard let modulus = n.flatMap({ Base64.decodeURL($0) }), (256...1_024).contains(modulus.count),
        modulus.first != 0,
        let exponent = e.flatMap({ Base64.decodeURL($0) }), (1...4).contains(exponent.count)
      else { return nil }
      return ([.rs256, .ps256], { .rsa($0.jwk, identifier: Self.name, modulus: n, exponent: e) })
    case ("EC", "P-256") where has(x, 32) && has(y, 32):
      return ([.es256], { .ecdsa($0.jwk, identifier: Self.name, x: x, y: y, curve: .p256) })
    case ("EC", "P-384") where has(x, 48) && has(y, 48):
      return ([.es384], { .ecdsa($0.jwk, identifier: Self.name, x: x, y: y, curve: .p384) })
    case ("OKP", "Ed25519") where has(x, 32):
      return ([.edDSA], { .octetKeyPair($0.jwk, identifier: Self.name, x: x, y: nil, curve: .ed25519) })
    default: return nil
    }
  }

  /// Each key has a collection of its own, in which no other can be found by mistake.
  private static func verifier(_ key: JWK) async -> (any JWTAlgorithm)? {
    try? await JWTKeyCollection().add(jwk: key).getKey(for: name)
  }

  private static let name = JWKIdentifier(string: "the key")
}

extension SignatureAlgorithm {
  fileprivate var jwk: JWK.Algorithm {
    switch self {
    case .rs256: .rs256
    case .ps256: .ps256
    case .es256: .es256
    case .es384: .es384
    case .edDSA: .eddsa
    }
  }
}
