/// The certificate a server showed, and what became of judging its chain. Times are seconds since the Unix epoch.
struct CertificateSighting: Codable, Sendable {
  struct Certificate: Codable, Sendable {
    let subject: String
    let issuer: String
    let names: [String]
    let notBefore: Int64
    let notAfter: Int64
    /// Such as RSA or P-256.
    let key: String
    /// In bits; nil for kinds whose size is fixed and large enough.
    let keyBits: Int?
    let signature: String
    /// SHA-256 of the DER bytes, in hexadecimal digits.
    let fingerprint: String
  }

  /// How the chain was judged, at a moment at which the certificate itself was valid.
  enum Chain: String, Codable, Sendable {
    case trusted, selfSigned, incomplete, untrusted
    /// The certificate's key is of a kind with which nothing can be verified here.
    case unreadable
  }

  /// Scheme, host and port.
  let endpoint: String
  let host: String
  /// As the server sent them, its own first; empty where the shop is served over http.
  let certificates: [Certificate]
  let chain: Chain
  /// Whether the certificate is for the host that was asked for.
  let matchesHost: Bool

  /// The shop is served over http.
  static func plain(_ address: WebAddress) -> CertificateSighting {
    CertificateSighting(
      endpoint: address.origin, host: address.host, certificates: [], chain: .untrusted, matchesHost: false)
  }
}

extension CertificateSighting.Certificate {
  /// So many names of one certificate are kept.
  private static let mostNames = 100

  init(_ fields: CertificateFields) {
    let names = fields.dnsNames + fields.addresses.map { "\($0)" }
    self.init(
      subject: String(fields.subject.prefix(300)), issuer: String(fields.issuer.prefix(300)),
      names: names.prefix(Self.mostNames).map { String($0.prefix(255)) }, notBefore: fields.notBefore,
      notAfter: fields.notAfter, key: fields.key, keyBits: fields.keyBits, signature: fields.signature,
      fingerprint: fields.fingerprint)
  }
}
