/// A page of the shop as it was answered, without anything secret or personal: cookies are kept without their values,
/// addresses without their queries, and of the headers only those that are judged.
struct PageSighting: Codable, Sendable {
  struct Hop: Codable, Hashable, Sendable {
    let address: String
    let status: Int
  }

  struct Header: Codable, Hashable, Sendable {
    /// In lower case.
    let name: String
    let value: String
  }

  /// Every answer on the way, the page's own last.
  let hops: [Hop]
  let headers: [Header]
  let cookies: [Cookie]
  /// Nil where the answer is not HTML.
  let content: PageContent?
  /// Whether the page went on beyond what was read.
  let isCutOff: Bool
  /// The names of headers that were longer than what is kept; nil where none was.
  let cutHeaders: [String]?
  /// The page that was asked for, where only it counts and the answers led away from it; nil where they did not.
  var ledFrom: String?

  var address: String { hops.last?.address ?? "" }
  var status: Int { hops.last?.status ?? 0 }

  func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// So long may a header's value be to be kept whole, in characters.
  static let longestValue = 16_384

  private static let judged: Set<String> = [
    "strict-transport-security", "content-security-policy", "content-security-policy-report-only", "x-frame-options",
    "x-content-type-options", "referrer-policy", "cross-origin-resource-policy", "content-type", "server", "via",
    "x-powered-by", "x-generator", "x-aspnet-version", "x-aspnetmvc-version",
  ]

  init(_ exchanges: [Exchange]) {
    hops = exchanges.map { Hop(address: $0.address.withoutQuery.text, status: $0.status) }
    let last = exchanges.last
    let judged = (last?.headers ?? []).map { Header(name: $0.name.lowercased(), value: $0.value) }
      .filter { Self.judged.contains($0.name) }.prefix(100)
    headers = judged.map { Header(name: $0.name, value: String($0.value.prefix(Self.longestValue))) }
    let cut = judged.filter { $0.value.count > Self.longestValue }.map(\.name)
    cutHeaders = cut.isEmpty ? nil : cut.unique
    cookies = Self.cookies(exchanges)
    let type = last?.values("content-type").first?.lowercased() ?? ""
    let isPage = type.contains("html") || type.isEmpty && last?.body.first == UInt8(ascii: "<")
    content = last.flatMap { isPage ? PageContent($0)?.stored : nil }
    isCutOff = last?.isCutOff ?? false
  }

  /// Each cookie as it was set last on the way; one that is taken back is none.
  private static func cookies(_ exchanges: [Exchange]) -> [Cookie] {
    var cookies: [Cookie] = []
    for cookie in exchanges.flatMap({ $0.values("set-cookie") }).prefix(200).compactMap({ Cookie($0) }) {
      cookies.removeAll { ($0.name, $0.domain, $0.path) == (cookie.name, cookie.domain, cookie.path) }
      if !cookie.isTakenBack { cookies.append(cookie) }
    }
    return cookies
  }

  /// - Throws: ``AssessmentError`` when what answered is not the shop but a refusal or an error, so that nobody takes
  ///   that for the shop.
  func expectWorking() throws(AssessmentError) {
    switch status {
    case 200..<300: return
    case 401, 403, 407, 429, 451: throw .turnedAway(address, status: status)
    default: throw .malformedAnswer(address, reason: "status \(status) is not that of a page")
    }
  }
}
