extension Weakness {
  /// The codes of the findings, above mere notes, that a check of a shop with this weakness alone reports. Usually it
  /// is the weakness's own; some drag others along, and some are worth no more than a note.
  public var codes: Set<String> {
    switch self {
    case .postQuantumMissing, .stapleMissing, .hstsSubdomainsMissing, .policyInMetaOnly, .policyStyleUnsafeInline,
      .sharingAnyOrigin,
      .styleWithoutIntegrity, .securityTxtExpiresSoon, .securityTxtExpiresLate:
      []
    // The versions before TLS 1.2 know no other suites than weak ones.
    case .obsoleteProtocol, .modernProtocolMissing:
      [rawValue, Weakness.obsoleteProtocol.rawValue, Weakness.weakCipher.rawValue]
    default: [rawValue]
    }
  }

  /// The codes for which there is no switch, and why.
  public static let impossible: [(code: String, reason: String)] = [
    (
      "tls-weak-key-exchange",
      "BoringSSL exchanges keys over P-256 and larger curves only, and not at all over primes"
    )
  ]
}
