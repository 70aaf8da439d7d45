import Crypto

/// How ID tokens may be signed (RFC 7518, section 3.1; RFC 8037). Nothing with a shared secret is among them, so that no
/// public key can be taken for one; and nothing unsigned.
enum SignatureAlgorithm: String, CaseIterable, Sendable {
  case rs256 = "RS256"
  case ps256 = "PS256"
  case es256 = "ES256"
  case es384 = "ES384"
  case edDSA = "EdDSA"

  static let names = allCases.map(\.rawValue).joined(separator: ", ")

  /// The hash that the algorithm works with; that of Ed25519 is SHA-512 (RFC 8032, section 5.1).
  func hash(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .rs256, .ps256, .es256: Array(SHA256.hash(data: bytes))
    case .es384: Array(SHA384.hash(data: bytes))
    case .edDSA: Array(SHA512.hash(data: bytes))
    }
  }
}
