import Crypto
import Foundation
public import Primitives

/// The key that seals what the database must not tell whoever copies it, such as the secrets of one-time passwords. It
/// lies in a file beside the ledger's keys; the vault's key providers will take its place.
public struct SecretKey: Sendable {
  private let key: SymmetricKey

  /// Reads the key from a file, or makes the file, readable by its owner only.
  /// - Throws: ``AccessError/unusableSecretKey(path:reason:)``.
  public init(path: String, surroundings: Surroundings = .system) throws(AccessError) {
    if let data = FileManager.default.contents(atPath: path) {
      guard let bytes = Hexadecimal.decode(Array(data.filter { $0 != UInt8(ascii: "\n") })), bytes.count == 32 else {
        throw .unusableSecretKey(path: path, reason: "it is not a line of 64 hexadecimal digits")
      }
      key = SymmetricKey(data: bytes)
      return
    }
    let bytes = surroundings.randomBytes(32)
    let line = Data((Hexadecimal.encode(bytes) + "\n").utf8)
    guard FileManager.default.createFile(atPath: path, contents: line, attributes: [.posixPermissions: 0o600]) else {
      throw .unusableSecretKey(path: path, reason: "it cannot be written")
    }
    key = SymmetricKey(data: bytes)
  }

  /// Seals a secret for one purpose (AES-256-GCM, a fresh nonce each time).
  func seal(_ secret: [UInt8], for purpose: [UInt8]) throws -> [UInt8] {
    guard let sealed = try AES.GCM.seal(secret, using: key, authenticating: purpose).combined else {
      throw AccessError.noRandomness
    }
    return Array(sealed)
  }

  /// Opens what ``seal(_:for:)`` made for the same purpose.
  /// - Throws: ``AccessError/sealedWithAnotherKey``.
  func open(_ sealed: [UInt8], for purpose: [UInt8]) throws(AccessError) -> [UInt8] {
    do {
      return Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: purpose))
    } catch {
      throw .sealedWithAnotherKey
    }
  }
}
