import Crypto
import Foundation

/// A browser's visit: what its session cookie says.
struct Visit: Sendable {
  /// The value of the cookie. The database knows its hash only.
  let token: String
  /// Whether the browser came without a cookie that the shop made.
  let isNew: Bool
  /// Nil for somebody who has not signed in.
  var customer: Customer?
  var isAdmin = false
  /// How many things are in the cart.
  var cartCount = 0
  /// The token that every form of this visit carries.
  let formToken: String

  init(token: String, isNew: Bool, formKey: [UInt8]) {
    self.token = token
    self.isNew = isNew
    let code = HMAC<SHA256>.authenticationCode(for: Array(token.utf8), using: SymmetricKey(data: formKey))
    formToken = Self.text(Array(code))
  }

  /// Under which the database knows the session.
  var key: Data { Self.key(of: token) }

  static func key(of token: String) -> Data { Data(SHA256.hash(data: Array(token.utf8))) }

  /// A cookie's value that nobody can guess.
  static func newToken() -> String { text(ShopSecrets.random(32)) }

  /// Whether a value looks like one of ``newToken()``.
  static func isToken(_ value: String) -> Bool {
    value.utf8.count == 43
      && value.utf8.allSatisfy {
        ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 95
      }
  }

  /// - Throws: ``Refusal/forged`` for a form that is not from this visit.
  func expectOwn(_ form: Form) throws(Refusal) {
    guard !isNew, Passwords.isSame(Array(form.raw("token").utf8), Array(formToken.utf8)) else { throw .forged }
  }

  /// Base 64 in letters that need no escaping anywhere.
  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
