/// Why whoever a provider vouches for does not come in here.
public enum FederationRefusal: Error, Hashable, Sendable {
  /// A manager of members took the access away.
  case noAccess
  /// Somebody else has the name; names are no proof of who somebody is.
  case nameTaken(String)
  /// The provider's word is about somebody else than the session's member.
  case somebodyElse
  /// The session that was to be proven has ended.
  case sessionEnded
}

extension FederationRefusal: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .noAccess: "Your access was taken away here. Ask whoever manages members."
    case .nameTaken(let name):
      "There is a member \(name) already, who signs in another way. If that is you, sign in that way and connect the two "
        + "on the page of your account; if not, have your name changed at the provider."
    case .somebodyElse: "The provider vouches for somebody else than you are here."
    case .sessionEnded: "Your session has ended meanwhile. Sign in again."
    }
  }
}
