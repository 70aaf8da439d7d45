import HTTPTypes
import Hummingbird

/// Buying: the cart, the delivery, the payment.
struct CheckoutRoutes: Sendable {
  let storefront: Storefront

  private var store: ShopStore { storefront.store }
  private var frame: PageFrame { storefront.frame }

  func add(to pages: RouterGroup<ShopRequestContext>) {
    pages.get("cart") { _, context in
      let visit = try context.visit
      return frame.page("Your cart", visit: visit, CheckoutPages.cart(try await store.carts.cart(visit.key), visit))
    }
    pages.post("cart") { try await change($0, $1, adds: true) }
    pages.post("cart/change") { try await change($0, $1, adds: false) }
    pages.get("checkout") { try await withCart($1) { visit, customer, _ in deliveryPage(visit, customer.delivery) } }
    pages.post("checkout") { try await deliver($0, $1) }
    pages.get("checkout/payment") { try await withCart($1) { visit, _, cart in paymentPage(visit, cart) } }
    pages.post("checkout/payment") { try await pay($0, $1) }
  }

  private func change(_ request: Request, _ context: ShopRequestContext, adds: Bool) async throws -> Response {
    let visit = try context.visit
    let form = try await Form(request)
    try visit.expectOwn(form)
    guard let product = try await store.catalogue.product(form.text("product")),
      let quantity = form.number("quantity"), (adds ? 1 : 0)...Cart.mostOfOne ~= quantity
    else {
      throw Refusal(
        status: .badRequest, title: "That did not work",
        text: "Of each thing there may be from one to \(Cart.mostOfOne) in the cart.")
    }
    if adds {
      try await store.carts.add(quantity, of: product, to: visit.key, at: storefront.clock.now())
    } else {
      try await store.carts.set(quantity, of: product, in: visit.key)
    }
    return Response.redirect(to: "/cart", type: .normal)
  }

  /// Goes on with somebody who has signed in and has something in the cart; leads others to where they can do so.
  private func withCart(
    _ context: ShopRequestContext, _ body: (Visit, Customer, Cart) async throws -> Response
  ) async throws -> Response {
    let visit = try context.visit
    guard let customer = visit.customer else { return Response.redirect(to: "/account/sign-in", type: .normal) }
    let cart = try await store.carts.cart(visit.key)
    guard !cart.lines.isEmpty else { return Response.redirect(to: "/cart", type: .normal) }
    return try await body(visit, customer, cart)
  }

  private func deliver(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(request)
    return try await withCart(context) { visit, customer, _ in
      try visit.expectOwn(form)
      var delivery = Delivery()
      for field in Delivery.fields { delivery[keyPath: field.path] = form.text(field.name, most: 100) }
      guard delivery.isComplete else { return deliveryPage(visit, delivery, problem: "Fill in every field.") }
      try await store.accounts.setDelivery(delivery, of: customer.id)
      return Response.redirect(to: "/checkout/payment", type: .normal)
    }
  }

  private func pay(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let form = try await Form(request)
    return try await withCart(context) { visit, customer, cart in
      try visit.expectOwn(form)
      guard customer.delivery.isComplete else { return Response.redirect(to: "/checkout", type: .normal) }
      let now = storefront.clock.now()
      do {
        let payment = try CardPayment(
          number: form.text("card", most: 40), runsOut: form.text("expiry", most: 10),
          verification: form.text("code", most: 10), at: UTCTime(seconds: now))
        let number = try await store.orders.place(visit.key, for: customer, card: payment.lastFour, at: now)
        return Response.redirect(to: "/account/orders/\(number)", type: .normal)
      } catch let obstacle as CardPayment.Obstacle {
        return paymentPage(visit, cart, problem: obstacle.text)
      } catch OrderStore.Obstacle.soldOut(let name) {
        return paymentPage(visit, cart, problem: "There is not enough left of \(name). Take less of it.")
      } catch OrderStore.Obstacle.emptyCart {
        return Response.redirect(to: "/cart", type: .normal)
      }
    }
  }

  private func deliveryPage(_ visit: Visit, _ delivery: Delivery, problem: String? = nil) -> Response {
    frame.page(
      "Delivery", visit: visit, status: problem == nil ? .ok : .unprocessableContent,
      CheckoutPages.delivery(delivery, visit, problem: problem))
  }

  private func paymentPage(_ visit: Visit, _ cart: Cart, problem: String? = nil) -> Response {
    frame.page(
      "Payment", visit: visit, status: problem == nil ? .ok : .unprocessableContent,
      CheckoutPages.payment(cart, visit, problem: problem))
  }
}
