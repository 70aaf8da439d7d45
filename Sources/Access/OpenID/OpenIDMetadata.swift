import Primitives

/// What a provider says it can do (OpenID Connect Discovery 1.0, section 3).
struct OpenIDMetadata: Sendable {
  /// In bytes; providers send a tenth of it.
  static let longest = 65_536

  let authorization: String
  let token: String
  let keys: String
  /// Those that both sides take.
  let algorithms: Set<SignatureAlgorithm>
  /// Whether every answer says from which provider it comes (RFC 9207, section 3).
  let namesIssuer: Bool

  /// - Parameter issuer: the one that was asked; another's document is refused (section 4.3).
  init(_ value: JSON, issuer: String) throws(OpenIDError) {
    guard case .object(let members) = value, members["issuer"]?.text == issuer else {
      throw Self.unusable("it names another issuer than \(issuer), which has to be written exactly alike")
    }
    // Also those that are not used: a provider that offers one in the clear is not set up to be trusted.
    for (name, value) in members where name.hasSuffix("_endpoint") || name == "jwks_uri" {
      guard let address = value.text, Self.isSecure(address) else {
        throw Self.unusable("not all of its addresses begin with https://")
      }
    }
    guard let authorization = members["authorization_endpoint"]?.text, let token = members["token_endpoint"]?.text,
      let keys = members["jwks_uri"]?.text
    else { throw Self.unusable("authorization_endpoint, token_endpoint or jwks_uri is missing") }
    guard let named = members["id_token_signing_alg_values_supported"]?.texts else {
      throw Self.unusable("id_token_signing_alg_values_supported is missing")
    }
    let algorithms = Set(named.compactMap(SignatureAlgorithm.init(rawValue:)))
    guard !algorithms.isEmpty else { throw Self.unusable("it signs with none of \(SignatureAlgorithm.names)") }
    // Many that know S256 do not say so; one that says what it knows and leaves it out does not (RFC 8414, section 2).
    if let methods = members["code_challenge_methods_supported"] {
      guard methods.texts?.contains("S256") ?? false else {
        throw Self.unusable("it does not know the code challenge method S256")
      }
    }
    (self.authorization, self.token, self.keys) = (authorization, token, keys)
    self.algorithms = algorithms
    namesIssuer = members["authorization_response_iss_parameter_supported"] == .bool(true)
  }

  private static func unusable(_ reason: String) -> OpenIDError { .unusableAnswer(.metadata, reason: reason) }

  private static func isSecure(_ address: String) -> Bool {
    guard address.hasPrefix("https://"), address.utf8.count <= 2_048,
      address.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") })
    else { return false }
    let host = address.dropFirst("https://".count).prefix { !"/?".contains($0) }
    return !host.isEmpty && !host.contains("@")
  }
}

extension JSON {
  /// The elements of an array of strings, or a single string; nil for anything else.
  var texts: [String]? {
    switch self {
    case .string(let text): return [text]
    case .array(let elements):
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? texts : nil
    default: return nil
    }
  }
}
