import Crypto
public import Primitives

/// Time-based one-time passwords (RFC 6238) in steps of thirty seconds. Members get six digits over HMAC-SHA-1, as every
/// authenticator app makes them.
public struct OneTimePassword: Hashable, Sendable {
  /// The hash under the HMAC (RFC 6238, section 1.2).
  enum Hash: Sendable { case sha1, sha256, sha512 }

  /// 20 random bytes (RFC 4226, section 4, asks for 160 bits).
  let secret: [UInt8]
  private let hash: Hash
  private let digits: Int

  /// A new secret.
  public init(in surroundings: Surroundings) { self.init(secret: surroundings.randomBytes(20)) }

  init(secret: [UInt8], hash: Hash = .sha1, digits: Int = 6) {
    (self.secret, self.hash, self.digits) = (secret, hash, digits)
  }

  /// The number of the step at a moment.
  static func step(at instant: Instant) -> Int64 { instant.seconds / 30 }

  /// The code of a moment.
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
    let code = authenticationCode(of: counter)
    // Dynamic truncation (RFC 4226, section 5.3).
    let offset = Int(code[code.count - 1] & 15)
    let number = code[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    let text = String(number % (digits == 8 ? 100_000_000 : 1_000_000))
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private func authenticationCode(of counter: [UInt8]) -> [UInt8] {
    let key = SymmetricKey(data: secret)
    return switch hash {
    case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
    case .sha256: Array(HMAC<SHA256>.authenticationCode(for: counter, using: key))
    case .sha512: Array(HMAC<SHA512>.authenticationCode(for: counter, using: key))
    }
  }

  /// The secret in base 32 (RFC 4648), as apps take it by hand.
  public var base32: String { Base32.encode(secret) }

  /// Reads what ``base32`` gives; nil for anything else.
  public init?(base32 text: String) {
    guard let bytes = Base32.decode(text), bytes.count == 20 else { return nil }
    self.init(secret: bytes)
  }

  /// The address that an app takes as a picture or a link.
  public func address(for name: String) -> String {
    "otpauth://totp/Surety:\(name)?secret=\(base32)&issuer=Surety&algorithm=SHA1&digits=6&period=30"
  }
}
