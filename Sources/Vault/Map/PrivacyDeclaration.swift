/// Why data is processed: which categories, for which use, on which legal basis, and for how long.
public struct PrivacyDeclaration: Hashable, Sendable {
  /// GDPR, article 6(1), in fideslang's words.
  public enum LegalBasis: String, CaseIterable, Sendable {
    case consent = "Consent"
    case contract = "Contract"
    case legalObligation = "Legal obligations"
    case vitalInterest = "Vital interests"
    case publicInterest = "Public interest"
    case legitimateInterest = "Legitimate interests"
  }

  public let name: String
  /// The system that declares it.
  public let system: String
  /// A key of the taxonomy: the purpose that whoever reads has to name.
  public let use: String
  public let categories: [String]
  public let subjects: [String]
  public let legalBasis: LegalBasis?
  /// Nil where it is not said for how long.
  public let retention: RetentionRule?
  /// Why the data has to be kept so long, where the law says so; nil where it may go earlier.
  public let mustKeep: String?
  /// The roles of members who may act for this purpose; nil for all that may read.
  public let roles: Set<String>?

  /// Whether it covers a field of these categories.
  func covers(_ categories: [String]) -> Bool {
    categories.contains { key in self.categories.contains { Taxonomy.lies(key, under: $0) } }
  }
}
