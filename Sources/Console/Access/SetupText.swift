import Access

/// An authenticator app that is being set up, as pages show it.
struct SetupText: Sendable {
  /// In groups of four, to type.
  let secret: String
  /// Opens the app on the device that shows the page.
  let address: String
  /// The same address as a picture; nil where it is too long for one.
  let picture: String?
  /// Hands the secret back with the form, sealed.
  let sealed: String

  /// The fields beside it.
  struct Fields: Sendable {
    let password: FieldText
    let code: FieldText

    init(errors: [FieldError]) {
      password = FieldText("", name: "password", errors: errors)
      code = FieldText("", name: "code", errors: errors)
    }
  }

  init(_ setup: OneTimePasswordSetup, for name: String) {
    let base32 = setup.oneTimePassword.base32
    secret = stride(from: 0, to: base32.count, by: 4).map { String(base32.dropFirst($0).prefix(4)) }
      .joined(separator: " ")
    address = setup.oneTimePassword.address(for: name)
    picture = QRPicture.address(of: address)
    sealed = setup.sealed
  }

  /// At which field something is wrong.
  static func errors(_ error: AccessError?) -> [FieldError] {
    guard let error else { return [] }
    return [FieldError(field: error == .wrongCode ? "code" : "password", text: "\(error)".sentence)]
  }
}
