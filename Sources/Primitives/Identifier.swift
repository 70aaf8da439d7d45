/// The identity of one `Subject`, as a UUID version 7 (RFC 9562, section 5.7): it sorts by the time it was made
/// and cannot be mistaken for the identity of something else, because the compiler knows of what it is.
public struct Identifier<Subject>: Hashable, Comparable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// Makes an identifier for something that came to be at `instant`.
  ///
  /// The 12 bits after the milliseconds hold the fraction of the millisecond (RFC 9562, section 6.2, method 3),
  /// so that identifiers of one machine sort to the microsecond.
  /// - Parameter random: 64 random bits; 62 of them are kept.
  public init(at instant: Instant, random: UInt64) {
    let (milliseconds, fraction) = instant.microseconds.dividedTowardsPast(by: 1_000)
    let subMillisecond = UInt64(fraction) * 4_096 / 1_000
    high = UInt64(truncatingIfNeeded: milliseconds) << 16 | 0x7000 | subMillisecond
    low = 0x8000_0000_0000_0000 | random >> 2
  }

  /// Makes an identifier for something that comes to be now.
  public init(in surroundings: Surroundings) {
    self.init(at: surroundings.now(), random: surroundings.randomWord())
  }

  /// Reads the 16 bytes that ``bytes`` gives; nil when they are not a UUID of version 7.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    let high = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let low = bytes[8...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard high & 0xF000 == 0x7000, low >> 62 == 0b10 else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// Reads the canonical text form, in lower case with four hyphens; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 36, [8, 13, 18, 23].allSatisfy({ utf8[$0] == UInt8(ascii: "-") }) else { return nil }
    guard let bytes = Hexadecimal.decode(utf8.filter { $0 != UInt8(ascii: "-") }) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 16 bytes in network order; their order as bytes is the order of the identifiers.
  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { bytes, filled in
      let target = UnsafeMutableRawBufferPointer(bytes)
      target.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
      target.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      filled = 16
    }
  }

  /// The moment it was made, to the millisecond.
  public var instant: Instant { Instant(milliseconds: Int64(high >> 16)) }

  public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension Identifier: CustomStringConvertible {
  /// The canonical text form of RFC 9562, section 4.
  public var description: String { String(decoding: textBytes, as: UTF8.self) }

  /// The bytes of ``description``.
  package var textBytes: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (offset, byte) in bytes.enumerated() {
      if offset == 4 || offset == 6 || offset == 8 || offset == 10 { text.append(UInt8(ascii: "-")) }
      text.append(Hexadecimal.digit(byte >> 4))
      text.append(Hexadecimal.digit(byte & 15))
    }
    return text
  }
}
