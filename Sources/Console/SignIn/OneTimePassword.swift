import Crypto
public import Primitives

/// Time-based one-time passwords (RFC 6238) over HMAC-SHA-1 with six digits and steps of thirty seconds, as every
/// authenticator app makes them.
public struct OneTimePassword: Hashable, Sendable {
  /// 20 random bytes (RFC 4226, section 4, asks for 160 bits).
  let secret: [UInt8]

  /// A new secret.
  public init(in surroundings: Surroundings) { secret = surroundings.randomBytes(20) }

  init(secret: [UInt8]) { self.secret = secret }

  /// The number of the step at a moment.
  static func step(at instant: Instant) -> Int64 { instant.seconds / 30 }

  /// The code of a moment: six digits.
  public func code(at instant: Instant) -> String { code(ofStep: Self.step(at: instant)) }

  /// The step whose code was given, if it is the present one or a neighbour (RFC 6238, section 5.2) and later than the
  /// last that was used: a code is good once.
  func acceptedStep(for code: String, at now: Instant, after lastUsed: Int64) -> Int64? {
    let present = Self.step(at: now)
    return [present, present - 1, present + 1].first { step in
      step > lastUsed && ConstantTime.areEqual(Array(self.code(ofStep: step).utf8), Array(code.utf8))
    }
  }

  func code(ofStep step: Int64) -> String {
    let counter = (0..<8).reversed().map { UInt8(truncatingIfNeeded: step >> (8 * Int64($0))) }
    let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    // Dynamic truncation (RFC 4226, section 5.3).
    let offset = Int(hash[19] & 15)
    let number = hash[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The secret in base 32 (RFC 4648), as apps take it by hand.
  public var base32: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (text, bits, count) = ("", UInt32(0), 0)
    for byte in secret {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(alphabet[Int(bits >> UInt32(count) & 31)])
      }
    }
    return text
  }

  /// Reads what ``base32`` gives; nil for anything else.
  public init?(base32 text: String) {
    guard text.utf8.count == 32 else { return nil }
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for character in text {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      bits = bits << 5 | UInt32(value)
      count += 5
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    guard bytes.count == 20 else { return nil }
    secret = bytes
  }

  /// The address that an app takes as a picture or a link.
  public func address(for name: String) -> String {
    "otpauth://totp/Surety:\(name)?secret=\(base32)&issuer=Surety&algorithm=SHA1&digits=6&period=30"
  }
}

/// Comparison whose time says nothing of where two secrets differ.
enum ConstantTime {
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
