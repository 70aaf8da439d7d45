import Primitives

/// The path of a request, as every server behind the gateway reads it. What two servers could read differently is no such
/// path: a rule must not be walked around by writing its path in another way.
struct GuardedPath: Hashable, Sendable {
  /// The segments between the slashes, decoded; one that is empty stands for the slash at the end.
  let segments: [String]

  /// A path is no longer, in bytes.
  static let longest = 8_192

  /// - Parameter target: path and query as they stand in the request line.
  /// - Returns: nil for what is ambiguous: encoded slashes, backslashes, dot segments in any writing, empty segments,
  ///   semicolons, control characters, percent signs that encode nothing, and percent signs that remain after decoding.
  init?(target: some StringProtocol) {
    let path = target.prefix { $0 != "?" && $0 != "#" }
    guard path.utf8.count <= Self.longest, path.hasPrefix("/") else { return nil }
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    var segments: [String] = []
    for (index, part) in parts.enumerated() {
      guard let decoded = Self.decoded(part), decoded != ".", decoded != ".." else { return nil }
      if decoded.isEmpty, index < parts.count - 1 { return nil }
      segments.append(decoded)
    }
    self.segments = segments
  }

  private static func decoded(_ part: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(part.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = Hexadecimal.decode(rest.prefix(2).map { $0 | ($0 > 0x40 ? 0x20 : 0) })?.first
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    let isPlain = bytes.allSatisfy { byte in
      byte > 0x20 && byte != 0x7f && !"/\\;%".utf8.contains(byte)
    }
    return isPlain || bytes.isEmpty ? String(validating: bytes, as: UTF8.self) : nil
  }

  /// Whether this path is the other one, or below it.
  func isWithin(_ other: GuardedPath) -> Bool {
    let prefix = other.segments.last == "" ? other.segments.dropLast() : other.segments[...]
    return segments.starts(with: prefix)
  }
}
