/// A version of the protocol, as it stands on the wire.
enum TLSVersion: UInt16, CaseIterable, Codable, Comparable, Sendable {
  case ssl3 = 0x0300
  case tls10 = 0x0301
  case tls11 = 0x0302
  case tls12 = 0x0303
  case tls13 = 0x0304

  var name: String {
    switch self {
    case .ssl3: "SSL 3.0"
    case .tls10: "TLS 1.0"
    case .tls11: "TLS 1.1"
    case .tls12: "TLS 1.2"
    case .tls13: "TLS 1.3"
    }
  }

  /// Deprecated by RFC 7568 and RFC 8996.
  var isObsolete: Bool { self < .tls12 }

  static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

/// A group for the key exchange (IANA TLS Supported Groups).
enum KeyExchangeGroup: UInt16, CaseIterable, Codable, Sendable {
  case x25519MLKEM768 = 0x11EC
  case secp256r1MLKEM768 = 0x11EB
  case x25519 = 0x001D
  case secp256r1 = 0x0017
  case x448 = 0x001E
  case secp384r1 = 0x0018
  case secp521r1 = 0x0019
  case brainpoolP256r1 = 0x001A
  case secp256k1 = 0x0016
  case ffdhe2048 = 0x0100
  case ffdhe3072 = 0x0101
  case ffdhe4096 = 0x0102
  case secp224r1 = 0x0015
  case secp192r1 = 0x0013
  case sect163k1 = 0x0001
  case sect193r1 = 0x0004

  var name: String {
    switch self {
    case .x25519MLKEM768: "X25519MLKEM768"
    case .secp256r1MLKEM768: "SecP256r1MLKEM768"
    default: "\(self)"
    }
  }

  var isPostQuantum: Bool { self == .x25519MLKEM768 || self == .secp256r1MLKEM768 }
  var isWeak: Bool { [.secp192r1, .sect163k1, .sect193r1].contains(self) }
  var isForTLS13: Bool {
    [
      .x25519MLKEM768, .secp256r1MLKEM768, .x25519, .secp256r1, .x448, .secp384r1, .secp521r1, .ffdhe2048, .ffdhe3072,
      .ffdhe4096,
    ].contains(self)
  }
}
