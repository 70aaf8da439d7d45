import Access
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import Primitives

/// Makes pages of templates. Templates escape everything; there is no other way into a page.
struct PageRenderer: Sendable {
  private let library: MustacheLibrary
  private let assets: AssetAddresses
  private let isDemo: Bool

  /// - Throws: ``ConsoleError/damagedResource(name:reason:)``; never in a release, because a test renders every page.
  init(isDemo: Bool) throws(ConsoleError) {
    var library = MustacheLibrary()
    for (name, bytes) in ConsoleResources.templates {
      do {
        try library.register(String(decoding: bytes, as: UTF8.self), named: name)
      } catch {
        throw .damagedResource(name: "\(name).mustache", reason: "\(error)")
      }
    }
    self.library = library
    self.isDemo = isDemo
    assets = AssetAddresses()
  }

  /// The answer with a page in it.
  /// - Parameters:
  ///   - session: of whoever asks; nil for anybody.
  ///   - platform: what the shop is called; empty while nobody said.
  func response(
    _ page: Page, for session: Session?, notice: Notice? = nil, platform: String, emergencies: [EmergencyAccess] = [],
    at now: Instant
  ) throws(ConsoleError) -> Response {
    let frame = PageFrame(
      title: page.errors.isEmpty ? page.heading : "Error: \(page.heading)", heading: page.heading,
      page: MenuMark(page.menu), member: session.map { MemberText(name: $0.member.name, role: $0.member.role.title) },
      csrf: session?.csrf ?? "", asOf: TimeText(now, asOf: now),
      notice: notice.map { NoticeText(kind: "success", text: $0.text) },
      errors: page.errors.isEmpty ? nil : page.errors, version: ConsoleResources.version, isDemo: isDemo,
      platform: platform, emergencies: emergencies.map { EmergencyModel.Banner($0, asOf: now) }, assets: assets)
    let context = ModelNode(of: page.model, frame)
    guard let html = library.render(context, withTemplate: page.template) else {
      throw .damagedResource(name: "\(page.template).mustache", reason: "it is missing")
    }
    var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    if !page.cookies.isEmpty { headers[values: .setCookie] = page.cookies }
    return Response(status: page.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }
}
