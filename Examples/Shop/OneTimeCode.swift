import Crypto
import Foundation

/// One-time codes from a shared secret and the time (RFC 6238), as authenticator apps show them.
struct OneTimeCode: Sendable {
  let secret: [UInt8]

  /// Each code is for so many seconds.
  static let period: Int64 = 30

  static func step(at seconds: Int64) -> Int64 { seconds / period }

  /// Six digits.
  func text(step: Int64) -> String {
    let counter = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Array($0) }
    let hash = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    let offset = Int(hash[hash.count - 1] & 0x0F)
    let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The step that a code is of; nil for a wrong one. Clocks may differ by one step.
  func step(of code: String, at seconds: Int64) -> Int64? {
    let now = Self.step(at: seconds)
    return (now - 1...now + 1).first { Passwords.isSame(Array(text(step: $0).utf8), Array(code.utf8)) }
  }

  /// The secret as people type it into an app (RFC 4648, base 32).
  var base32: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var (buffer, bits): (UInt32, Int) = (0, 0)
    for byte in secret {
      buffer = (buffer << 8 | UInt32(byte)) & 0xFFFF
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[Int(buffer >> UInt32(bits) & 31)])
      }
    }
    if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits) & 31)]) }
    return text
  }
}
