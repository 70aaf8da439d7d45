/// A profile of Mozilla's guideline for servers ("Server Side TLS"), version 6.0 of 2026. Its list of groups for the key
/// exchange is not among what we know for sure of that version, so groups are not compared.
struct MozillaGuideline: Sendable {
  let name: String
  let versions: Set<TLSVersion>
  /// Codes of the IANA registry.
  let suites: Set<UInt16>
  /// Kinds of key that a certificate may have, as ``CertificateSighting`` names them.
  let certificateKeys: Set<String>
  /// The longest life of a certificate, in days.
  let certificateDays: Int64

  static let version = "6.0"
  /// The life of a certificate that it recommends at most, in days.
  static let recommendedDays: Int64 = 90
  /// The least max-age of Strict-Transport-Security, in seconds: two years.
  static let strictTransportAge: Int64 = 63_072_000

  private static let modernSuites: Set<UInt16> = [0x1301, 0x1302, 0x1303]

  static let modern = MozillaGuideline(
    name: "modern", versions: [.tls13], suites: modernSuites, certificateKeys: ["P-256", "P-384"],
    certificateDays: 90)

  static let intermediate = MozillaGuideline(
    name: "intermediate", versions: [.tls12, .tls13],
    suites: modernSuites.union([0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8]),
    certificateKeys: ["RSA", "P-256", "P-384"], certificateDays: 366)

  /// What a server offers beyond the profile, or less, each in a few words.
  func deviations(of sighting: TLSSighting) -> [String] {
    let offered = Set(sighting.offered.map(\.version))
    let suites = sighting.offered.flatMap(\.suites).filter { !self.suites.contains($0) }
    return offered.subtracting(versions).sorted().map(\.name)
      + versions.subtracting(offered).sorted().map { "no \($0.name)" }
      + Set(suites).map(CipherSuite.name).sorted()
      + (sighting.shortestPrime == nil ? [] : ["a key exchange over primes"])
  }

  /// What a certificate has otherwise than the profile, each in a few words.
  func deviations(of certificate: CertificateSighting.Certificate) -> [String] {
    var words: [String] = []
    let days = (certificate.notAfter - certificate.notBefore) / 86_400
    if days > certificateDays { words.append("valid for \(days) days") }
    if !certificateKeys.contains(certificate.key) { words.append("a key of the kind \(certificate.key)") }
    return words
  }

  /// Which profile is met, or how the nearest one is not.
  static func standing(_ deviations: (MozillaGuideline) -> [String]) -> String {
    let (strict, usual) = (deviations(modern), deviations(intermediate))
    let (nearest, words) = strict.isEmpty || strict.count < usual.count ? (modern, strict) : (intermediate, usual)
    guard let first = words.first else {
      return "Meets Mozilla's profile \"\(nearest.name)\" (guideline \(version))."
    }
    let rest = words.count > 6 ? " and \(words.count - 6) more" : ""
    return "Deviates from Mozilla's profile \"\(nearest.name)\" (guideline \(version)): "
      + "\(([first] + words[1...].prefix(5)).joined(separator: ", "))\(rest)."
  }
}
