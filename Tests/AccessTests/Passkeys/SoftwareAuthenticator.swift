import Crypto
import CryptoExtras
import Foundation
import Primitives

@testable import Access

/// An authenticator made of software, which says whatever a test wants it to.
struct SoftwareAuthenticator {
  enum Key {
    case es256(P256.Signing.PrivateKey)
    case es384(P384.Signing.PrivateKey)
    case es512(P521.Signing.PrivateKey)
    case edDSA(Curve25519.Signing.PrivateKey)
    case rs256(_RSA.Signing.PrivateKey)
  }

  let key: Key
  var credentialID = Array("a credential".utf8)
  var relyingParty = "surety.example"
  var origin = "https://surety.example"
  var topOrigin: String?
  var crossOrigin: Bool?
  /// Present, verified.
  var flags: UInt8 = 0b101
  var count: UInt32 = 1

  init(_ algorithm: COSEKey.Algorithm) throws {
    key =
      switch algorithm {
      case .es256: .es256(P256.Signing.PrivateKey())
      case .es384: .es384(P384.Signing.PrivateKey())
      case .es512: .es512(P521.Signing.PrivateKey())
      case .edDSA: .edDSA(Curve25519.Signing.PrivateKey())
      case .rs256: .rs256(try _RSA.Signing.PrivateKey(keySize: .bits2048))
      }
  }

  // MARK: What it writes

  func clientData(_ type: String, _ challenge: [UInt8]) -> [UInt8] {
    var members: [String: JSON] = [
      "type": .string(type), "challenge": .string(Base64.encodeURL(challenge)), "origin": .string(origin),
    ]
    if let crossOrigin { members["crossOrigin"] = .bool(crossOrigin) }
    if let topOrigin { members["topOrigin"] = .string(topOrigin) }
    return JSON.object(members).canonicalBytes
  }

  func authenticatorData(isNew: Bool) throws -> [UInt8] {
    var bytes = Array(SHA256.hash(data: Array(relyingParty.utf8)))
    bytes.append(isNew ? flags | 1 << 6 : flags)
    bytes += (0..<4).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
    guard isNew else { return bytes }
    bytes += [UInt8](repeating: 0, count: 16)
    bytes += [UInt8(credentialID.count >> 8), UInt8(credentialID.count & 255)] + credentialID
    return bytes + CBORWriter.bytes(of: try publicKey)
  }

  var publicKey: CBOR {
    get throws {
      switch key {
      case .es256(let key): Self.point(Array(key.publicKey.rawRepresentation), algorithm: -7, curve: 1)
      case .es384(let key): Self.point(Array(key.publicKey.rawRepresentation), algorithm: -35, curve: 2)
      case .es512(let key): Self.point(Array(key.publicKey.rawRepresentation), algorithm: -36, curve: 3)
      case .edDSA(let key):
        .map([
          .unsigned(1): .unsigned(1), .unsigned(3): .negative(7), .negative(0): .unsigned(6),
          .negative(1): .bytes(Array(key.publicKey.rawRepresentation)),
        ])
      case .rs256(let key):
        .map([
          .unsigned(1): .unsigned(3), .unsigned(3): .negative(256),
          .negative(0): .bytes(Array(try key.publicKey.getKeyPrimitives().modulus)),
          .negative(1): .bytes(Array(try key.publicKey.getKeyPrimitives().publicExponent)),
        ])
      }
    }
  }

  private static func point(_ raw: [UInt8], algorithm: Int64, curve: UInt64) -> CBOR {
    .map([
      .unsigned(1): .unsigned(2), .unsigned(3): .negative(UInt64(-1 - algorithm)), .negative(0): .unsigned(curve),
      .negative(1): .bytes(Array(raw.prefix(raw.count / 2))), .negative(2): .bytes(Array(raw.suffix(raw.count / 2))),
    ])
  }

  func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    switch key {
    case .es256(let key): Array(try key.signature(for: bytes).derRepresentation)
    case .es384(let key): Array(try key.signature(for: bytes).derRepresentation)
    case .es512(let key): Array(try key.signature(for: bytes).derRepresentation)
    case .edDSA(let key): Array(try key.signature(for: bytes))
    case .rs256(let key):
      Array(try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
    }
  }

  // MARK: Ceremonies

  /// A registration without attestation, or one that the key signs itself.
  func register(
    _ challenge: [UInt8], type: String = "webauthn.create", attestingItself: Bool = false
  ) throws -> PasskeyRegistration {
    let (client, data) = (clientData(type, challenge), try authenticatorData(isNew: true))
    var statement: [CBOR: CBOR] = [:]
    if attestingItself {
      guard case .map(let members) = try publicKey, let algorithm = members[.unsigned(3)] else { throw BrokenKey() }
      statement = [
        .text("alg"): algorithm, .text("sig"): .bytes(try sign(data + Array(SHA256.hash(data: client)))),
      ]
    }
    let object: CBOR = .map([
      .text("fmt"): .text(attestingItself ? "packed" : "none"), .text("attStmt"): .map(statement),
      .text("authData"): .bytes(data),
    ])
    return PasskeyRegistration(clientData: client, attestationObject: CBORWriter.bytes(of: object))
  }

  func assert(_ challenge: [UInt8], type: String = "webauthn.get", userHandle: [UInt8]? = nil) throws
    -> PasskeyAssertion
  {
    let (client, data) = (clientData(type, challenge), try authenticatorData(isNew: false))
    return PasskeyAssertion(
      credentialID: credentialID, clientData: client, authenticatorData: data,
      signature: try sign(data + Array(SHA256.hash(data: client))), userHandle: userHandle)
  }

  private struct BrokenKey: Error {}
}

/// Writes what ``CBOR`` reads.
enum CBORWriter {
  static func bytes(of value: CBOR) -> [UInt8] {
    switch value {
    case .unsigned(let number): head(0, number)
    case .negative(let number): head(1, number)
    case .bytes(let bytes): head(2, UInt64(bytes.count)) + bytes
    case .text(let text): head(3, UInt64(text.utf8.count)) + Array(text.utf8)
    case .array(let values): head(4, UInt64(values.count)) + values.flatMap(bytes)
    case .map(let members):
      head(5, UInt64(members.count))
        + members.map { (bytes(of: $0.key), bytes(of: $0.value)) }
        .sorted { ($0.0.count, $0.0.lexicographicallyPrecedes($1.0) ? 0 : 1) < ($1.0.count, 0) }.flatMap { $0.0 + $0.1 }
    case .bool(let bool): [bool ? 0xf5 : 0xf4]
    case .null: [0xf6]
    }
  }

  private static func head(_ major: UInt8, _ number: UInt64) -> [UInt8] {
    let kind = major << 5
    let big = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (UInt64($0) * 8)) }
    return switch number {
    case ..<24: [kind | UInt8(number)]
    case ..<0x100: [kind | 24] + big.suffix(1)
    case ..<0x1_0000: [kind | 25] + big.suffix(2)
    case ..<0x1_0000_0000: [kind | 26] + big.suffix(4)
    default: [kind | 27] + big
    }
  }
}
