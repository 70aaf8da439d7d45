import HTTPTypes
import Hummingbird

/// The customers' accounts: opening one, signing in and out, and the orders.
struct Accounts: Sendable {
  let storefront: Storefront

  private var store: ShopStore { storefront.store }
  private var frame: PageFrame { storefront.frame }
  private let passwords = Passwords()

  init(storefront: Storefront) { self.storefront = storefront }

  func add(to pages: RouterGroup<ShopRequestContext>) {
    pages.get("account") { try await overview($1) }
    pages.get("account/sign-up") { _, context in
      let visit = try context.visit
      return frame.page("Open an account", visit: visit, AccountPages.signUp(visit))
    }
    pages.post("account/sign-up") { try await signUp($0, $1) }
    pages.get("account/sign-in") { _, context in
      let visit = try context.visit
      return frame.page("Sign in", visit: visit, AccountPages.signIn(visit))
    }
    pages.post("account/sign-in") { try await signIn($0, $1) }
    pages.post("account/sign-out") { try await signOut($0, $1) }
    pages.get("account/orders/{number}") { try await order($1) }
  }

  private func overview(_ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    guard let customer = visit.customer else { return Response.redirect(to: "/account/sign-in", type: .normal) }
    let orders = try await store.orders.orders(of: customer.id)
    return frame.page("Your account", visit: visit, AccountPages.overview(customer, orders, visit))
  }

  private func signUp(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    let form = try await Form(request)
    try visit.expectOwn(form)
    let (email, name) = (form.text("email", most: 254).lowercased(), form.text("name", most: 100))
    let password = form.raw("password")
    func refused(_ problem: String) -> Response {
      frame.page(
        "Open an account", visit: visit, status: .unprocessableContent,
        AccountPages.signUp(visit, email: email, name: name, problem: problem))
    }
    guard !name.isEmpty else { return refused("Write your name.") }
    guard Self.isAddress(email) else { return refused("Write an e-mail address such as name@mail.example.") }
    guard Passwords.lengths.contains(password.count) else {
      return refused(
        "A password has from \(Passwords.lengths.lowerBound) to \(Passwords.lengths.upperBound) characters.")
    }
    let kept = try await passwords.keep(password)
    guard let customer = try await store.accounts.open(email: email, name: name, kept) else {
      return refused("There is an account with this address already. Sign in instead.")
    }
    return try await admit(customer, visit)
  }

  private func signIn(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    let form = try await Form(request)
    try visit.expectOwn(form)
    let email = form.text("email", most: 254).lowercased()
    let now = storefront.clock.now()
    func refused(_ status: HTTPResponse.Status, _ problem: String) -> Response {
      frame.page("Sign in", visit: visit, status: status, AccountPages.signIn(visit, email: email, problem: problem))
    }
    guard storefront.limit.allows(email, at: now) else { return refused(.tooManyRequests, SignInLimit.refusal) }
    let account = try await store.accounts.find(email: email)
    let password = String(form.raw("password").prefix(Passwords.lengths.upperBound + 1))
    guard try await passwords.matches(password, account?.password), let account else {
      storefront.limit.failed(email, at: now)
      return refused(.unprocessableContent, "The address or the password is wrong.")
    }
    storefront.limit.succeeded(email)
    return try await admit(account.id, visit)
  }

  /// Signs somebody in, under a new session cookie; on to the checkout if that is where they were going.
  private func admit(_ customer: Int64, _ visit: Visit) async throws -> Response {
    let token = Visit.newToken()
    try await store.sessions.signIn(
      customer, from: visit.key, as: Visit.key(of: token), at: storefront.clock.now())
    var response = Response.redirect(to: visit.cartCount > 0 ? "/cart" : "/account", type: .normal)
    storefront.visits.give(token, with: &response)
    return response
  }

  private func signOut(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    try visit.expectOwn(try await Form(request))
    try await store.sessions.forget(visit.key)
    var response = Response.redirect(to: "/", type: .normal)
    storefront.visits.give(Visit.newToken(), with: &response)
    return response
  }

  private func order(_ context: ShopRequestContext) async throws -> Response {
    let visit = try context.visit
    guard let customer = visit.customer else { return Response.redirect(to: "/account/sign-in", type: .normal) }
    guard let number = Int64(try context.parameters.require("number")),
      let found = try await store.orders.order(number, of: customer.id)
    else { throw Refusal.notFound }
    return frame.page("Order \(number)", visit: visit, AccountPages.order(found.order, found.lines))
  }

  /// Something before and after one at sign, and nothing that mail programs would stumble over.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
  }
}
