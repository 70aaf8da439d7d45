import Access
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Obligations
import Primitives
import Synchronization

/// Where routes of the console are registered. There is no way to register one for members without naming what it lets
/// them do.
struct Routes: Sendable {
  private let list = RouteList()
  let gate: Gate
  let renderer: PageRenderer
  let rooms: Rooms

  init(gate: Gate, renderer: PageRenderer, rooms: Rooms) {
    self.gate = gate
    self.renderer = renderer
    self.rooms = rooms
  }

  /// What was registered: method, path and audience.
  var registered: [(method: String, path: String, audience: Audience)] {
    list.all.map { ($0.method.rawValue, "\($0.path)", $0.audience) }
  }

  /// Puts everything that was registered into a router.
  func add(to router: Router<ConsoleRequestContext>) {
    for route in list.all { router.on(route.path, method: route.method, use: route.handle) }
  }

  /// For whom a route is. There is none that does not say.
  enum Audience: Hashable, Sendable {
    /// Whoever may do this; the handler, or what calls it, has asked the gate.
    case members(Action)
    case anybody
  }

  /// A route with its own way of asking who it is; the others are built on it.
  func on(
    _ path: RouterPath, _ method: HTTPRequest.Method, for audience: Audience,
    _ handle: @escaping @Sendable (Request, ConsoleRequestContext) async throws -> Response
  ) {
    list.add(RouteList.Route(path: path, method: method, audience: audience, handle: handle))
  }

  /// A page for members: GET.
  func page(
    _ path: RouterPath, for action: Action, _ handle: @escaping @Sendable (Visit) async throws -> PageAnswer
  ) {
    on(path, .get, for: .members(action)) { [self] request, context in
      let visit: Visit
      do {
        visit = try await gate.visit(request, context, for: action)
      } catch let problem as Problem where problem.status == .unauthorized {
        return Self.seeOther("/sign-in?next=\(Self.encoded(request.uri.string))")
      } catch is Gate.ProofNeeded {
        return Self.seeOther("/prove?next=\(Self.encoded(request.uri.string))")
      }
      return try await answer(visit) { try await handle(visit) }
    }
  }

  /// Something a member does by a form: POST, answered with a redirect, or with the form and what is wrong with it.
  /// - Parameter files: how many bytes of files the form may carry.
  func deed(
    _ path: RouterPath, for action: Action, filesUpTo files: Int = 0,
    _ handle: @escaping @Sendable (Visit, Form) async throws -> PageAnswer
  ) {
    on(path, .post, for: .members(action)) { [self] request, context in
      let visit: Visit
      do {
        visit = try await gate.visit(request, context, for: action)
      } catch is Gate.ProofNeeded {
        return Self.seeOther("/prove?next=\(Self.encoded(Self.page(of: request)))")
      }
      let form = try await Form(request, filesUpTo: files)
      try gate.expectOwn(form["csrf"], visit)
      return try await answer(visit) { try await handle(visit, form) }
    }
  }

  /// The page that a form stands on, to come back to: what was typed is lost, and nothing was done.
  private static func page(of request: Request) -> String {
    let referrer = request.headers[.referer].flatMap { URL(string: $0) }
    return SignInRoutes.localPath(referrer.map { $0.path + ($0.query.map { "?\($0)" } ?? "") } ?? "/")
  }

  /// A page for anybody.
  func publicPage(_ path: RouterPath, _ handle: @escaping @Sendable (Request) async throws -> Page) {
    on(path, .get, for: .anybody) { [self] request, _ in try await publicResponse(handle(request)) }
  }

  func publicResponse(_ page: Page) async throws -> Response {
    try renderer.response(page, for: nil, platform: await platform(), at: rooms.surroundings.now())
  }

  private func answer(_ visit: Visit, _ handle: () async throws -> PageAnswer) async throws -> Response {
    do {
      return try await response(to: handle(), visit)
    } catch ObligationsError.unknown(let kind, let name) {
      throw Problem(.notFound, "There is no \(kind) \(name).")
    } catch AccessError.unknown(let kind, let name) {
      throw Problem(.notFound, "There is no \(kind) \(name).")
    }
  }

  private func response(to answer: PageAnswer, _ visit: Visit) async throws -> Response {
    switch answer {
    case .page(let page):
      return try renderer.response(
        page, for: visit.session, notice: visit.query("notice").flatMap(Notice.init(rawValue:)),
        platform: await platform(), emergencies: await rooms.access.openEmergencies(), at: visit.now)
    case .seeOther(let path, let notice):
      guard let notice else { return Self.seeOther(path) }
      return Self.seeOther("\(path)\(path.contains("?") ? "&" : "?")notice=\(notice.rawValue)")
    case .session(let opened, let path, let notice):
      var response = Self.seeOther(
        notice.map { "\(path)\(path.contains("?") ? "&" : "?")notice=\($0.rawValue)" } ?? path)
      response.headers[.setCookie] = Gate.cookie(opened.token)
      return response
    case .download(let name, let type, let bytes):
      return Response(
        status: .ok,
        headers: [
          .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
          // Never shown within the console: a document is a stranger's.
          .contentDisposition: "attachment; filename*=UTF-8''\(Self.encoded(name))",
        ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
  }

  func platform() async throws -> String { try await rooms.register.profile()?.profile.platform ?? "" }

  static func seeOther(_ path: String, headers: HTTPFields = [:]) -> Response {
    var response = Response(status: .seeOther, headers: headers)
    response.headers[.location] = path
    response.headers[.cacheControl] = "no-store"
    return response
  }

  /// Percent-encoded for a part of a query or a header (RFC 3986, section 2.3).
  static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// Routes that are registered and not yet in a router, which may not be shared.
private final class RouteList: Sendable {
  struct Route: Sendable {
    let path: RouterPath
    let method: HTTPRequest.Method
    let audience: Routes.Audience
    let handle: @Sendable (Request, ConsoleRequestContext) async throws -> Response
  }

  private let stored = Mutex<[Route]>([])

  var all: [Route] { stored.withLock { $0 } }

  func add(_ route: Route) { stored.withLock { $0.append(route) } }
}
