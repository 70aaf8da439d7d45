import Crypto
import CryptoExtras
import Foundation

/// The public key of a credential (RFC 9052, section 7; RFC 9053; RFC 8230), with the one algorithm it is for.
public struct COSEKey: Sendable {
  /// The signature algorithms that are taken (IANA registry "COSE Algorithms").
  public enum Algorithm: Int64, CaseIterable, Sendable {
    case es256 = -7
    case edDSA = -8
    case es384 = -35
    case es512 = -36
    case rs256 = -257
  }

  enum Key: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)
  }

  public let algorithm: Algorithm
  let key: Key
  /// As the authenticator wrote it; it is stored like this.
  public let bytes: [UInt8]

  /// Reads a stored key.
  public init(parsing bytes: [UInt8]) throws(PasskeyError) {
    var rest = bytes[...]
    self = try COSEKey(&rest)
    guard rest.isEmpty else { throw .malformed(part: "public key", reason: "bytes follow it") }
  }

  /// Reads a key and leaves what follows it.
  init(_ rest: inout ArraySlice<UInt8>) throws(PasskeyError) {
    let start = rest
    let value: CBOR
    do {
      value = try CBOR.read(&rest)
    } catch {
      throw .malformed(part: "public key", reason: "\(error)")
    }
    bytes = Array(start.dropLast(rest.count))
    guard let number = value[3]?.integer else {
      throw .malformed(part: "public key", reason: "it names no algorithm")
    }
    guard let algorithm = Algorithm(rawValue: number) else { throw .unsupportedAlgorithm(number) }
    self.algorithm = algorithm
    guard let key = try? Self.key(algorithm, value) else {
      throw .malformed(part: "public key", reason: "it is no key for \(algorithm)")
    }
    self.key = key
  }

  private static func key(_ algorithm: Algorithm, _ value: CBOR) throws -> Key? {
    switch algorithm {
    case .es256: try point(value, curve: 1, bytes: 32).map { .p256(try P256.Signing.PublicKey(rawRepresentation: $0)) }
    case .es384: try point(value, curve: 2, bytes: 48).map { .p384(try P384.Signing.PublicKey(rawRepresentation: $0)) }
    case .es512: try point(value, curve: 3, bytes: 66).map { .p521(try P521.Signing.PublicKey(rawRepresentation: $0)) }
    case .edDSA:
      try octetKey(value).map { .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: $0)) }
    case .rs256: try rsa(value).map { .rsa($0) }
    }
  }

  /// The coordinates of a point, both in full length (section 5.8.1.1 of WebAuthn forbids compressed points).
  private static func point(_ value: CBOR, curve: Int64, bytes: Int) -> [UInt8]? {
    guard value[1]?.integer == 2, value[-1]?.integer == curve, let x = value[-2]?.bytes, let y = value[-3]?.bytes,
      x.count == bytes, y.count == bytes
    else { return nil }
    return x + y
  }

  private static func octetKey(_ value: CBOR) -> [UInt8]? {
    guard value[1]?.integer == 1, value[-1]?.integer == 6, let x = value[-2]?.bytes, x.count == 32 else { return nil }
    return x
  }

  /// RSA keys have 2,048 bits at least (NIST SP 800-131A).
  private static func rsa(_ value: CBOR) throws -> _RSA.Signing.PublicKey? {
    guard value[1]?.integer == 3, let n = value[-1]?.bytes, let e = value[-2]?.bytes, n.first != 0,
      (256...1_024).contains(n.count), (1...8).contains(e.count)
    else { return nil }
    return try _RSA.Signing.PublicKey(n: n, e: e)
  }

  /// Whether this key's owner signed the data. Anything that is no signature of the algorithm's form is none.
  public func verifies(_ signature: [UInt8], of data: [UInt8]) -> Bool {
    switch key {
    case .p256(let key):
      (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA256.hash(data: data))
      } ?? false
    case .p384(let key):
      (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA384.hash(data: data))
      } ?? false
    case .p521(let key):
      (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: SHA512.hash(data: data))
      } ?? false
    case .ed25519(let key): key.isValidSignature(signature, for: data)
    case .rsa(let key):
      key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: data),
        padding: .insecurePKCS1v1_5)
    }
  }
}
