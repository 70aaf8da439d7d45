/// Which paths a rule is about: one path, or it and everything below it, by whole segments.
struct PathPattern: Sendable {
  private enum Part: Sendable {
    case word(String, folded: String)
    /// Stands for any one segment.
    case any
  }

  private let parts: [Part]
  private let isExact: Bool

  /// Reads a path in which a segment `*` stands for any one segment.
  /// - Parameter isExact: whether what lies below is not meant.
  /// - Returns: nil for what no request could ask for, and for a star that is a part of a segment only.
  init?(_ text: String, isExact: Bool) {
    guard !text.utf8.contains(UInt8(ascii: "?")), let path = GuardedPath(target: text) else { return nil }
    var parts: [Part] = []
    for (segment, folded) in zip(path.segments, path.folded).dropLast(path.segments.last == "" ? 1 : 0) {
      guard segment == "*" || !segment.contains("*") else { return nil }
      parts.append(segment == "*" ? .any : .word(segment, folded: folded))
    }
    self.parts = parts
    self.isExact = isExact
  }

  /// How two paths are compared.
  enum Comparison: Sendable {
    /// By their bytes.
    case strict
    /// As a shop may that takes no heed of the case of letters, or of how an accent is composed.
    case loose
  }

  /// Whether a path is meant. A slash at its end makes no difference.
  func matches(_ path: GuardedPath, _ comparison: Comparison) -> Bool {
    let count = path.segments.last == "" ? path.segments.count - 1 : path.segments.count
    guard isExact ? count == parts.count : count >= parts.count else { return false }
    return parts.indices.allSatisfy { index in
      guard case .word(let word, let folded) = parts[index] else { return true }
      switch comparison {
      case .strict: return path.segments[index].utf8.elementsEqual(word.utf8)
      case .loose: return path.folded[index] == folded
      }
    }
  }
}
