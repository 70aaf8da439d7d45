import Crypto
import Primitives

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value that can be neither guessed from its commitment nor exchanged for another: HMAC-SHA-256 under a random salt.
/// Once the salt is erased, the commitment is noise.
public struct Commitment: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// Commits to a value under a name: HMAC-SHA-256(salt, name ‖ 0x00 ‖ value), both in UTF-8.
  public init(to value: String, named name: String, salt: [UInt8]) {
    let message = Array(name.utf8) + [0] + Array(value.utf8)
    bytes = Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: salt)))
  }

  init?(base64 text: String) {
    guard let bytes = Base64.decode(text), bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  var base64: String { Base64.encode(bytes) }
}

/// What opens a commitment: shown to whoever may see the value, erased when it is to be forgotten.
public struct Opening: Hashable, Sendable {
  /// 32 random bytes.
  public let salt: [UInt8]
  /// The value committed to.
  public let value: String

  init(salt: [UInt8], value: String) {
    self.salt = salt
    self.value = value
  }

  /// Whether it opens a commitment made under this name.
  public func opens(_ commitment: Commitment, named name: String) -> Bool {
    Commitment(to: value, named: name, salt: salt) == commitment
  }
}

/// The openings of one entry's commitments, kept apart from the ledger.
public struct Payload: Hashable, Sendable {
  public let openings: [String: Opening]

  /// No payload may be longer, in bytes.
  public static let largest = 1 << 20

  /// Fresh salts for these values.
  init(sealing personal: [String: String], in surroundings: Surroundings) {
    openings = personal.mapValues { Opening(salt: surroundings.randomBytes(32), value: $0) }
  }

  var commitments: [String: Commitment] {
    Dictionary(
      uniqueKeysWithValues: openings.map { name, opening in
        (name, Commitment(to: opening.value, named: name, salt: opening.salt))
      })
  }

  /// Canonical JSON: `{"<name>":{"salt":"<base 64>","value":"…"}}`.
  public var bytes: [UInt8] {
    let members = openings.mapValues {
      JSON.object(["salt": .string(Base64.encode($0.salt)), "value": .string($0.value)])
    }
    return JSON.object(members).canonicalBytes
  }

  /// Reads what ``bytes`` writes.
  /// - Throws: ``JournalError/malformedEntry(reason:)``.
  public init(parsing bytes: [UInt8]) throws(JournalError) {
    guard bytes.count <= Self.largest, case .object(let members) = JSON(canonical: bytes) else {
      throw .malformedEntry(reason: "the payload is too long or not a canonical JSON object")
    }
    var openings: [String: Opening] = [:]
    for (name, member) in members {
      guard let value = member["value"]?.text, let salt = member["salt"]?.text.flatMap({ Base64.decode($0) }),
        salt.count == 32
      else {
        throw .malformedEntry(reason: "the payload's member \(name) has no salt of 32 bytes or no value")
      }
      openings[name] = Opening(salt: salt, value: value)
    }
    self.openings = openings
    guard self.bytes == bytes else {
      throw .malformedEntry(reason: "the payload's members have more than a salt and a value")
    }
  }
}
