public import Primitives

/// Who somebody is and what they may do, by the word of a provider that was checked.
public struct FederatedIdentity: Hashable, Sendable {
  public let issuer: String
  /// By which the provider knows the member, for ever; with the issuer it is the only thing to recognise them by
  /// (OpenID Connect Core 1.0, section 5.7).
  public let subject: String
  /// By which the member is known here. The provider may give it to somebody else later.
  public let name: String
  /// The id of a role of ``RoleTable``.
  public let role: String
  public let strength: Strength
  /// ``Factor/federated``, and what the provider says was shown to it.
  public let factors: Set<Factor>
  /// When a factor was shown to the provider; nil where it does not say, and then nothing counts as fresh. It may be
  /// hours ago, because providers keep sessions of their own.
  public let authenticatedAt: Instant?
}
