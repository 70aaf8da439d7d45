import Obligations
import Primitives

/// What a certificate sighting means at a moment.
enum CertificateJudgement {
  /// Renewal is late when so little time is left.
  static let soon: Int64 = 14 * 86_400
  /// In seconds.
  static let longest: Int64 = MozillaGuideline.intermediate.certificateDays * 86_400

  static func verdict(_ sighting: CertificateSighting, at now: Instant) -> Verdict {
    let place = sighting.endpoint
    guard let leaf = sighting.certificates.first else {
      let seen = "The shop is served over http, without any certificate."
      return Verdict(summary: seen, findings: [Finding("tls-missing", .high, seen: seen, at: place)])
    }
    let findings =
      trust(sighting, leaf, place) + validity(leaf, place, now.seconds)
      + sighting.certificates.enumerated().flatMap { strength($1, place, isOwn: $0 == 0) }
    let until = CalendarDate(at: Instant(seconds: leaf.notAfter))
    let unseen =
      sighting.chain == .unreadable
      ? ["Whether an authority vouches for a key of the kind \(leaf.key) cannot be judged."] : []
    let standing = MozillaGuideline.standing { $0.deviations(of: leaf) }
    let summary =
      unseen.first
      ?? "A trusted certificate for \(sighting.host), valid until \(until), \(leaf.key) key. \(standing)\(advised(leaf))"
    return Verdict(
      summary: findings.max { $0.severity < $1.severity }?.seen ?? summary, findings: findings, unseen: unseen)
  }

  /// What is said of a life that is allowed and longer than what is recommended.
  private static func advised(_ leaf: CertificateSighting.Certificate) -> String {
    let days = (leaf.notAfter - leaf.notBefore) / 86_400
    return days > MozillaGuideline.recommendedDays
      ? " It is valid for \(days) days; Mozilla recommends \(MozillaGuideline.recommendedDays)." : ""
  }

  private static func trust(
    _ sighting: CertificateSighting, _ leaf: CertificateSighting.Certificate, _ place: String
  ) -> [Finding] {
    var findings: [Finding] = []
    switch sighting.chain {
    case .trusted, .unreadable: break
    case .selfSigned:
      let seen = "The certificate is self-signed: no authority vouches for it."
      findings.append(Finding("certificate-untrusted", .high, seen: seen, at: place))
    case .incomplete:
      let seen = "The certificate's issuer, \(leaf.issuer), is neither sent along nor trusted."
      findings.append(Finding("certificate-chain-incomplete", .medium, seen: seen, at: place))
    case .untrusted:
      let seen = "The certificate leads to no authority that is trusted here."
      findings.append(Finding("certificate-untrusted", .high, seen: seen, at: place))
    }
    if !sighting.matchesHost {
      let names = leaf.names.isEmpty ? "no name" : leaf.names.prefix(5).joined(separator: ", ")
      let seen = "The certificate is for \(names), not for \(sighting.host)."
      findings.append(Finding("certificate-wrong-host", .high, seen: seen, at: place))
    }
    return findings
  }

  private static func validity(
    _ leaf: CertificateSighting.Certificate, _ place: String, _ now: Int64
  ) -> [Finding] {
    let until = CalendarDate(at: Instant(seconds: leaf.notAfter))
    if leaf.notAfter <= now {
      return [Finding("certificate-expired", .critical, seen: "The certificate ran out on \(until).", at: place)]
    }
    if leaf.notBefore > now {
      let from = CalendarDate(at: Instant(seconds: leaf.notBefore))
      return [
        Finding("certificate-not-yet-valid", .high, seen: "The certificate is valid only from \(from).", at: place)
      ]
    }
    var findings: [Finding] = []
    // A certificate that lives for a few days is renewed within them; a third of its life is soon for it.
    if leaf.notAfter - now < min(soon, (leaf.notAfter - leaf.notBefore) / 3) {
      findings.append(
        Finding("certificate-expires-soon", .medium, seen: "The certificate runs out on \(until).", at: place))
    }
    let days = (leaf.notAfter - leaf.notBefore) / 86_400
    if leaf.notAfter - leaf.notBefore > longest {
      findings.append(
        Finding("certificate-long-lived", .low, seen: "The certificate is valid for \(days) days.", at: place))
    }
    return findings
  }

  private static func strength(
    _ certificate: CertificateSighting.Certificate, _ place: String, isOwn: Bool
  ) -> [Finding] {
    var findings: [Finding] = []
    let whose = isOwn ? "The certificate" : "A certificate of the chain (\(certificate.subject))"
    let place = isOwn ? place : "\(place) \(certificate.subject)"
    if let bits = certificate.keyBits, bits < (certificate.key == "RSA" ? 2_048 : 256) {
      let seen = "\(whose) has a key of \(bits) bits."
      findings.append(Finding("certificate-weak-key", .high, seen: seen, at: place))
    }
    // The signature of a root is not what makes it trusted.
    if isOwn || certificate.subject != certificate.issuer,
      certificate.signature.hasSuffix("SHA-1") || certificate.signature.hasSuffix("MD5")
    {
      let seen = "\(whose) is signed with \(certificate.signature)."
      findings.append(Finding("certificate-weak-signature", .high, seen: seen, at: place))
    }
    return findings
  }
}
