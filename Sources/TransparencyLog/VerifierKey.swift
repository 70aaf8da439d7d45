import Crypto
public import Primitives

/// The four bytes by which a signature line names its key.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
  private let value: UInt32

  /// Reads four bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 else { return nil }
    value = bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// signed-note: SHA-256(name ‖ 0x0A ‖ type ‖ public key), cut to four bytes.
  package init(name: String, typeAndKey: [UInt8]) {
    let digest = SHA256.hash(data: Array(name.utf8) + [0x0a] + typeAndKey)
    value = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The four bytes in network order.
  public var bytes: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
  }

  /// Eight hexadecimal digits.
  public var description: String { Hexadecimal.encode(bytes) }
}

/// A public key for notes: `<name>+<key id>+<base64(type ‖ public key)>` (C2SP signed-note).
public struct VerifierKey: Hashable, Sendable {
  /// What a key signs and how. ECDSA, RFC 6962 tree heads and ML-DSA-44 are known to signed-note but not spoken
  /// here; signatures of such keys are passed over like those of any unknown key.
  public enum Kind: UInt8, Sendable {
    /// Ed25519 over the text: how a log signs.
    case ed25519 = 0x01
    /// Ed25519 over time and text: how a witness cosigns (tlog-cosignature).
    case cosignature = 0x04
  }

  /// Who holds the key: the origin of a log, the name of a witness.
  public let name: String
  /// The id that its signatures carry.
  public let id: KeyID
  /// What it signs.
  public let kind: Kind
  /// 32 bytes (RFC 8032).
  public let publicKey: [UInt8]

  package init(name: String, kind: Kind, publicKey: [UInt8]) {
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
    id = KeyID(name: name, typeAndKey: [kind.rawValue] + publicKey)
  }

  /// Reads the text form.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)``.
  public init(_ text: some StringProtocol) throws(TransparencyLogError) {
    // The base 64 may itself hold a plus sign, the name and the id may not.
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, Self.isUnambiguousName(parts[0]) else {
      throw .malformed(.verifierKey, line: nil, reason: "expected <name in ASCII>+<key id>+<base 64>")
    }
    guard let typeAndKey = Base64.decode(parts[2]), let type = typeAndKey.first else {
      throw .malformed(.verifierKey, line: nil, reason: "the key is not base 64")
    }
    guard let kind = Kind(rawValue: type), typeAndKey.count == 33 else {
      throw .malformed(
        .verifierKey, line: nil,
        reason: "key type \(type) is not one of 1 (Ed25519) and 4 (Ed25519 cosignature) with 32 bytes")
    }
    self.init(name: String(parts[0]), kind: kind, publicKey: Array(typeAndKey.dropFirst()))
    guard parts[1] == id.description else {
      throw .malformed(.verifierKey, line: nil, reason: "the key id should be \(id), not \(parts[1].prefix(16))")
    }
  }

  /// signed-note: a name is not empty and has neither white space nor a plus sign.
  public static func isValidName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
  }

  /// Whether a name is fit for a key that is trusted, and for an origin: printable ASCII, so that what looks the same is
  /// the same. signed-note allows more; signature lines with such names are passed over.
  public static func isUnambiguousName(_ name: some StringProtocol) -> Bool {
    isValidName(name) && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }

  /// Whether a signature line says that it is by this key.
  public func isNamed(by signature: SignedNote.Signature) -> Bool {
    // Byte for byte: to Swift two texts are equal that Unicode calls equivalent.
    signature.keyID == id && signature.name.utf8.elementsEqual(name.utf8)
  }

  /// Checks a signature that names this key.
  /// - Returns: the time a cosignature attests; nil for a log's signature.
  /// - Throws: ``TransparencyLogError/invalidSignature(key:)``.
  public func verify(_ signature: SignedNote.Signature, of text: String) throws(TransparencyLogError) -> Instant? {
    switch kind {
    case .ed25519:
      try verify(signature: signature.bytes, of: Array(text.utf8))
      return nil
    case .cosignature:
      guard let cosignature = Cosignature(signature) else { throw .invalidSignature(key: description) }
      try verify(signature: cosignature.signature, of: Cosignature.message(time: cosignature.time, text: text))
      return cosignature.time
    }
  }

  private func verify(signature: [UInt8], of message: [UInt8]) throws(TransparencyLogError) {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey),
      key.isValidSignature(signature, for: message)
    else { throw .invalidSignature(key: description) }
  }
}

extension VerifierKey: CustomStringConvertible {
  /// The text form.
  public var description: String { "\(name)+\(id)+\(Base64.encode([kind.rawValue] + publicKey))" }
}
