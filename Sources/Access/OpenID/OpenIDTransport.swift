/// How the provider is reached; the console fulfils it over HTTPS.
///
/// It verifies the server's certificate, follows no redirect, waits no longer than some seconds, and reads no more of an
/// answer than it was allowed: it gives the beginning of a longer one, with a byte more than allowed, or throws.
public protocol OpenIDTransport: Sendable {
  /// Asks for what is at an address, or sends a form there.
  /// - Parameters:
  ///   - form: the body, of the type `application/x-www-form-urlencoded`, which holds secrets; nil to ask only.
  ///   - authorization: the header `Authorization`; nil for none.
  ///   - most: an answer may be so long, in bytes.
  func ask(_ address: String, posting form: String?, authorization: String?, most: Int) async throws -> OpenIDAnswer
}

/// What came back.
public struct OpenIDAnswer: Sendable {
  public let status: Int
  public let body: [UInt8]

  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}
