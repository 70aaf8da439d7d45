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
    case .damaged(let what): "\(what) cannot be read from the database. Was it written by a newer version of Surety?"
    case .damagedResource(let name, let reason):
      "\(name), which belongs to the product, cannot be used: \(reason); install it again"
    }
  }
}
