import Crypto
import Primitives

/// The public half of what a root key signs with.
public enum RootVerifier: Hashable, Sendable {
  /// 32 bytes (RFC 8032).
  case ed25519([UInt8])
  /// ECDSA over P-256 with SHA-256; the point as X9.63 has it, 65 bytes.
  case p256([UInt8])

  /// Whether a signature is of this message. An ECDSA signature is its two numbers of 32 bytes each (IEEE P1363).
  public func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    switch self {
    case .ed25519(let bytes):
      (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes))?.isValidSignature(signature, for: message) ?? false
    case .p256(let bytes):
      (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map { signature in
        (try? P256.Signing.PublicKey(x963Representation: bytes))?.isValidSignature(signature, for: message) ?? false
      } ?? false
    }
  }

  /// `ed25519:` or `p256:` and base 64.
  public var text: String {
    switch self {
    case .ed25519(let bytes): "ed25519:\(Base64.encode(bytes))"
    case .p256(let bytes): "p256:\(Base64.encode(bytes))"
    }
  }

  /// Reads what ``text`` gives.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let bytes = Base64.decode(parts[1]) else { return nil }
    switch (parts[0], bytes.count) {
    case ("ed25519", 32): self = .ed25519(bytes)
    case ("p256", 65): self = .p256(bytes)
    default: return nil
    }
  }

  /// 16 hexadecimal digits that stand for the key.
  public var name: String { Hexadecimal.encode(Array(SHA256.hash(data: Array(text.utf8))).prefix(8)) }
}
