import Access
import Primitives

/// A question to an authenticator, as a page carries it to its script.
struct CeremonyText: Sendable {
  /// JSON.
  let options: String
  let ticket: String

  init(_ ceremony: PasskeyCeremony) {
    options = String(decoding: ceremony.options.canonicalBytes, as: UTF8.self)
    ticket = ceremony.ticket
  }
}

/// Whose authenticators are taken, where not all are.
struct MakersText: Sendable {
  let makers: [String]

  init?(_ makers: [String]?) {
    guard let makers else { return nil }
    self.makers = makers
  }
}

/// What the script put into the form: the authenticator's answer, byte strings in base64url.
struct CeremonyForm {
  private let form: Form

  init(_ form: Form) { self.form = form }

  var assertion: PasskeyAssertion {
    get throws {
      let userHandle = form["userHandle"]
      return PasskeyAssertion(
        credentialID: try bytes("credential"), clientData: try bytes("clientData"),
        authenticatorData: try bytes("authenticatorData"), signature: try bytes("signature"),
        userHandle: userHandle.isEmpty ? nil : try bytes("userHandle"))
    }
  }

  var registration: PasskeyRegistration {
    get throws {
      PasskeyRegistration(
        clientData: try bytes("clientData"), attestationObject: try bytes("attestation"),
        transports: form["transports"].split(separator: " ").prefix(10).map { String($0) })
    }
  }

  private func bytes(_ name: String) throws(PasskeyError) -> [UInt8] {
    guard let bytes = Base64.decodeURL(form[name]), !bytes.isEmpty else {
      throw .malformed(part: "answer of the browser", reason: "\(name) is missing")
    }
    return bytes
  }
}
