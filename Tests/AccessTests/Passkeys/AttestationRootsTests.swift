import TestKit
import Testing

@testable import Access

@Suite struct `The certificates of makers` {
  @Test func `are read from PEM, one or many`() throws {
    let one = try AttestationTrust(pem: Array(MakerCertificate.pem.utf8), file: "makers.pem")
    #expect(one.makers.count == 1 && one.makers[0].contains(MakerCertificate.name) && !one.takesSelfAttestation)
    #expect(
      try AttestationTrust(pem: Array((MakerCertificate.pem + MakerCertificate.pem).utf8), file: "makers.pem").makers
        .count == 2)
  }

  @Test func `are refused with the file and the reason`() throws {
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    let cases = [
      ("", "no certificate in PEM"), ("nonsense", "no certificate in PEM"),
      ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "no PEM"),
      ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "part 1 is no certificate"),
      (MakerCertificate.pem + key, "part 2 is no certificate"),
    ]
    for (text, reason) in cases {
      #expect {
        try AttestationTrust(pem: Array(text.utf8), file: "makers.pem")
      } throws: { error in
        "\(error)".hasPrefix("makers.pem cannot be used: ") && "\(error)".contains(reason)
      }
    }
  }
}
