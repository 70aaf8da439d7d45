import Foundation
import HTTPTypes
import Hummingbird

/// The panel for the shop's own people. It asks for a password and a one-time code; where it is weak, for a password
/// alone, as HTTP itself can ask for it (RFC 7617).
struct AdminPanel: Sendable {
  let storefront: Storefront

  static let user = "admin"
  /// So long a sign-in is good for, in seconds.
  private static let period: Int64 = 3_600

  private var store: ShopStore { storefront.store }
  private var frame: PageFrame { storefront.frame }
  private var way: Conduct.AdminSignIn { storefront.conduct.adminSignIn }

  func add(to pages: RouterGroup<ShopRequestContext>) {
    pages.get("admin") { try await panel($0, $1) }
    pages.post("admin/sign-in") { try await signIn($0, $1) }
    pages.post("admin/sign-out") { try await signOut($0, $1) }
    pages.post("admin/orders/{number}/sent") { try await send($0, $1) }
  }

  private func isAllowed(_ visit: Visit, _ request: Request) -> Bool {
    switch way {
    case .passwordAndCode: visit.isAdmin
    case .password: knowsPassword(request)
    case .nothing: true
    }
  }

  /// Whether a request carries user and password in its Authorization header.
  private func knowsPassword(_ request: Request) -> Bool {
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("basic "),
      let given = Data(base64Encoded: String(header.dropFirst(6)))
    else { return false }
    let now = storefront.clock.now()
    guard storefront.limit.allows(Self.user, at: now) else { return false }
    let expected = "\(Self.user):\(storefront.secrets.adminPassword)"
    guard Passwords.isSame(Array(given), Array(expected.utf8)) else {
      storefront.limit.failed(Self.user, at: now)
      return false
    }
    storefront.limit.succeeded(Self.user)
    return true
  }

  private func panel(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    guard isAllowed(visit, request) else { return way == .password ? passwordPage : signInPage(visit) }
    let content = AdminPages.panel(try await store.orders.newest(), try await store.catalogue.all(), visit)
    return frame.adminPage("orders and products", content)
  }

  private func signIn(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    let form = try await Form(request)
    try visit.expectOwn(form)
    guard way == .passwordAndCode else { return Response.redirect(to: "/admin", type: .normal) }
    let now = storefront.clock.now()
    // An account's name has an at sign, so nobody's is counted together with this one.
    guard storefront.limit.allows(Self.user, at: now) else {
      return signInPage(visit, .tooManyRequests, SignInLimit.refusal)
    }
    let isUser = form.text("user", most: 50) == Self.user
    let isPassword = Passwords.isSame(Array(form.raw("password").utf8), Array(storefront.secrets.adminPassword.utf8))
    guard isUser, isPassword, try await isCodeRight(form.text("code", most: 10), at: now) else {
      storefront.limit.failed(Self.user, at: now)
      return signInPage(visit, .unprocessableContent, "The user, the password or the code is wrong.")
    }
    storefront.limit.succeeded(Self.user)
    return try await leave(to: "/admin", until: now + Self.period, visit, at: now)
  }

  /// Each code is good for one sign-in.
  private func isCodeRight(_ code: String, at now: Int64) async throws -> Bool {
    guard let step = storefront.secrets.oneTimeCode.step(of: code, at: now) else { return false }
    return try await store.accounts.use(step: step)
  }

  private func signOut(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    try visit.expectOwn(try await Form(request))
    return try await leave(to: "/admin", until: 0, visit, at: storefront.clock.now())
  }

  /// Goes on under a new session cookie.
  private func leave(to path: String, until: Int64, _ visit: Visit, at now: Int64) async throws -> Response {
    let token = Visit.newToken()
    try await store.sessions.setAdmin(until: until, from: visit.key, as: Visit.key(of: token), at: now)
    var response = Response.redirect(to: path, type: .normal)
    storefront.visits.give(token, with: &response)
    return response
  }

  private func send(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    try visit.expectOwn(try await Form(request))
    guard isAllowed(visit, request) else { return signInPage(visit, .forbidden, "Sign in first.") }
    guard let number = Int64(try context.parameters.require("number")) else { throw Refusal.notFound }
    try await store.orders.send(number, at: storefront.clock.now())
    return Response.redirect(to: "/admin", type: .normal)
  }

  private func signInPage(
    _ visit: Visit, _ status: HTTPResponse.Status = .ok, _ problem: String? = nil
  ) -> Response {
    frame.adminPage("sign in", status: status, AdminPages.signIn(visit, problem: problem))
  }

  /// What browsers show when somebody leaves their question for the password unanswered.
  private var passwordPage: Response {
    var response = frame.adminPage("sign in", status: .unauthorized, AdminPages.passwordNeeded)
    response.headers[.wwwAuthenticate] = "Basic realm=\"Teapot & Leaf administration\", charset=\"UTF-8\""
    return response
  }
}
