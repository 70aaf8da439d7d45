public import Obligations
public import Primitives

/// Looks at a shop from outside: what its endpoints offer, what its pages say, what can be fetched. The public face of
/// the room.
public struct Assessment: Sendable {
  /// Every check that the room has.
  public let checks: [any Check]
  /// Why each finding matters and how to mend it.
  public let advice: AdviceBook

  /// - Parameters:
  ///   - authorities: certificates in PEM that are trusted besides the system's.
  ///   - guarded: hosts that a gateway is to close to strangers.
  /// - Throws: ``AssessmentError/notCertificates(reason:)``; ``ObligationsError/malformed(file:line:reason:)`` when a
  ///   file of the product is damaged.
  public init(
    reach: Reach, trusting authorities: String?, guarded: [GuardedHost] = [], surroundings: Surroundings = .system
  ) throws {
    let trusted = try authorities.map { try CertificateProbe.authorities($0) } ?? []
    advice = try AdviceBook.shipped()
    let redirects = RedirectVisit(reach: reach)
    let admin = AdminVisit(reach: reach, panels: try AdminPanel.shipped(), surroundings: surroundings)
    let exposures = ExposureVisit(
      reach: reach, signatures: try ExposureSignature.shipped(), surroundings: surroundings)
    let certificates = CertificateProbe(reach: reach, authorities: trusted, surroundings: surroundings)
    var checks: [any Check] = TLSCheck.all(TLSProbe(reach: reach, surroundings: surroundings), redirects)
    checks.append(CertificateCheck(probe: certificates, redirects: redirects))
    checks.append(RedirectCheck(redirects: redirects))
    checks.append(TransportCheck(visit: TransportVisit(reach: reach)))
    checks += PageCheck.all(PageVisits(reach: reach, surroundings: surroundings)) as [any Check]
    checks.append(SharingCheck(reach: reach))
    checks.append(AdminPanelCheck(visit: admin))
    checks.append(GatewayCheck(visit: GatewayVisit(reach: reach, surroundings: surroundings), guarded: guarded))
    checks.append(ExposedFilesCheck(visit: exposures))
    checks.append(SecurityTxtCheck(visit: SecurityTxtVisit(reach: reach)))
    checks += LegalCheck.all(reach) as [any Check]
    self.checks = checks
  }
}
