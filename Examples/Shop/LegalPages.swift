/// The pages that a shop owes its customers.
enum LegalPages {
  /// How much of a privacy notice there is.
  enum Notice: Sendable { case whole, empty, missing }

  static func privacy(_ notice: Notice) -> HTML {
    guard notice == .whole else { return "<h1>Privacy notice</h1>\n<p>To follow.</p>" }
    return """
      <h1>Privacy notice</h1>
      <p>This notice says which personal data Teapot &amp; Leaf collects when you use this shop, what for, for how
      long, and what you can ask of us. It is the information that Articles 13 and 14 of the General Data Protection
      Regulation (GDPR) call for.</p>
      <h2>Who is responsible</h2>
      <p>The controller is Teapot &amp; Leaf Ltd, 7 Kettle Lane, 10000 Steepham, privacy@teapot-and-leaf.example. Our
      data protection officer is reached at dpo@teapot-and-leaf.example.</p>
      <h2>What we collect, and why</h2>
      <ul>
      <li><strong>Your account:</strong> name, e-mail address and a hash of your password, so that you can sign in. The
      legal basis is the contract with you (Article 6(1)(b) GDPR).</li>
      <li><strong>Your orders:</strong> what you bought, the address it went to and the last four digits of your card,
      so that we can deliver, answer for faults and keep our books. The legal bases are the contract with you and our
      duties under tax law (Article 6(1)(b) and (c) GDPR).</li>
      <li><strong>Our server's log:</strong> your network address, the page you asked for, the time and what your
      browser calls itself, so that we notice attacks and faults. The legal basis is our interest in a safe shop
      (Article 6(1)(f) GDPR).</li>
      </ul>
      <h2>Cookies</h2>
      <p>We set one cookie. It holds a random number by which the shop recognises your cart and your sign-in, and it is
      gone when you close the browser. The shop cannot work without it, so we do not ask for your consent. We do not
      track you, and we show no advertising.</p>
      <h2>Who gets your data</h2>
      <p>The parcel service gets your name and address. The payment service gets your card number; we do not keep it.
      Our hosting company runs the server on our behalf in the European Union. Nothing is sold, and nothing goes to
      countries outside the European Economic Area.</p>
      <h2>For how long</h2>
      <p>An account is kept until you close it, a cart for fourteen days, the log for thirty days, and invoices for ten
      years, as tax law has it.</p>
      <h2>Your rights</h2>
      <p>You may ask for access to your data, for its rectification or erasure, for restriction of processing and for a
      copy to take elsewhere (data portability). You may object to processing that rests on our interests. You may
      lodge a complaint with a supervisory authority, for instance where you live. We do not make automated decisions
      about you.</p>
      <p>This notice was last changed on 1 September 2026.</p>
      """
  }

  /// - Parameter namesContact: whether it says how to reach the shop.
  static func imprint(namesContact: Bool) -> HTML {
    let contact: HTML =
      namesContact
      ? """
      <dt>E-mail</dt><dd>hello@teapot-and-leaf.example</dd>
      <dt>Telephone</dt><dd>+00 000 555 0100</dd>

      """ : ""
    return """
      <h1>Legal notice</h1>
      <p>Teapot &amp; Leaf is a made-up shop. A real one would have true words in these places.</p>
      <address>Teapot &amp; Leaf Ltd<br>7 Kettle Lane<br>10000 Steepham</address>
      <dl>
      <dt>Represented by</dt><dd>Camellia Brewer, managing director</dd>
      \(contact)<dt>Entered in</dt><dd>Commercial register of Steepham, HRB 0000</dd>
      <dt>VAT identification number</dt><dd>XX000000000</dd>
      </dl>
      """
  }

  static let contact: HTML = """
    <h1>Contact</h1>
    <p>Questions about an order, a tea or a pot: we answer within one working day.</p>
    <dl>
    <dt>E-mail</dt><dd><a href="mailto:hello@teapot-and-leaf.example">hello@teapot-and-leaf.example</a></dd>
    <dt>Telephone</dt><dd>+00 000 555 0100, Monday to Friday, 9:00 to 17:00</dd>
    <dt>Post</dt><dd>Teapot &amp; Leaf Ltd, 7 Kettle Lane, 10000 Steepham</dd>
    <dt>A weakness of this website</dt><dd><a href="\(SecurityTxtFile.path)">security.txt</a> says how to tell us</dd>
    </dl>
    """
}
