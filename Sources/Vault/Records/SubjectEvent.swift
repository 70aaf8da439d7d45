public import Primitives

/// Something that happened to a subject, from which a retention counts.
public struct SubjectEvent: Hashable, Sendable {
  /// Such as `account-closed`.
  public let name: String
  public let at: Instant

  /// - Throws: ``VaultError/unusableValue(place:reason:)`` for a name that is none.
  public init(name: String, at: Instant) throws(VaultError) {
    guard Self.isName(name) else {
      throw .unusableValue(place: "event", reason: "it has small letters, digits and hyphens, such as account-closed")
    }
    (self.name, self.at) = (name, at)
  }

  /// Small letters, digits and hyphens, 60 bytes at most.
  static func isName(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0.isDigit || $0 == UInt8(ascii: "-")
      }
  }
}
