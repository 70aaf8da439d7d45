import Crypto
public import Primitives

/// A question to an authenticator. The browser keeps the ticket, sealed, and hands it in with the answer: the server
/// remembers nothing of a question that nobody answers.
public struct PasskeyCeremony: Sendable {
  /// What `navigator.credentials` is given, in the JSON of WebAuthn Level 3, section 5.1.9; byte strings in base64url.
  public let options: JSON
  public let ticket: String

  /// What a ticket says.
  struct Ticket {
    enum Purpose: String { case signIn = "sign-in", proof, registration, invitation }

    let purpose: Purpose
    let challenge: [UInt8]
    /// Whose passkey it will be, or is to prove; empty where nobody is known yet.
    let subject: [UInt8]
    let expires: Instant

    /// A ceremony takes no longer.
    static let life: Duration = .seconds(10 * 60)
  }
}

extension PasskeyCeremony.Ticket {
  private static let sealedFor = Array("passkey ceremony".utf8)

  func sealed(with key: SecretKey) throws -> String {
    let value: JSON = [
      "purpose": .string(purpose.rawValue), "challenge": .string(Base64.encodeURL(challenge)),
      "subject": .string(Base64.encodeURL(subject)), "expires": .string("\(expires.microseconds)"),
    ]
    return Base64.encodeURL(try key.seal(value.canonicalBytes, for: Self.sealedFor))
  }

  /// Reads a ticket of this purpose and subject.
  /// - Throws: ``PasskeyError/wrongChallenge`` for anything else, and for one that is too old.
  init(
    _ text: String, for purpose: Purpose, subject: [UInt8], key: SecretKey, at now: Instant
  ) throws(PasskeyError) {
    guard text.utf8.count <= 2_000, let sealed = Base64.decodeURL(text),
      let bytes = try? key.open(sealed, for: Self.sealedFor), let value = JSON(parsing: bytes),
      value["purpose"]?.text == purpose.rawValue,
      let challenge = value["challenge"]?.text.flatMap({ Base64.decodeURL($0) }),
      let named = value["subject"]?.text.flatMap({ Base64.decodeURL($0) }),
      let expires = value["expires"]?.text.flatMap({ Int64($0) }).map(Instant.init(microseconds:))
    else { throw .wrongChallenge }
    guard named == subject, now < expires else { throw .wrongChallenge }
    self.init(purpose: purpose, challenge: challenge, subject: subject, expires: expires)
  }

  /// Under which the challenge is remembered once it was answered.
  var digest: [UInt8] { Array(SHA256.hash(data: challenge)) }
}
