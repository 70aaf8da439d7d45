/// The pages of the admin panel.
enum AdminPages {
  static let passwordNeeded: HTML = """
    <h1>Admin sign-in</h1>
    <p>Load the page again, and give the user and the password that the browser asks for.</p>
    """

  static func signIn(_ visit: Visit, problem: String? = nil) -> HTML {
    let code = FormParts.field(
      "code", "One-time code", filling: "one-time-code", hint: "Six digits from your authenticator app", most: 6)
    return """
      <h1>Admin sign-in</h1>
      \(FormParts.problem(problem))
      <form class="sheet" id="admin-sign-in" method="post" action="/admin/sign-in">
      \(FormParts.token(visit))
      \(FormParts.field("user", "User", filling: "username", most: 50))
      \(FormParts.field("password", "Password", type: "password", filling: "current-password", most: 100))
      \(code)
      \(FormParts.button("Sign in"))
      </form>
      """
  }

  static func panel(_ orders: [Order], _ products: [Product], _ visit: Visit) -> HTML {
    """
    <h1>Admin panel</h1>
    <form class="right" method="post" action="/admin/sign-out">\(FormParts.token(visit))
    \(FormParts.button("Sign out", quiet: true))</form>
    <section id="admin-orders">
    <h2>Orders</h2>
    \(orderTable(orders, visit))
    </section>
    <section id="admin-products">
    <h2>Products</h2>
    \(productTable(products))
    </section>
    """
  }

  private static func orderTable(_ orders: [Order], _ visit: Visit) -> HTML {
    guard !orders.isEmpty else { return "<p>Nobody has ordered anything yet.</p>" }
    let rows = orders.map { order -> HTML in
      """
      <tr><th scope="row">\(order.number)</th><td>\(UTCTime(seconds: order.placed).dayText)</td>
      <td>\(order.delivery.name), \(order.delivery.town)</td><td>\(order.state)\(send(order, visit))</td>
      <td class="number">\(order.total.text)</td></tr>

      """
    }
    return """
      <div class="scroll" role="region" aria-label="Orders" tabindex="0"><table>
      <thead><tr><th scope="col">Order</th><th scope="col">Placed</th><th scope="col">Customer</th>
      <th scope="col">State</th><th scope="col" class="number">Total</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      """
  }

  private static func send(_ order: Order, _ visit: Visit) -> HTML {
    guard order.sent == nil else { return .empty }
    return """
       <form class="inline" method="post" action="/admin/orders/\(order.number)/sent">\(FormParts.token(visit))
      \(FormParts.button("Mark as sent", quiet: true))</form>
      """
  }

  private static func productTable(_ products: [Product]) -> HTML {
    let rows = products.map { product -> HTML in
      """
      <tr><th scope="row"><a href="\(product.path)">\(product.name)</a></th><td>\(product.kind.title)</td>
      <td class="number">\(product.stock)</td><td class="number">\(product.price.text)</td></tr>

      """
    }
    return """
      <div class="scroll" role="region" aria-label="Products" tabindex="0"><table>
      <thead><tr><th scope="col">Product</th><th scope="col">Kind</th><th scope="col" class="number">In stock</th>
      <th scope="col" class="number">Price</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      """
  }
}
