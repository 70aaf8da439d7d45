public import Access
import Primitives

/// Another server that vouches for members, and where it sends them back to.
public struct SingleSignOn: Sendable {
  let client: OpenIDClient
  /// The address that the provider has registered.
  let redirect: String

  /// - Parameter console: where people reach the console, such as `https://surety.shop.example`.
  public init(_ client: OpenIDClient, console: String) {
    self.client = client
    redirect = console + Self.callback
  }

  static let callback = "/sign-in/openid/callback"

  var title: String { client.provider.title }
  var issuer: String { client.provider.issuer }

  func signInHref(next: String) -> String { "/sign-in/openid?next=\(Routes.encoded(next))" }
  func proofHref(next: String) -> String { "/prove/openid?next=\(Routes.encoded(next))" }
}

/// How the provider is reached: over HTTPS, within limits of time and size, without following redirects.
public struct OpenIDFetcher: OpenIDTransport {
  private let fetcher: HTTPFetcher

  public init(_ fetcher: HTTPFetcher) { self.fetcher = fetcher }

  public func ask(
    _ address: String, posting form: String?, authorization: String?, most: Int
  ) async throws -> OpenIDAnswer {
    let answer = try await fetcher.fetch(
      address, posting: form.map { Array($0.utf8) }, as: "application/x-www-form-urlencoded",
      authorization: authorization, most: most)
    return OpenIDAnswer(status: answer.status, body: answer.body)
  }
}
