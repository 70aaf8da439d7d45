/// A group for the key exchange (IANA TLS Supported Groups).
enum KeyExchangeGroup: UInt16, CaseIterable, Sendable {
  case x25519MLKEM768 = 0x11EC
  case secp256r1MLKEM768 = 0x11EB
  case x25519 = 0x001D
  case secp256r1 = 0x0017
  case x448 = 0x001E
  case secp384r1 = 0x0018
  case secp521r1 = 0x0019
  case brainpoolP256r1 = 0x001A
  case brainpoolP384r1 = 0x001B
  case brainpoolP512r1 = 0x001C
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

  /// A group's name, or its number where it has none here.
  static func name(of code: UInt16) -> String {
    KeyExchangeGroup(rawValue: code)?.name ?? CipherSuite.hexadecimal(code)
  }

  /// The number behind what ``name(of:)`` says.
  static func code(named name: String) -> UInt16? {
    allCases.first { $0.name == name }?.rawValue ?? CipherSuite.code(hexadecimal: name)
  }

  var isPostQuantum: Bool { self == .x25519MLKEM768 || self == .secp256r1MLKEM768 }

  /// Smaller than a curve of 256 bits.
  var isWeak: Bool { [.secp224r1, .secp192r1, .sect163k1, .sect193r1].contains(self) }

  var isForTLS13: Bool {
    [
      .x25519MLKEM768, .secp256r1MLKEM768, .x25519, .secp256r1, .x448, .secp384r1, .secp521r1, .ffdhe2048, .ffdhe3072,
      .ffdhe4096,
    ].contains(self)
  }

  /// Groups over elliptic curves that versions before TLS 1.3 know, the weakest first.
  static let classicCurves: [KeyExchangeGroup] = [
    .sect163k1, .sect193r1, .secp192r1, .secp224r1, .secp256k1, .brainpoolP256r1, .brainpoolP384r1, .brainpoolP512r1,
    .x448, .secp521r1, .secp384r1, .secp256r1, .x25519,
  ]
}
