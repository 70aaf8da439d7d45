extension Shop {
  /// How to get into the admin panel: of use to whoever runs the shop, and to tests.
  public struct SignInHint: Sendable {
    public let user: String
    public let password: String
    /// The secret of the one-time codes as it is typed into an authenticator app (base 32).
    public let oneTimeSecret: String
    private let codes: OneTimeCode

    init(_ secrets: ShopSecrets) {
      user = AdminPanel.user
      password = secrets.adminPassword
      oneTimeSecret = secrets.oneTimeCode.base32
      codes = secrets.oneTimeCode
    }

    /// The one-time code for a moment.
    /// - Parameter seconds: since the beginning of 1970, UTC.
    public func code(at seconds: Int64) -> String { codes.text(step: OneTimeCode.step(at: seconds)) }
  }
}
