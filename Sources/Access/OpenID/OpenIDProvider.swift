/// A server that vouches for members of staff: an OpenID provider, and what its words count for here.
public struct OpenIDProvider: Hashable, Sendable {
  /// A group that the provider knows, and the role that its members have here.
  public struct GroupRole: Hashable, Sendable {
    public let group: String
    public let role: String
  }

  /// The provider's name, an address that begins with `https://`; tokens say exactly this (OpenID Connect Core 1.0,
  /// section 2).
  public let issuer: String
  /// By which the provider knows this console.
  public let clientID: String
  /// Nil for a public client, which the code verifier of RFC 7636 alone protects.
  let clientSecret: String?
  /// What people call it, for the page of the sign-in.
  public let title: String
  /// What is asked for besides `openid profile`.
  public let scopes: [String]
  /// Which claim is the member's name here.
  public let nameClaim: String
  /// Which claim holds the member's groups.
  public let groupsClaim: String
  /// The first whose group the member is in counts. Who is in none does not come in.
  public let roles: [GroupRole]
  /// What counts as which strength. What counts as none does not come in.
  public let proofs: [ProofOfStrength]

  init(
    issuer: String, clientID: String, clientSecret: String?, title: String, scopes: [String], nameClaim: String,
    groupsClaim: String,
    roles: [GroupRole], proofs: [ProofOfStrength]
  ) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.title = title
    self.scopes = scopes
    self.nameClaim = nameClaim
    self.groupsClaim = groupsClaim
    self.roles = roles
    self.proofs = proofs
  }

  /// Where the provider says what it can do (OpenID Connect Discovery 1.0, section 4).
  var metadataAddress: String {
    (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
  }

  /// The role of whoever is in these groups; nil where none has one.
  func role(ofGroups groups: some Collection<String>) -> String? {
    roles.first { groups.contains($0.group) }?.role
  }

  /// The contexts to ask for when so much is needed, the least first.
  func contexts(from strength: Strength) -> [String] {
    proofs.filter { $0.strength >= strength }.sorted { $0.strength < $1.strength }.flatMap(\.contexts)
  }
}

extension OpenIDProvider: CustomReflectable {
  /// Whatever prints a provider, for a log or in a debugger, does not print its secret.
  public var customMirror: Mirror { Mirror(self, children: ["issuer": issuer, "clientID": clientID]) }
}
