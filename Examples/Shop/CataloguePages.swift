/// The pages on which products are looked at.
enum CataloguePages {
  static func front(_ products: [Product]) -> HTML {
    """
    <section class="hero">
    <div>
    <h1>Good tea, and something to make it in</h1>
    <p>Eight things, chosen with care, sent within two working days.</p>
    <p><a class="button" href="/teas">See the teas</a></p>
    </div>
    <img src="/pictures/hero.svg" width="420" height="300" alt="A teapot beside a steaming cup">
    </section>
    \(shelf("Everything we sell", products))
    """
  }

  static func kind(_ kind: Product.Kind, _ products: [Product]) -> HTML {
    "<h1>\(kind.title)</h1>\n\(shelf(nil, products))"
  }

  static func found(_ words: String, _ products: [Product]) -> HTML {
    if words.isEmpty { return "<h1>Search</h1>\n<p>Write what you are looking for into the field above.</p>" }
    if products.isEmpty {
      return """
        <h1>Nothing found</h1>
        <p>We have nothing with “\(words)” in its name or description. <a href="/">Look at everything.</a></p>
        """
    }
    return "<h1>Found for “\(words)”</h1>\n\(shelf(nil, products))"
  }

  static func product(_ product: Product, _ visit: Visit) -> HTML {
    """
    <article class="product">
    <img src="\(product.picture)" width="480" height="400" alt="\(product.name)">
    <div>
    <p class="trail"><a href="\(product.kind.path)">\(product.kind.title)</a></p>
    <h1>\(product.name)</h1>
    <p class="lead">\(product.summary)</p>
    <p>\(product.description)</p>
    <p class="price">\(product.price.text) <small>for \(product.unit), VAT included</small></p>
    \(purchase(product, visit))
    </div>
    </article>
    """
  }

  private static func purchase(_ product: Product, _ visit: Visit) -> HTML {
    guard product.stock > 0 else { return "<p class=\"stock\">Sold out at the moment.</p>" }
    let few: HTML = product.stock < 10 ? "<p class=\"stock\">Only \(product.stock) left.</p>" : ""
    return """
      \(few)<form class="buy" method="post" action="/cart">
      \(FormParts.token(visit))
      <input type="hidden" name="product" value="\(product.slug)">
      <label for="quantity">Quantity</label>
      <input id="quantity" name="quantity" type="number" value="1" min="1" max="\(min(product.stock, Cart.mostOfOne))">
      \(FormParts.button("Put into the cart"))
      </form>
      """
  }

  private static func shelf(_ title: String?, _ products: [Product]) -> HTML {
    let heading: HTML = title.map { "<h2>\($0)</h2>\n" } ?? ""
    let tiles = products.map { product -> HTML in
      """
      <li><a href="\(product.path)"><img src="\(product.picture)" width="240" height="200" alt="" loading="lazy">
      <strong>\(product.name)</strong></a>
      <span>\(product.summary)</span>
      <span class="price">\(product.price.text) <small>\(product.unit)</small></span></li>

      """
    }
    return "\(heading)<ul class=\"shelf\">\n\(tiles)</ul>"
  }
}
