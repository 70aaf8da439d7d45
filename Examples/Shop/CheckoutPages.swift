/// The pages from the cart to the payment.
enum CheckoutPages {
  static func cart(_ cart: Cart, _ visit: Visit) -> HTML {
    guard !cart.lines.isEmpty else {
      return "<h1>Your cart is empty</h1>\n<p><a class=\"button\" href=\"/\">Find something to put into it</a></p>"
    }
    let lines = cart.lines.map { line -> HTML in
      """
      <tr><th scope="row"><a href="\(line.product.path)">\(line.product.name)</a>
      <small>\(line.product.unit)</small></th>
      <td>\(change(line, visit))</td>
      <td class="number">\(line.price.text)</td></tr>

      """
    }
    return """
      <h1>Your cart</h1>
      <table class="cart">
      <thead><tr><th scope="col">Product</th><th scope="col">Quantity</th>
      <th scope="col" class="number">Price</th></tr></thead>
      <tbody>
      \(lines)</tbody>
      \(totals(cart))
      </table>
      <p class="right"><a class="button" href="/checkout">To the checkout</a></p>
      """
  }

  private static func change(_ line: Cart.Line, _ visit: Visit) -> HTML {
    """
    <form class="change" method="post" action="/cart/change">
    \(FormParts.token(visit))
    <input type="hidden" name="product" value="\(line.product.slug)">
    <input name="quantity" type="number" value="\(line.quantity)" min="0"
    max="\(min(line.product.stock, Cart.mostOfOne))" aria-label="Quantity of \(line.product.name)">
    \(FormParts.button("Change", quiet: true))
    </form>
    """
  }

  private static func totals(_ cart: Cart) -> HTML {
    let sending = cart.sending.cents == 0 ? "free" : cart.sending.text
    return """
      <tfoot>
      <tr><th scope="row" colspan="2">Delivery</th><td class="number">\(sending)</td></tr>
      <tr class="total"><th scope="row" colspan="2">Total, VAT included</th>
      <td class="number">\(cart.total.text)</td></tr>
      </tfoot>
      """
  }

  static func delivery(_ delivery: Delivery, _ visit: Visit, problem: String?) -> HTML {
    let fields = Delivery.fields.map { field -> HTML in
      FormParts.field(field.name, field.label, filling: field.filling, value: delivery[keyPath: field.path], most: 100)
    }
    return """
      <h1>Where does it go?</h1>
      \(FormParts.problem(problem))
      <form class="sheet" method="post" action="/checkout">
      \(FormParts.token(visit))
      \(fields)
      \(FormParts.button("On to the payment"))
      </form>
      """
  }

  static func payment(_ cart: Cart, _ visit: Visit, problem: String?) -> HTML {
    """
    <h1>Payment</h1>
    <p>You pay <strong>\(cart.total.text)</strong>. This shop takes test cards only, such as 4242 4242 4242 4242; of the
    number nothing but the last four digits is kept.</p>
    \(FormParts.problem(problem))
    <form class="sheet" id="payment" method="post" action="/checkout/payment">
    \(FormParts.token(visit))
    \(FormParts.field("card", "Card number", filling: "cc-number", most: 23))
    <div class="pair">
    \(FormParts.field("expiry", "Runs out", filling: "cc-exp", hint: "MM/YY", most: 7))
    \(FormParts.field("code", "Security code", filling: "cc-csc", hint: "3 or 4 digits", most: 4))
    </div>
    \(FormParts.button("Pay \(cart.total.text)"))
    </form>
    """
  }
}
