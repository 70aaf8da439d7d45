import Primitives

/// E-mail addresses as shops have them: what mail servers take, without RFC 5322's comments and quoted names.
enum EmailAddress {
  static func isUsable(_ text: String) -> Bool {
    let parts = text.trimmed.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (3...255).contains(parts[1].utf8.count) else {
      return false
    }
    let isPlain = !text.trimmed.unicodeScalars.contains {
      $0.value <= 0x20 || $0.value == 0x7f || "<>(),;:\\\"[]".unicodeScalars.contains($0)
    }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return isPlain && labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") }
  }

  /// In small letters: by the letter of RFC 5321 the part before the sign may differ by case, and nowhere does it.
  static func normal(_ text: String) -> String { text.trimmed.lowercased() }

  static func masked(_ text: String) -> String {
    guard let sign = text.lastIndex(of: "@") else { return "***" }
    return text.prefix(1) + "***" + text[sign...]
  }
}
