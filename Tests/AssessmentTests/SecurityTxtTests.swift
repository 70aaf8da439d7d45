import Foundation
import Obligations
import Primitives
import Testing

@testable import Assessment

@Suite struct `security.txt` {
  static let place = "https://shop.test/.well-known/security.txt"
  static let good = "Contact: mailto:security@shop.test\nExpires: 2027-06-01T00:00:00Z\nPreferred-Languages: en, de\n"
  static let now = Instant(rfc3339: "2026-11-24T00:00:00Z")

  private func faults(_ text: String, type: String? = "text/plain; charset=utf-8", at places: [String] = [place]) -> Int
  {
    SecurityTxt(Array(text.utf8), contentType: type, at: places).faults.count
  }

  @Test func `a file in order has no faults`() {
    #expect(faults(Self.good) == 0)
    #expect(faults(Self.good.replacing("\n", with: "\r\n")) == 0)
    #expect(
      faults("# a comment\n\n" + Self.good + "Unknown: x\nCanonical: \(Self.place)\nPolicy: https://shop.test/p\n") == 0
    )
    #expect(faults("contact: tel:+49-1\nEXPIRES: 2027-06-01T00:00:00+01:00\n") == 0)
    #expect(faults(Self.good, type: "text/plain;charset=\"UTF-8\"") == 0)
    for line in [
      "Contact: mailto:a.b+c@mail.shop.test?subject=Security", "Contact: tel:+1-201-555-0123",
      "Contact: https://shop.test/report?to=us", "Encryption: https://shop.test/key.txt",
      "Encryption: dns:5d2d._openpgpkey.shop.test?type=OPENPGPKEY",
      "Encryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f",
    ] {
      #expect(faults(Self.good + line + "\n") == 0, "\(line)")
    }
  }

  // RFC 9116, rule by rule; each text breaks one.
  @Test(arguments: [
    ("Expires: 2027-06-01T00:00:00Z\n", "Contact"), ("Contact: mailto:a@b.test\n", "no Expires"),
    (good + "Expires: 2028-01-01T00:00:00Z\n", "more than once"),
    (good + "Preferred-Languages: fr\n", "more than once"),
    ("Contact: mailto:a@b.test\nExpires: tomorrow\n", "not a date"),
    ("Contact: a@b.test\nExpires: 2027-06-01T00:00:00Z\n", "mailto"),
    ("Contact: http://b.test/\nExpires: 2027-06-01T00:00:00Z\n", "https"),
    (good + "Canonical: https://other.test/x\n", "Canonical"),
    (good + "Policy: http://shop.test/p\n", "Policy"), (good + "Hiring: jobs\n", "Hiring"),
    (good + "Acknowledgments: http://shop.test/t\n", "Acknowledgments"), (good + "Encryption: key\n", "Encryption"),
    (good + "CSAF: http://shop.test/c\n", "https"), (good + "no field\n", "neither"),
    (good + " Policy: https://a.test/\n", "space"),
    (good + "Policy:https://a.test/\n", "space"), ("\u{feff}" + good, "byte order"),
    (good.dropLast() + "", "does not end"),
    ("Contact: mailto:a@b.test\nExpires: 2027-06-01T00:00:00Z\nPreferred-Languages: en,,de\n", "language"),
    ("Contact: mailto:a@b.test\nExpires: 2027-06-01T00:00:00Z\nPreferred-Languages: deutsch!\n", "language"),
    ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + good, "signature"),
    (good + "Policy : https://shop.test/p\n", "before the colon"),
    (good + "Contact: mailto:\n", "contact is no whole address"),
    (good + "Contact: mailto:security\n", "contact is no whole address"),
    (good + "Contact: mailto:a@b@c.test\n", "contact is no whole address"),
    (good + "Contact: https:\n", "contact is no whole address"),
    (good + "Contact: https://\n", "contact is no whole address"),
    (good + "Contact: https:shop.test/report\n", "contact is no whole address"),
    (good + "Contact: https://shop test/report\n", "contact is no whole address"),
    (good + "Contact: tel:\n", "contact is no whole address"),
    (good + "Contact: tel:call us\n", "contact is no whole address"),
    (good + "Policy: https://\n", "Policy is no whole address"),
    (good + "Policy: https://<shop>/p\n", "Policy is no whole address"),
    (good + "Encryption: https://\n", "Encryption is no address"),
    (good + "Encryption: openpgp4fpr:xyz\n", "Encryption is no address"),
    (good + "Encryption: dns:\n", "Encryption is no address"),
  ])
  func `each broken rule is told`(text: String, words: String) {
    let found = SecurityTxt(Array(text.utf8), contentType: "text/plain; charset=utf-8", at: [Self.place]).faults
    #expect(found.contains { $0.lowercased().contains(words.lowercased()) }, "\(found)")
  }

  @Test func `the type of the answer is judged`() {
    #expect(faults(Self.good, type: nil) == 1)
    #expect(faults(Self.good, type: "text/html; charset=utf-8") == 1)
    #expect(faults(Self.good, type: "text/plain") == 1)
  }

  @Test func `a signed file is read without its signature`() {
    let signed =
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\(Self.good)- -----\n-----BEGIN PGP SIGNATURE-----\n\nxyz\n"
      + "-----END PGP SIGNATURE-----\n"
    let file = SecurityTxt(Array(signed.utf8), contentType: "text/plain; charset=utf-8", at: [Self.place])
    #expect(file.isSigned)
    #expect(file.contacts == ["mailto:security@shop.test"])
    #expect(file.faults == ["a line is neither a field nor a comment (section 2.2)"])
  }

  @Test func `bytes that are not UTF-8 are told`() {
    #expect(
      SecurityTxt([0xC3, 0x28], contentType: "text/plain; charset=utf-8", at: []).faults == [
        "it is not UTF-8 (section 2.2)"
      ])
  }

  @Test func `what is recommended and missing is said`() throws {
    func summary(_ text: String) throws -> String {
      SecurityTxtSighting(
        site: "https://shop.test", asked: Self.place, found: Self.place, contentType: "text/plain; charset=utf-8",
        bytes: Data(text.utf8), isCutOff: false, leadsAway: false
      ).verdict(at: try #require(Self.now)).summary
    }
    #expect(try summary(Self.good).contains("not signed, and names no key"))
    let withKey = Self.good + "Encryption: https://shop.test/key.txt\n"
    #expect(try summary(withKey).hasSuffix("It is not signed."))
    let signed =
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n\(withKey)-----BEGIN PGP SIGNATURE-----\n\nxyz\n"
      + "-----END PGP SIGNATURE-----\n"
    #expect(try summary(signed).hasSuffix("a weakness."))
  }

  private func codes(
    _ text: String, asked: String? = place, found: String? = place, type: String? = "text/plain; charset=utf-8",
    isCutOff: Bool = false, leadsAway: Bool = false
  ) throws -> [String] {
    SecurityTxtSighting(
      site: "https://shop.test", asked: asked, found: found, contentType: type, bytes: Data(text.utf8),
      isCutOff: isCutOff, leadsAway: leadsAway
    ).verdict(at: try #require(Self.now)).codes
  }

  @Test func `where and until when is judged`() throws {
    #expect(try codes(Self.good) == [])
    #expect(try codes("", asked: nil, found: nil) == ["security-txt-missing"])
    #expect(try codes(Self.good.replacing("2027-06", with: "2026-06")) == ["security-txt-expired"])
    #expect(try codes(Self.good.replacing("2027-06-01", with: "2026-12-01")) == ["security-txt-expires-soon"])
    #expect(try codes(Self.good.replacing("2027-06-01", with: "2027-11-24")) == [])
    #expect(try codes(Self.good.replacing("2027-06-01", with: "2027-11-27")) == ["security-txt-expires-late"])
    #expect(try codes(Self.good, found: "https://shop.test/security.txt") == [])
    #expect(
      try codes(Self.good, asked: "https://shop.test/security.txt", found: "https://shop.test/security.txt") == [
        "security-txt-invalid"
      ])
    #expect(try codes(Self.good, found: "http://shop.test/.well-known/security.txt") == ["security-txt-invalid"])
    #expect(try codes(Self.good, isCutOff: true) == ["security-txt-invalid"])
    #expect(try codes("", leadsAway: true) == ["security-txt-invalid"])
  }
}
