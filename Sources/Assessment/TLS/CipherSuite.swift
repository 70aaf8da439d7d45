import Primitives

/// A TLS cipher suite of the IANA registry.
struct CipherSuite: Hashable, Sendable {
  let code: UInt16
  /// As in the registry, without the leading TLS_.
  let name: String

  /// Whether it protects nobody: no encryption, no authentication, or a cipher that is broken in practice.
  var isBroken: Bool {
    ["NULL", "anon", "EXPORT", "RC4", "_DES_", "DES_CBC", "3DES", "RC2", "IDEA", "_MD5"].contains { name.contains($0) }
  }

  /// Whether Mozilla's guideline names it in its profile "intermediate".
  var isInGuideline: Bool { MozillaGuideline.intermediate.suites.contains(code) }

  /// The suites of TLS 1.3 (RFC 8446, appendix B.4).
  static let modern: [CipherSuite] = [
    CipherSuite(code: 0x1301, name: "AES_128_GCM_SHA256"), CipherSuite(code: 0x1302, name: "AES_256_GCM_SHA384"),
    CipherSuite(code: 0x1303, name: "CHACHA20_POLY1305_SHA256"), CipherSuite(code: 0x1304, name: "AES_128_CCM_SHA256"),
    CipherSuite(code: 0x1305, name: "AES_128_CCM_8_SHA256"),
  ]

  /// The suites of TLS 1.2 and before, the weakest last.
  static let classic: [CipherSuite] = table.map { CipherSuite(code: $0.0, name: $0.1) }

  static func named(_ code: UInt16) -> CipherSuite? { byCode[code] }

  /// A suite's name, or its number where it has none here.
  static func name(of code: UInt16) -> String { byCode[code]?.name ?? hexadecimal(code) }

  /// The number behind what ``name(of:)`` says.
  static func code(named name: String) -> UInt16? { byName[name]?.code ?? code(hexadecimal: name) }

  /// Such as 0x1A2B.
  static func hexadecimal(_ code: UInt16) -> String {
    "0x" + Hexadecimal.encode([UInt8(code >> 8), UInt8(truncatingIfNeeded: code)])
  }

  static func code(hexadecimal text: String) -> UInt16? {
    text.hasPrefix("0x") ? UInt16(text.dropFirst(2), radix: 16) : nil
  }

  private static let byName = Dictionary((modern + classic).map { ($0.name, $0) }, uniquingKeysWith: { $1 })

  private static let byCode = Dictionary((modern + classic).map { ($0.code, $0) }, uniquingKeysWith: { $1 })

  private static let table: [(UInt16, String)] = [
    (0xC02B, "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), (0xC02F, "ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    (0xC02C, "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"), (0xC030, "ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0xCCA9, "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"), (0xCCA8, "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0x009E, "DHE_RSA_WITH_AES_128_GCM_SHA256"), (0x009F, "DHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0xCCAA, "DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), (0xC0AC, "ECDHE_ECDSA_WITH_AES_128_CCM"),
    (0xC0AD, "ECDHE_ECDSA_WITH_AES_256_CCM"), (0xC0AE, "ECDHE_ECDSA_WITH_AES_128_CCM_8"),
    (0xC0AF, "ECDHE_ECDSA_WITH_AES_256_CCM_8"), (0xC09E, "DHE_RSA_WITH_AES_128_CCM"),
    (0xC09F, "DHE_RSA_WITH_AES_256_CCM"), (0xC0A2, "DHE_RSA_WITH_AES_128_CCM_8"),
    (0xC0A3, "DHE_RSA_WITH_AES_256_CCM_8"), (0xC05C, "ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256"),
    (0xC05D, "ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384"), (0xC060, "ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"),
    (0xC061, "ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"), (0xC052, "DHE_RSA_WITH_ARIA_128_GCM_SHA256"),
    (0xC053, "DHE_RSA_WITH_ARIA_256_GCM_SHA384"), (0xC023, "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    (0xC024, "ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"), (0xC027, "ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    (0xC028, "ECDHE_RSA_WITH_AES_256_CBC_SHA384"), (0xC009, "ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    (0xC00A, "ECDHE_ECDSA_WITH_AES_256_CBC_SHA"), (0xC013, "ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    (0xC014, "ECDHE_RSA_WITH_AES_256_CBC_SHA"), (0xC072, "ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256"),
    (0xC073, "ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384"), (0xC076, "ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"),
    (0xC077, "ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"), (0x0067, "DHE_RSA_WITH_AES_128_CBC_SHA256"),
    (0x006B, "DHE_RSA_WITH_AES_256_CBC_SHA256"), (0x0033, "DHE_RSA_WITH_AES_128_CBC_SHA"),
    (0x0039, "DHE_RSA_WITH_AES_256_CBC_SHA"), (0x0040, "DHE_DSS_WITH_AES_128_CBC_SHA256"),
    (0x006A, "DHE_DSS_WITH_AES_256_CBC_SHA256"), (0x0032, "DHE_DSS_WITH_AES_128_CBC_SHA"),
    (0x0038, "DHE_DSS_WITH_AES_256_CBC_SHA"), (0x00A2, "DHE_DSS_WITH_AES_128_GCM_SHA256"),
    (0x00A3, "DHE_DSS_WITH_AES_256_GCM_SHA384"), (0x00BE, "DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"),
    (0x00C4, "DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256"), (0x0045, "DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"),
    (0x0088, "DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"), (0x009A, "DHE_RSA_WITH_SEED_CBC_SHA"),
    (0x009C, "RSA_WITH_AES_128_GCM_SHA256"), (0x009D, "RSA_WITH_AES_256_GCM_SHA384"),
    (0xC09C, "RSA_WITH_AES_128_CCM"), (0xC09D, "RSA_WITH_AES_256_CCM"), (0xC0A0, "RSA_WITH_AES_128_CCM_8"),
    (0xC0A1, "RSA_WITH_AES_256_CCM_8"), (0xC050, "RSA_WITH_ARIA_128_GCM_SHA256"),
    (0xC051, "RSA_WITH_ARIA_256_GCM_SHA384"), (0x003C, "RSA_WITH_AES_128_CBC_SHA256"),
    (0x003D, "RSA_WITH_AES_256_CBC_SHA256"), (0x002F, "RSA_WITH_AES_128_CBC_SHA"),
    (0x0035, "RSA_WITH_AES_256_CBC_SHA"), (0x00BA, "RSA_WITH_CAMELLIA_128_CBC_SHA256"),
    (0x00C0, "RSA_WITH_CAMELLIA_256_CBC_SHA256"), (0x0041, "RSA_WITH_CAMELLIA_128_CBC_SHA"),
    (0x0084, "RSA_WITH_CAMELLIA_256_CBC_SHA"), (0x0096, "RSA_WITH_SEED_CBC_SHA"), (0x0007, "RSA_WITH_IDEA_CBC_SHA"),
    (0xC012, "ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"), (0xC008, "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"),
    (0x0016, "DHE_RSA_WITH_3DES_EDE_CBC_SHA"), (0x0013, "DHE_DSS_WITH_3DES_EDE_CBC_SHA"),
    (0x000A, "RSA_WITH_3DES_EDE_CBC_SHA"), (0xC011, "ECDHE_RSA_WITH_RC4_128_SHA"),
    (0xC007, "ECDHE_ECDSA_WITH_RC4_128_SHA"), (0x0005, "RSA_WITH_RC4_128_SHA"), (0x0004, "RSA_WITH_RC4_128_MD5"),
    (0x0015, "DHE_RSA_WITH_DES_CBC_SHA"), (0x0009, "RSA_WITH_DES_CBC_SHA"),
    (0x0014, "DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"), (0x0008, "RSA_EXPORT_WITH_DES40_CBC_SHA"),
    (0x0006, "RSA_EXPORT_WITH_RC2_CBC_40_MD5"), (0x0003, "RSA_EXPORT_WITH_RC4_40_MD5"),
    (0x003B, "RSA_WITH_NULL_SHA256"), (0x0002, "RSA_WITH_NULL_SHA"), (0x0001, "RSA_WITH_NULL_MD5"),
    (0xC010, "ECDHE_RSA_WITH_NULL_SHA"), (0xC006, "ECDHE_ECDSA_WITH_NULL_SHA"),
    (0x00A6, "DH_anon_WITH_AES_128_GCM_SHA256"), (0x00A7, "DH_anon_WITH_AES_256_GCM_SHA384"),
    (0x006C, "DH_anon_WITH_AES_128_CBC_SHA256"), (0x006D, "DH_anon_WITH_AES_256_CBC_SHA256"),
    (0x0034, "DH_anon_WITH_AES_128_CBC_SHA"), (0x003A, "DH_anon_WITH_AES_256_CBC_SHA"),
    (0x001B, "DH_anon_WITH_3DES_EDE_CBC_SHA"), (0x0018, "DH_anon_WITH_RC4_128_MD5"),
    (0xC018, "ECDH_anon_WITH_AES_128_CBC_SHA"), (0xC019, "ECDH_anon_WITH_AES_256_CBC_SHA"),
    (0xC017, "ECDH_anon_WITH_3DES_EDE_CBC_SHA"), (0xC016, "ECDH_anon_WITH_RC4_128_SHA"),
    (0xC015, "ECDH_anon_WITH_NULL_SHA"),
  ]
}
