import Primitives

/// What a password must be (NIST SP 800-63B-4, section 3.1.1.2): long, and none that others guess first. No rules of
/// composition, and none of changing it: those make passwords worse.
struct PasswordRules: Sendable {
  /// In characters. NIST asks for eight beside a second factor, PCI DSS 4.0.1 for twelve (8.3.6); it is never alone here.
  static let shortest = 12

  private let common: Set<String>

  init(common: [UInt8] = PackageResources.common_passwords_txt) {
    let lines = String(decoding: common, as: UTF8.self).split(separator: "\n")
    self.common = Set(lines.filter { !$0.hasPrefix("#") }.map { $0.lowercased() })
  }

  /// - Throws: ``AccessError/weakPassword(reason:)``.
  func expect(_ password: String, for name: String) throws(AccessError) {
    // Unicode characters count as one each, as people count them.
    guard password.count >= Self.shortest else {
      throw .weakPassword(reason: "it has fewer than \(Self.shortest) characters")
    }
    guard password.utf8.count <= PasswordHash.longest else {
      throw .weakPassword(reason: "it has more than \(PasswordHash.longest) bytes")
    }
    let lowered = password.lowercased()
    guard !lowered.contains(name.lowercased()), !lowered.contains("surety") else {
      throw .weakPassword(reason: "it holds the name of the member or of the product")
    }
    guard Set(lowered).count >= 5 else { throw .weakPassword(reason: "it repeats a few characters") }
    guard !Self.isRun(lowered) else { throw .weakPassword(reason: "it is a row of neighbouring characters") }
    guard !isCommon(lowered) else { throw .weakPassword(reason: "it is one that many people choose") }
  }

  /// The whole password is compared, also without the digits and signs around it, and as a word that is repeated.
  private func isCommon(_ lowered: String) -> Bool {
    let bare = lowered.drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
    for candidate in [lowered, String(bare)] where !candidate.isEmpty {
      if common.contains(candidate) { return true }
      for count in 2...4 where candidate.count % count == 0 {
        let part = String(candidate.prefix(candidate.count / count))
        if candidate == String(repeating: part, count: count), common.contains(part) { return true }
      }
    }
    return false
  }

  /// Such as `abcdefghijkl` or `987654321098`.
  private static func isRun(_ lowered: String) -> Bool {
    let values = lowered.unicodeScalars.map { Int($0.value) }
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }
    return steps.filter { abs($0) == 1 }.count >= steps.count - 2
  }
}
