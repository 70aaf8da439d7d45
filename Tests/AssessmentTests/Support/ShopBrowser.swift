import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import TestKit

/// A customer's browser at the demonstration shop: it keeps cookies, trusts the shop's authority and no other, and
/// follows no redirects by itself.
final actor ShopBrowser {
  /// What came back.
  struct Page: Sendable {
    let status: Int
    fileprivate let headers: HTTPHeaders
    let text: String

    func header(_ name: String) -> String? { headers.first(name: name) }

    /// The `Set-Cookie` headers.
    var cookies: [String] { headers["set-cookie"] }

    /// The token that the page's forms carry.
    var token: String {
      let parts = text.components(separatedBy: "name=\"token\" value=\"")
      return parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : ""
    }
  }

  private let shop: RunningShop
  private let client: HTTPClient
  private var cookies: [String: String] = [:]

  private init(_ shop: RunningShop) throws {
    self.shop = shop
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(try shop.authority.utf8)))
    client = HTTPClient(
      eventLoopGroupProvider: .singleton,
      configuration: HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow))
  }

  static func with(_ shop: RunningShop, _ body: (ShopBrowser) async throws -> Void) async throws {
    let browser = try ShopBrowser(shop)
    do {
      try await body(browser)
    } catch {
      try? await browser.client.shutdown()
      throw error
    }
    try await browser.client.shutdown()
  }

  /// The names and values of the cookies that it holds.
  var jar: [String: String] { cookies }

  /// - Parameter path: below the shop's https address, or a whole address.
  func get(_ path: String, headers: [String: String] = [:]) async throws -> Page {
    try await send(HTTPClientRequest(url: path.hasPrefix("/") ? shop.secure + path : path), headers)
  }

  /// Sends a form. Its token is fetched from a page first, unless it is among the fields.
  func post(_ path: String, from page: String, _ fields: [String: String]) async throws -> Page {
    var fields = fields
    if fields["token"] == nil { fields["token"] = try await get(page).token }
    var request = HTTPClientRequest(url: shop.secure + path)
    request.method = .POST
    let body = fields.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
    request.body = .bytes(Array(body.utf8))
    return try await send(request, ["content-type": "application/x-www-form-urlencoded"])
  }

  private func send(_ request: HTTPClientRequest, _ headers: [String: String]) async throws -> Page {
    var request = request
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if !cookies.isEmpty {
      request.headers.add(name: "cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
    }
    let response = try await client.execute(request, timeout: .seconds(20))
    for cookie in response.headers["set-cookie"] {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
    }
    let body = try await response.body.collect(upTo: 1 << 20)
    return Page(status: Int(response.status.code), headers: response.headers, text: String(buffer: body))
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }
}
