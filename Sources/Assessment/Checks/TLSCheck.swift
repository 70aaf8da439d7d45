import Obligations
import Primitives

/// A check that judges what an endpoint offers in TLS.
struct TLSCheck: Check {
  let code: Code<CheckName>
  let title: String
  let probe: TLSProbe
  let redirects: RedirectVisit
  let judgement: @Sendable (TLSSighting) -> Verdict

  let interval: Duration = .days(1)
  let validity: Duration = .days(3)
  let timeLimit: Duration = .seconds(120)

  func targets(in profile: Profile) -> [String] { profile.tlsEndpoints }

  func look(at target: String, in context: CheckContext) async throws -> TLSSighting {
    let address = try WebAddress(target)
    guard let secure = try await redirects.secureAddress(of: address) else { return .plain(address.origin) }
    return try await probe.look(at: secure, for: code)
  }

  func judge(_ sighting: TLSSighting, at now: Instant) -> Verdict { judgement(sighting) }

  /// Every check of this kind.
  static func all(_ probe: TLSProbe, _ redirects: RedirectVisit) -> [TLSCheck] {
    [
      TLSCheck(
        code: "tls.protocols", title: "Versions of TLS", probe: probe, redirects: redirects,
        judgement: TLSJudgement.protocols),
      TLSCheck(
        code: "tls.ciphers", title: "Cipher suites and key exchange", probe: probe, redirects: redirects,
        judgement: TLSJudgement.ciphers),
    ]
  }
}

/// Looks at the certificate of an endpoint.
struct CertificateCheck: Check {
  let probe: CertificateProbe
  let redirects: RedirectVisit

  let code: Code<CheckName> = "tls.certificate"
  let title = "The certificate and its chain"
  let interval: Duration = .seconds(43_200)
  let validity: Duration = .days(2)

  func targets(in profile: Profile) -> [String] { profile.tlsEndpoints }

  func look(at target: String, in context: CheckContext) async throws -> CertificateSighting {
    let address = try WebAddress(target)
    guard let secure = try await redirects.secureAddress(of: address) else { return .plain(address) }
    return try await probe.look(at: secure)
  }

  func judge(_ sighting: CertificateSighting, at now: Instant) -> Verdict {
    CertificateJudgement.verdict(sighting, at: now)
  }
}

extension Profile {
  /// Scheme, host and port of whatever has to speak TLS.
  fileprivate var tlsEndpoints: [String] {
    (storefronts.map(\.url) + endpoints).map { (try? WebAddress($0))?.origin ?? $0 }.unique
  }
}

extension RedirectVisit {
  /// The address itself, or where it leads; nil for one that is served over http.
  fileprivate func secureAddress(of address: WebAddress) async throws -> WebAddress? {
    if address.scheme == .https { return address }
    let sighting = try await look(at: address)
    guard !sighting.hops.isEmpty else { throw AssessmentError.refused(address.origin) }
    return try sighting.secureAddress.map { try WebAddress($0) }
  }
}
