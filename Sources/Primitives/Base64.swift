/// Base 64 with the standard alphabet and padding (RFC 4648, section 4).
///
/// Foundation's decoder forgives stray bits after the last byte; a format in which a changed byte must never go
/// unseen cannot, so this one has exactly one text for each byte string (RFC 4648, section 3.5).
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  private static let values = values(of: alphabet)
  /// The same with the two other characters of addresses and file names (RFC 4648, section 5).
  private static let valuesForURLs = values(of: Array(alphabet.dropLast(2) + "-_".utf8))

  private static func values(of alphabet: [UInt8]) -> [UInt8] {
    var table = [UInt8](repeating: 0xff, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }

  /// The text of some bytes, padded, without line breaks.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: encodeToBytes(bytes), as: UTF8.self)
  }

  /// The bytes of ``encode(_:)``.
  package static func encodeToBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
    func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text, filled in
        for start in stride(from: 0, to: bytes.count, by: 3) {
          let rest = min(3, bytes.count - start)
          var group: UInt32 = 0
          for offset in 0..<3 { group = group << 8 | (offset < rest ? UInt32(bytes[start + offset]) : 0) }
          for position in 0..<4 {
            text[filled + position] =
              position <= rest ? alphabet[Int(group >> UInt32(18 - 6 * position) & 63)] : padding
          }
          filled += 4
        }
      }
    }
    return bytes.withContiguousStorageIfAvailable(encode) ?? Array(bytes).withUnsafeBufferPointer(encode)
  }

  /// The bytes of a text; nil unless it is exactly what ``encode(_:)`` would have written.
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    let paddingCount = text.suffix(2).reversed().prefix { $0 == padding }.count
    return bytes(of: text.dropLast(paddingCount), missing: paddingCount, values)
  }

  /// - Parameter missing: how many characters are missing from the last four.
  private static func bytes(of text: some Collection<UInt8>, missing: Int, _ values: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3 + 3)
    var group: UInt32 = 0
    var bits: UInt32 = 0
    for character in text {
      let value = values[Int(character)]
      guard value != 0xff else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> bits))
        group &= (1 << bits) - 1
      }
    }
    guard group == 0, bits == UInt32(missing * 2) else { return nil }
    return bytes
  }

  /// The bytes of a text; nil unless it is exactly what ``encode(_:)`` would have written.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)) }

  /// The text with the alphabet for addresses and file names, without padding (RFC 4648, section 5): base64url.
  public static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
    let text = encodeToBytes(bytes).prefix { $0 != padding }.map { character in
      switch character {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      default: character
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; nil unless it is exactly what ``encodeURL(_:)`` would have written.
  public static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
    let text = Array(text.utf8)
    guard text.count % 4 != 1 else { return nil }
    return bytes(of: text, missing: (4 - text.count % 4) % 4, valuesForURLs)
  }
}
