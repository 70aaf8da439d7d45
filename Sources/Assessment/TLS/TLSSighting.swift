/// What a server offers in TLS, as it answered itself. Versions, suites and groups are stored by their names.
struct TLSSighting: Codable, Sendable {
  /// How a version was answered.
  enum Answer: String, Codable, Sendable {
    case offered, refused
    /// The server hung up without a word.
    case closed
    /// Three hellos were not answered in time, while hellos of another version before and after them were.
    case ignored
    /// Hellos were not answered in time.
    case silent
    /// What came is not TLS.
    case unreadable
  }

  struct Version: Codable, Sendable {
    let version: TLSVersion
    var answer: Answer
    /// Codes of the IANA registry, in the order in which the server chose them.
    @ByName<CipherSuite> var suites: [UInt16]
    /// Whether it could not be found out whether there are more.
    var isPartial = false
  }

  /// Scheme, host and port.
  let endpoint: String
  /// Empty where the shop is served over http.
  let versions: [Version]
  /// Codes of the groups it takes for the key exchange.
  @ByName<KeyExchangeGroup> var groups: [UInt16]
  /// Whether it could not be found out whether there are more groups; nil in evidence of before this was noticed.
  var groupsArePartial: Bool?
  /// The shortest prime of a finite-field key exchange it was seen to use, in bits.
  let shortestPrime: Int?
  /// Whether it staples an answer about revocation; nil where its versions do not show that in the clear, or the
  /// certificate names nobody who would give one.
  let staples: Bool?

  /// The shop is served over http.
  static func plain(_ endpoint: String) -> TLSSighting {
    TLSSighting(endpoint: endpoint, versions: [], groups: [], shortestPrime: nil, staples: nil)
  }

  var offered: [Version] { versions.filter { $0.answer == .offered } }

  /// Whether all that it offers hides what it staples: TLS 1.3 encrypts that.
  var hidesStaple: Bool { !offered.isEmpty && offered.allSatisfy { $0.version == .tls13 } }

  /// What this client does not speak, and so does not judge.
  static let unspoken =
    "Not asked for: SSL 2.0; suites with a pre-shared key, Kerberos, SRP or GOST; quantum-safe groups but ML-KEM-768."
}
