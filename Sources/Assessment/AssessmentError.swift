/// What keeps a check from looking at an endpoint, and what to do about it.
public enum AssessmentError: Error, Hashable, Sendable {
  /// Not an http or https address.
  case notAnAddress(String, reason: String)
  /// The name has no address.
  case unresolved(host: String, reason: String)
  /// The address lies in a network that is not public.
  case notPublic(host: String, address: String, network: String)
  /// Nobody listens there; the machine itself said so.
  case refused(String)
  /// Nobody answers there.
  case unreachable(String, reason: String)
  /// TLS could not be agreed on.
  case handshakeFailed(String, reason: String)
  /// An answer was begun and did not end in time.
  case tookTooLong(String)
  /// What came back is not HTTP, or breaks its rules.
  case malformedAnswer(String, reason: String)
  /// It answers with a redirect to something that is not what was to be looked at.
  case ledElsewhere(String, to: String)
  /// The redirects do not end.
  case tooManyRedirects(String)
  /// It does answer, but not to this check.
  case turnedAway(String, status: Int)
  /// The check has asked as often as it may.
  case spent(requests: Int)
  /// What was given as certificates of trusted authorities are none.
  case notCertificates(reason: String)
}

extension AssessmentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAnAddress(let text, let reason): "\(text) cannot be checked: \(reason)"
    case .unresolved(let host, let reason): "\(host) has no address (\(reason)); is the name right?"
    case .notPublic(let host, let address, let network):
      "\(host) is at \(address), in \(network); allow it with --allow-private if that is your own machine"
    case .refused(let place): "nobody listens at \(place)"
    case .unreachable(let place, let reason): "\(place) does not answer: \(reason)"
    case .handshakeFailed(let place, let reason): "no TLS connection to \(place): \(reason)"
    case .tookTooLong(let place): "\(place) did not answer in time"
    case .malformedAnswer(let place, let reason): "\(place) answered with something that cannot be read: \(reason)"
    case .ledElsewhere(let place, let other):
      "\(place) leads to \(other), which is another place; if that is the one to look at, name it instead"
    case .tooManyRedirects(let place): "\(place) redirects without an end"
    case .turnedAway(let place, let status):
      "\(place) turns this check away (status \(status)); let it in and try again"
    case .spent(let requests): "the limit of \(requests) requests was reached"
    case .notCertificates(let reason): "the file of trusted authorities cannot be read: \(reason)"
    }
  }
}
