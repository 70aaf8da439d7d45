import Obligations
import Primitives

/// What was seen of a certificate and its chain.
extension CertificateSighting {
  var facts: [SeenFact] {
    certificates.enumerated().flatMap { number, certificate in
      [
        SeenFact(number == 0 ? "Certificate" : "Certificate \(number + 1) of the chain", certificate.subject),
        SeenFact("Issuer", certificate.issuer),
        SeenFact("Valid", "\(Self.day(certificate.notBefore)) to \(Self.day(certificate.notAfter))"),
        SeenFact("Key", certificate.key + (certificate.keyBits.map { ", \($0) bits" } ?? "")),
        SeenFact("Signed with", certificate.signature), SeenFact("SHA-256", certificate.fingerprint),
      ] + (certificate.names.isEmpty ? [] : [SeenFact("Names", certificate.names.joined(separator: ", "))])
    }
  }

  private static func day(_ seconds: Int64) -> CalendarDate { CalendarDate(at: Instant(seconds: seconds)) }
}
