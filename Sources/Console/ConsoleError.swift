/// What can go wrong between Surety, the network and the people at its console.
public enum ConsoleError: Error, Hashable, Sendable {
  /// A listening address that is not `<host>:<port>`.
  case malformedAddress(String)
  /// A certificate or its key cannot be used.
  case unusableCertificate(path: String, reason: String)
  /// A URL that is not `http://…` or `https://…`.
  case malformedURL(String)
  /// A server answered with something else than what was asked for.
  case unexpectedAnswer(url: String, reason: String)
  /// The key that seals the console's secrets cannot be used.
  case unusableSecretKey(path: String, reason: String)
  /// A secret was sealed under another key than the one at hand.
  case sealedWithAnotherKey
  /// The cryptographic library does not start, or there is too little memory to hash a password.
  case noRandomness
  /// A name that nobody can sign in with.
  case unusableName(String)
  /// A name that somebody has already.
  case nameTaken(String)
  /// A password that is too easy to guess.
  case weakPassword(reason: String)
  /// A stored row that this version cannot read.
  case damaged(what: String)
  /// A template or other file that the product carries cannot be used.
  case damagedResource(name: String, reason: String)
}

extension ConsoleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformedAddress(let text):
      "\(text) is not an address to listen on; expected <host>:<port>, such as 127.0.0.1:8443"
    case .unusableCertificate(let path, let reason): "\(path) cannot be used for TLS: \(reason)"
    case .malformedURL(let text): "\(text) is not a URL that begins with https:// or http://"
    case .unexpectedAnswer(let url, let reason): "\(url): \(reason)"
    case .unusableSecretKey(let path, let reason): "\(path) cannot be used as the key of secrets: \(reason)"
    case .sealedWithAnotherKey:
      "a stored secret was sealed under another key; put back the file secrets.key that belongs to this database"
    case .noRandomness: "the cryptographic library does not start, or memory is too short to hash a password"
    case .unusableName(let name):
      "\(name) cannot be a name to sign in with; use 1 to 60 letters, digits, dots, hyphens and underscores"
    case .nameTaken(let name): "there is an administrator \(name) already; choose another name"
    case .weakPassword(let reason): "the password is too easy to guess: \(reason)"
    case .damaged(let what): "\(what) cannot be read from the database. Was it written by a newer version of Surety?"
    case .damagedResource(let name, let reason):
      "\(name), which belongs to the product, cannot be used: \(reason); install it again"
    }
  }
}
