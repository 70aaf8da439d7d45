/// A field that the data map declares.
public struct DeclaredField: Hashable, Sendable {
  /// How it can be found.
  public enum Search: String, CaseIterable, Sendable {
    /// By its value, which one subject alone has.
    case unique
    /// By its value, which several may have.
    case exact
    case none
  }

  /// Its place in the collection, from 0.
  public let number: Int
  public let name: String
  public let title: String
  /// Keys of the taxonomy, such as `user.contact.email`.
  public let categories: [String]
  public let type: FieldType
  /// No value is longer, in bytes of UTF-8.
  public let length: Int
  public let isRequired: Bool
  public let search: Search
  /// How many different values it has in practice, as a power of two.
  public let domainBits: Int
  /// Nil where it has no tokens.
  public let token: TokenFormat?
  /// Whether the same value always gets the same token.
  public let isTokenDeterministic: Bool
  /// Whether it is shown in part to whoever may not see it whole.
  public let isMasked: Bool

  /// Where nothing else is said a value is no longer, in bytes.
  public static let usualLength = 4_096
  /// Nor may it ever be.
  public static let largestLength = 65_536
}
