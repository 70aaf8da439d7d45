/// What the server's certificate is to be like.
struct CertificatePlan: Sendable {
  enum Key: Sendable {
    case p256
    case rsa(bits: Int)
  }

  enum Issuer: Sendable {
    case authority
    /// Nobody vouches for it.
    case itself
    /// A second authority, for which the first one vouches.
    case intermediate(isSent: Bool, signsWithSHA1: Bool)
  }

  /// The hosts that it is for.
  var names = Addresses.hosts
  /// In seconds from now.
  var validFrom: Int64 = -3_600
  /// In seconds from now.
  var validUntil: Int64 = 90 * day - 3_600
  var key = Key.p256
  var issuer = Issuer.authority
  /// Who answers whether it was revoked; the server staples no such answer.
  var responder: String?

  static let day: Int64 = 86_400
}
