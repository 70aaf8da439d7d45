import Crypto
import Primitives

@testable import Access

/// A passkey that says nothing of its make, for the console on this machine.
struct UnattestedPasskey {
  private let key = P256.Signing.PrivateKey()

  /// The fields of the form that a page's script fills, in answer to a challenge in base64url.
  func fields(challenge: String) -> [String: String] {
    let client: JSON = [
      "type": "webauthn.create", "challenge": .string(challenge), "origin": "https://localhost",
    ]
    return [
      "clientData": Base64.encodeURL(client.canonicalBytes), "attestation": Base64.encodeURL(attestationObject),
      "transports": "usb", "label": "blue key",
    ]
  }

  /// CBOR, written by hand: {"fmt": "none", "attStmt": {}, "authData": …}.
  private var attestationObject: [UInt8] {
    let data = authenticatorData
    return [0xa3, 0x63] + Array("fmt".utf8) + [0x64] + Array("none".utf8) + [0x67] + Array("attStmt".utf8)
      + [0xa0, 0x68] + Array("authData".utf8) + [0x58, UInt8(data.count)] + data
  }

  /// The user was present and verified, and there is a credential (section 6.1).
  private var authenticatorData: [UInt8] {
    let point = Array(key.publicKey.rawRepresentation)
    let coordinates: [UInt8] =
      [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32] + point.prefix(32) + [0x22, 0x58, 32] + point.suffix(32)
    let head = Array(SHA256.hash(data: Array("localhost".utf8))) + [0b100_0101, 0, 0, 0, 1]
    return head + [UInt8](repeating: 0, count: 16) + [0, 4] + [1, 2, 3, 4] + coordinates
  }
}
