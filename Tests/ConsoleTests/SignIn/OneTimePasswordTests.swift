import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `One-time passwords` {
  /// The SHA-1 vectors of RFC 6238, appendix B, cut to six digits.
  @Test(
    arguments: [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ] as [(Int64, String)])
  func `agree with the vectors of the RFC`(seconds: Int64, code: String) {
    let secret = OneTimePassword(secret: Array("12345678901234567890".utf8))
    #expect(secret.code(at: Instant(seconds: seconds)) == code)
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
