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

  func targets(in profile: Profile) -> [String] { profile.origins }

  func look(at target: String, in context: CheckContext) async throws -> TLSSighting {
    let address = try WebAddress(target)
    guard let secure = try await redirects.secureAddress(of: address) else { return .plain(address.origin) }
    let sighting = try await probe.look(at: secure, for: code)
    let answers = Set(sighting.versions.map(\.answer))
    guard !answers.isSubset(of: [.silent, .closed]) else {
      throw AssessmentError.unreachable(
        secure.origin,
        reason: answers.contains(.silent)
          ? "it takes connections, and answers no hello of TLS" : "it hangs up on every hello of TLS")
    }
    return sighting
  }

  func judge(_ sighting: TLSSighting, at now: Instant) -> Verdict { judgement(sighting) }

  func facts(_ sighting: TLSSighting) -> [SeenFact] { sighting.facts }

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

  func targets(in profile: Profile) -> [String] { profile.origins }

  func look(at target: String, in context: CheckContext) async throws -> CertificateSighting {
    let address = try WebAddress(target)
    guard let secure = try await redirects.secureAddress(of: address) else { return .plain(address) }
    return try await probe.look(at: secure)
  }

  func judge(_ sighting: CertificateSighting, at now: Instant) -> Verdict {
    CertificateJudgement.verdict(sighting, at: now)
  }

  func facts(_ sighting: CertificateSighting) -> [SeenFact] { sighting.facts }
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
