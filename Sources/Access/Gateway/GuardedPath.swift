import Primitives

/// The path of a request, as every server behind the gateway reads it. What two servers could read differently is no such
/// path: a rule must not be walked around by writing its path in another way.
struct GuardedPath: Hashable, Sendable {
  /// The segments between the slashes, decoded; one that is empty stands for the slash at the end.
  let segments: [String]
  /// The same in small letters: some shops take no heed of the case.
  let folded: [String]

  /// A path is no longer, in bytes.
  static let longest = 8_192

  /// - Parameter target: path and query as they stand in the request line.
  /// - Returns: nil for what is ambiguous: encoded slashes, backslashes, dot segments in any writing, empty segments,
  ///   semicolons, question marks and number signs within the path, control characters, signs outside ASCII that are not
  ///   encoded (RFC 3986, section 2), percent signs that encode nothing, and percent signs that remain after decoding.
  init?(target: some StringProtocol) {
    // By bytes: to Swift a question mark with a combining accent is one character and no question mark, to servers it is.
    let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    guard path.count <= Self.longest, path.first == UInt8(ascii: "/") else { return nil }
    let parts = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var segments: [String] = []
    for (index, part) in parts.enumerated() {
      guard let decoded = Self.decoded(Array(part)), decoded != ".", decoded != ".." else { return nil }
      if decoded.isEmpty, index < parts.count - 1 { return nil }
      segments.append(decoded)
    }
    self.segments = segments
    folded = segments.map { $0.lowercased() }
  }

  private static func decoded(_ part: [UInt8]) -> String? {
    var bytes: [UInt8] = []
    var rest = part[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        guard byte < 0x80 else { return nil }
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = Hexadecimal.decode(rest.prefix(2).map { $0 | ($0 > 0x40 ? 0x20 : 0) })?.first
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    let isPlain = bytes.allSatisfy { byte in
      byte > 0x20 && byte != 0x7f && !"/\\;%?#".utf8.contains(byte)
    }
    return isPlain ? String(validating: bytes, as: UTF8.self) : nil
  }
}
