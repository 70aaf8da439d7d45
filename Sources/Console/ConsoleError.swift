/// What can go wrong between Surety and the network.
public enum ConsoleError: Error, Hashable, Sendable {
  /// A listening address that is not `<host>:<port>`.
  case malformedAddress(String)
  /// A certificate or its key cannot be used.
  case unusableCertificate(path: String, reason: String)
  /// A URL that is not `http://…` or `https://…`.
  case malformedURL(String)
  /// A server answered with something else than what was asked for.
  case unexpectedAnswer(url: String, reason: String)
}

extension ConsoleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformedAddress(let text):
      "\(text) is not an address to listen on; expected <host>:<port>, such as 127.0.0.1:8443"
    case .unusableCertificate(let path, let reason): "\(path) cannot be used for TLS: \(reason)"
    case .malformedURL(let text): "\(text) is not a URL that begins with https:// or http://"
    case .unexpectedAnswer(let url, let reason): "\(url): \(reason)"
    }
  }
}
