import Primitives
import TestKit
import Testing

@testable import Access

@Suite struct `One-time passwords` {
  /// RFC 6238, appendix B: eight digits, and keys of 20, 32 and 64 bytes.
  @Test(
    arguments: [
      (59, "94287082", "46119246", "90693936"), (1_111_111_109, "07081804", "68084774", "25091201"),
      (1_111_111_111, "14050471", "67062674", "99943326"), (1_234_567_890, "89005924", "91819424", "93441116"),
      (2_000_000_000, "69279037", "90698825", "38618901"), (20_000_000_000, "65353130", "77737706", "47863826"),
    ] as [(Int64, String, String, String)])
  func `agree with the vectors of the RFC`(seconds: Int64, sha1: String, sha256: String, sha512: String) {
    let digits = Array("1234567890".utf8)
    func key(_ count: Int) -> [UInt8] { (0..<count).map { digits[$0 % 10] } }
    let now = Instant(seconds: seconds)
    #expect(OneTimePassword(secret: key(20), hash: .sha1, digits: 8).code(at: now) == sha1)
    #expect(OneTimePassword(secret: key(32), hash: .sha256, digits: 8).code(at: now) == sha256)
    #expect(OneTimePassword(secret: key(64), hash: .sha512, digits: 8).code(at: now) == sha512)
    #expect(OneTimePassword(secret: key(20)).code(at: now) == String(sha1.suffix(6)))
  }

  @Test func `are good in their step and its neighbours, and once only`() throws {
    let secret = OneTimePassword(secret: Array("12345678901234567890".utf8))
    let now = Instant(seconds: 1_111_111_111)
    let step = OneTimePassword.step(at: now)
    for shift in -3...3 {
      let code = secret.code(ofStep: step + Int64(shift))
      let accepted = secret.acceptedStep(for: code, at: now, after: 0)
      #expect(accepted == ((-1...1).contains(shift) ? step + Int64(shift) : nil))
    }
    let code = secret.code(at: now)
    #expect(secret.acceptedStep(for: code, at: now, after: step) == nil)
    #expect(secret.acceptedStep(for: "", at: now, after: 0) == nil)
    #expect(secret.acceptedStep(for: "28708", at: now, after: 0) == nil)
  }

  @Test func `are taken by hand in base 32, and read back`() throws {
    let secret = OneTimePassword(secret: Array("12345678901234567890".utf8))
    #expect(secret.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    #expect(OneTimePassword(base32: secret.base32) == secret)
    for wrong in ["", "GEZD", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", secret.base32 + "A", "1" + secret.base32.dropFirst()]
    {
      #expect(OneTimePassword(base32: wrong) == nil)
    }
  }
}
