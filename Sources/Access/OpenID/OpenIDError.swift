/// Why a sign-in through another server is refused. No case holds a token, a code, a secret or a datum of the member:
/// every reason is a text of ours.
public enum OpenIDError: Error, Hashable, Sendable {
  /// What the provider was asked for.
  public enum Endpoint: String, Sendable {
    case metadata = "its metadata"
    case keys = "its keys"
    case token = "a token"
  }

  /// Why the provider says that it lets nobody in: the codes of RFC 6749, sections 4.1.2.1 and 5.2, and of OpenID
  /// Connect Core 1.0, section 3.1.2.6. Its own words are not taken over, because they may say of whom they speak.
  public enum Decline: String, CaseIterable, Sendable {
    case accessDenied = "access_denied"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case invalidRequest = "invalid_request"
    case invalidScope = "invalid_scope"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrant = "unsupported_grant_type"
    case unsupportedResponse = "unsupported_response_type"
    case serverError = "server_error"
    case unavailable = "temporarily_unavailable"
    case interactionRequired = "interaction_required"
    case loginRequired = "login_required"
    case selectionRequired = "account_selection_required"
    case consentRequired = "consent_required"
    case unmetRequirements = "unmet_authentication_requirements"
    case other

    /// Reads the parameter or member `error`.
    public init(code: some StringProtocol) { self = Decline(rawValue: String(code)) ?? .other }
  }

  /// No answer, or none in time.
  case unreachable(Endpoint)
  /// An answer with this HTTP status.
  case failed(Endpoint, status: Int)
  /// An answer that cannot be used.
  case unusableAnswer(Endpoint, reason: String)
  /// The provider lets nobody in.
  case declined(Decline)
  /// OpenID Connect Core 1.0, section 3.1.2.1: the answer belongs to a sign-in that another browser began, or none did.
  case wrongState
  /// The sign-in was begun too long ago.
  case tooOld
  /// RFC 9207, section 2.4: the answer comes from another provider than the one that was asked.
  case wrongProvider
  /// The ID token cannot be read.
  case malformedToken(reason: String)
  /// The ID token is signed in a way that is not taken, or not with its key's algorithm.
  case refusedAlgorithm
  /// The provider has no key of the name that the ID token gives.
  case unknownKey
  /// The ID token is not the provider's.
  case wrongSignature
  /// A claim of the ID token that is missing or wrong (OpenID Connect Core 1.0, section 3.1.3.7).
  case wrongClaim(String, reason: String)
  /// The claim that names the member holds nothing that can be a name here.
  case unusableName(claim: String)
  /// None of the member's groups has a role here.
  case noRole
  /// Nothing says that more than a password was shown.
  case notTwoFactor
  /// Less was shown than what was asked for.
  case tooWeak(needs: Strength)
}

extension OpenIDError: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .unreachable(let endpoint):
      "The identity provider does not answer when asked for \(endpoint.rawValue). Try again; sign in with a passkey if it stays."
    case .failed(let endpoint, let status):
      "The identity provider answers with status \(status) when asked for \(endpoint.rawValue). Look into its log."
    case .unusableAnswer(let endpoint, let reason):
      "The identity provider was asked for \(endpoint.rawValue), and its answer cannot be used: \(reason)."
    case .declined(let decline): decline.explanation
    case .wrongState: "This answer belongs to no sign-in of this browser. Begin again."
    case .tooOld: "The sign-in took too long. Begin again."
    case .wrongProvider: "The answer comes from another identity provider than the one that was asked. Begin again."
    case .malformedToken(let reason): "The identity provider's token cannot be read: \(reason)."
    case .refusedAlgorithm:
      "The identity provider's token is not signed as it has to be. Have it sign with \(SignatureAlgorithm.names)."
    case .unknownKey:
      "The identity provider's token names a key that the provider does not publish. Try again in a minute."
    case .wrongSignature: "The signature of the identity provider's token is wrong. Begin again, and tell who runs it."
    case .wrongClaim(let name, let reason):
      "The identity provider's token is refused, because of its \(name): \(reason)."
    case .unusableName(let claim):
      "The token's \(claim) cannot be a name here. It has to have 1 to 60 letters, digits, dots, hyphens and underscores."
    case .noRole: "None of your groups has a role here. Ask whoever manages the identity provider to add you to one."
    case .notTwoFactor:
      "The identity provider does not say that more than a password was shown. Sign in there with a second factor."
    case .tooWeak(let needs):
      "This needs a \(needs.name) factor, and the identity provider does not say that one was shown."
    }
  }
}

extension OpenIDError.Decline {
  fileprivate var explanation: String {
    switch self {
    case .accessDenied: "The identity provider did not let you in, or the sign-in was cancelled. Begin again."
    case .invalidClient, .unauthorizedClient:
      "The identity provider does not know this console. Check clientID and clientSecret in the provider's file."
    case .invalidGrant: "The identity provider's code was used, or is too old. Begin again."
    case .invalidScope: "The identity provider does not know a scope. Check scopes in the provider's file."
    case .serverError, .unavailable: "The identity provider cannot answer now. Try again later."
    case .unmetRequirements: "The identity provider has no factor of yours that is strong enough. Set one up there."
    case .interactionRequired, .loginRequired, .selectionRequired, .consentRequired:
      "The identity provider has to ask you something first. Sign in there, then begin again."
    case .invalidRequest, .unsupportedGrant, .unsupportedResponse, .other:
      "The identity provider refuses the sign-in (\(rawValue)). Check what it has registered for this console."
    }
  }
}
