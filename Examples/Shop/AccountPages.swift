/// The pages of somebody's account.
enum AccountPages {
  static func signUp(_ visit: Visit, email: String = "", name: String = "", problem: String? = nil) -> HTML {
    """
    <h1>Open an account</h1>
    <p>You have one already? <a href="/account/sign-in">Sign in.</a></p>
    \(FormParts.problem(problem))
    <form class="sheet" method="post" action="/account/sign-up">
    \(FormParts.token(visit))
    \(FormParts.field("name", "Name", filling: "name", value: name, most: 100))
    \(FormParts.field("email", "E-mail address", type: "email", filling: "username", value: email))
    \(password("new-password", hint: "At least \(Passwords.lengths.lowerBound) characters"))
    \(FormParts.button("Open the account"))
    </form>
    """
  }

  static func signIn(_ visit: Visit, email: String = "", problem: String? = nil) -> HTML {
    """
    <h1>Sign in</h1>
    <p>You are new here? <a href="/account/sign-up">Open an account.</a></p>
    \(FormParts.problem(problem))
    <form class="sheet" method="post" action="/account/sign-in">
    \(FormParts.token(visit))
    \(FormParts.field("email", "E-mail address", type: "email", filling: "username", value: email))
    \(password("current-password"))
    \(FormParts.button("Sign in"))
    </form>
    """
  }

  private static func password(_ filling: String, hint: String? = nil) -> HTML {
    FormParts.field(
      "password", "Password", type: "password", filling: filling, hint: hint, most: Passwords.lengths.upperBound)
  }

  static func overview(_ customer: Customer, _ orders: [Order], _ visit: Visit) -> HTML {
    """
    <h1>Hello, \(customer.name)</h1>
    <p>You are signed in as \(customer.email).</p>
    \(orderList(orders))
    <form method="post" action="/account/sign-out">\(FormParts.token(visit))
    \(FormParts.button("Sign out", quiet: true))</form>
    """
  }

  private static func orderList(_ orders: [Order]) -> HTML {
    guard !orders.isEmpty else { return "<p>You have ordered nothing yet. <a href=\"/\">Look around.</a></p>" }
    let rows = orders.map { order -> HTML in
      """
      <tr><th scope="row"><a href="/account/orders/\(order.number)">\(order.number)</a></th>
      <td>\(UTCTime(seconds: order.placed).dayText)</td><td>\(order.state)</td>
      <td class="number">\(order.total.text)</td></tr>

      """
    }
    return """
      <h2>Your orders</h2>
      <table>
      <thead><tr><th scope="col">Order</th><th scope="col">Placed</th><th scope="col">State</th>
      <th scope="col" class="number">Total</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table>
      """
  }

  static func order(_ order: Order, _ lines: [Order.Line]) -> HTML {
    let rows = lines.map { line -> HTML in
      """
      <tr><th scope="row">\(line.name)</th><td class="number">\(line.quantity)</td>
      <td class="number">\(Money(cents: line.price.cents * line.quantity).text)</td></tr>

      """
    }
    let delivery = order.delivery
    return """
      <h1>Order \(order.number)</h1>
      <p>Placed on \(UTCTime(seconds: order.placed).dayText), paid with the card that ends in \(order.card). \
      \(order.state).</p>
      <table>
      <thead><tr><th scope="col">Product</th><th scope="col" class="number">Quantity</th>
      <th scope="col" class="number">Price</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      <tfoot><tr class="total"><th scope="row" colspan="2">Total with delivery</th>
      <td class="number">\(order.total.text)</td></tr></tfoot>
      </table>
      <h2>It goes to</h2>
      <address>\(delivery.name)<br>\(delivery.street)<br>\(delivery.postcode) \(delivery.town)<br>\(delivery.country)\
      </address>
      <p><a href="/account">All your orders</a></p>
      """
  }
}

extension Order {
  /// How far it has come, for people.
  var state: String { sent.map { "Sent on \(UTCTime(seconds: $0).dayText)" } ?? "Being packed" }
}
