import Crypto
public import Primitives

/// A private key for notes. It has no printable form; ``secretText`` is the only way out.
public struct SigningKey: Sendable {
  /// The public half.
  public let verifierKey: VerifierKey
  private let privateKey: Curve25519.Signing.PrivateKey

  /// Makes a new key from the system's random generator.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` for a name that signed-note does not allow.
  public init(generatingFor name: String, kind: VerifierKey.Kind) throws(TransparencyLogError) {
    guard VerifierKey.isUnambiguousName(name) else {
      throw .malformed(.signingKey, line: nil, reason: "a key name is printable ASCII without a plus sign")
    }
    self.init(name: name, kind: kind, privateKey: Curve25519.Signing.PrivateKey())
  }

  /// Reads the text form that ``secretText`` gives.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)``; the message never repeats the text.
  public init(secretText: some StringProtocol) throws(TransparencyLogError) {
    let parts = secretText.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", VerifierKey.isUnambiguousName(parts[2]),
      let typeAndSeed = Base64.decode(parts[4]), typeAndSeed.count == 33,
      let kind = typeAndSeed.first.flatMap(VerifierKey.Kind.init(rawValue:)),
      let privateKey = try? Curve25519.Signing.PrivateKey(rawRepresentation: typeAndSeed.dropFirst())
    else { throw .malformed(.signingKey, line: nil, reason: "expected PRIVATE+KEY+<name>+<key id>+<base 64>") }
    self.init(name: String(parts[2]), kind: kind, privateKey: privateKey)
    guard parts[3] == verifierKey.id.description else {
      throw .malformed(.signingKey, line: nil, reason: "the key id does not belong to the key")
    }
  }

  private init(name: String, kind: VerifierKey.Kind, privateKey: Curve25519.Signing.PrivateKey) {
    self.privateKey = privateKey
    verifierKey = VerifierKey(name: name, kind: kind, publicKey: Array(privateKey.publicKey.rawRepresentation))
  }

  /// `PRIVATE+KEY+<name>+<key id>+<base64(type ‖ seed)>`, as Go's note package writes it. A secret.
  public var secretText: String {
    let seed = Base64.encode([verifierKey.kind.rawValue] + Array(privateKey.rawRepresentation))
    return "PRIVATE+KEY+\(verifierKey.name)+\(verifierKey.id)+\(seed)"
  }

  /// Signs a text, at a time that only cosignatures carry.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` when the cryptographic library refuses.
  public func sign(_ text: String, at time: Instant) throws(TransparencyLogError) -> SignedNote.Signature {
    let message =
      verifierKey.kind == .cosignature ? Cosignature.message(time: time, text: text) : Array(text.utf8)
    guard let signature = try? privateKey.signature(for: message) else {
      throw .malformed(.signingKey, line: nil, reason: "the cryptographic library refused to sign")
    }
    let bytes =
      verifierKey.kind == .cosignature
      ? Cosignature.bytes(time: time, signature: Array(signature)) : Array(signature)
    return SignedNote.Signature(name: verifierKey.name, keyID: verifierKey.id, bytes: bytes)
  }
}

extension SigningKey: CustomStringConvertible {
  /// The name and the id; never the key.
  public var description: String { "SigningKey(\(verifierKey.name)+\(verifierKey.id)+…)" }
}
