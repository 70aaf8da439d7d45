import CSodium
import Crypto
import Foundation
import Journal
public import Primitives

/// A root key in a file that a passphrase opens: 32 random bytes, sealed (AES-256-GCM) under a key that Argon2id makes of
/// the passphrase (RFC 9106). Keys for wrapping, for MACs and for signing are derived from it (HKDF-SHA-256, RFC 5869).
public struct PassphraseFile: KeyProvider {
  /// What opening costs: above RFC 9106's second recommended option (64 MiB, three passes), since it happens once.
  public static let passes: UInt64 = 3
  public static let memory = 256 * 1_048_576

  public let rootName: String
  public let place: String
  public let custody: KeyCustody
  public let verifier: RootVerifier
  private let wrapping: SecretBytes
  private let authenticating: SecretBytes
  private let signing: SecretBytes

  /// A passphrase has so many bytes at least.
  public static let shortestPassphrase = 20

  /// Makes the file with a new root key; never replaces one.
  /// - Throws: ``VaultError/unusableRoot(place:reason:)``.
  public static func create(
    path: String, passphrase: SecretBytes, memory: Int = memory, surroundings: Surroundings = .system
  ) throws(VaultError) {
    guard passphrase.count >= shortestPassphrase else {
      throw .unusableRoot(place: path, reason: "its passphrase is to have \(shortestPassphrase) bytes at least")
    }
    let salt = surroundings.randomBytes(Int(crypto_pwhash_argon2id_SALTBYTES))
    let key = try stretch(passphrase, salt: salt, passes: passes, memory: memory)
    let root = SecretBytes(random: FieldCipher.keyLength, in: surroundings)
    var header = Header(salt: salt, passes: Int64(passes), memory: Int64(memory), sealed: [])
    header.sealed = try SealedKey.seal(root, under: key, for: header.authenticated, surroundings)
    do {
      try DurableFile.store(String(decoding: header.bytes, as: UTF8.self) + "\n", at: path, mode: .create)
    } catch {
      throw .unusableRoot(place: path, reason: "\(error)")
    }
  }

  /// Opens the file.
  /// - Parameter custody: where the passphrase came from.
  /// - Throws: ``VaultError/unusableRoot(place:reason:)``, ``VaultError/wrongPassphrase(path:)``.
  public init(path: String, passphrase: SecretBytes, custody: KeyCustody) throws(VaultError) {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 4_096 else {
      throw .unusableRoot(place: path, reason: "the file cannot be read; 'surety init' makes it")
    }
    guard let header = Header(Array(data)) else {
      throw .unusableRoot(place: path, reason: "it is not a file of a root key that this version knows")
    }
    let key = try Self.stretch(
      passphrase, salt: header.salt, passes: UInt64(header.passes), memory: Int(header.memory))
    guard let root = try? SealedKey.open(header.sealed, under: key, for: header.authenticated) else {
      throw .wrongPassphrase(path: path)
    }
    place = "the file \(path.split(separator: "/").last ?? "")"
    self.custody = custody
    wrapping = Self.derive("surety vault wrap", from: root)
    authenticating = Self.derive("surety vault mac", from: root)
    signing = Self.derive("surety vault sign", from: root)
    verifier = .ed25519(Array(try Self.signingKey(signing).publicKey.rawRepresentation))
    rootName = verifier.name
  }

  public func wrap(_ key: SecretBytes, for context: [UInt8]) throws(VaultError) -> [UInt8] {
    try SealedKey.seal(key, under: wrapping, for: context, .system)
  }

  public func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws(VaultError) -> SecretBytes {
    try SealedKey.open(wrapped, under: wrapping, for: context)
  }

  public func mac(_ message: [UInt8]) throws(VaultError) -> SecretBytes {
    let code = authenticating.withBytes {
      HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: $0))
    }
    var bytes = Array(code)
    return SecretBytes(taking: &bytes)
  }

  public func sign(_ message: [UInt8]) throws(VaultError) -> [UInt8] {
    guard let signature = try? Self.signingKey(signing).signature(for: message) else { throw .noCryptography }
    return Array(signature)
  }

  private static func signingKey(_ seed: SecretBytes) throws(VaultError) -> Curve25519.Signing.PrivateKey {
    guard let key = seed.withBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }) else {
      throw .noCryptography
    }
    return key
  }

  private static func derive(_ purpose: String, from root: SecretBytes) -> SecretBytes {
    root.withBytes { root in
      let key = HKDF<SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: root), info: Array(purpose.utf8), outputByteCount: FieldCipher.keyLength)
      return SecretBytes(count: FieldCipher.keyLength) { bytes in
        key.withUnsafeBytes { bytes.copyMemory(from: $0) }
      }
    }
  }

  private static func stretch(
    _ passphrase: SecretBytes, salt: [UInt8], passes: UInt64, memory: Int
  ) throws(VaultError) -> SecretBytes {
    var isDone = false
    let key = SecretBytes(count: FieldCipher.keyLength) { bytes in
      isDone = passphrase.withBytes { secret in
        guard let key = bytes.assumingMemoryBound(to: UInt8.self).baseAddress,
          let passphrase = secret.assumingMemoryBound(to: CChar.self).baseAddress, sodium_init() >= 0
        else { return false }
        return crypto_pwhash_argon2id(
          key, UInt64(bytes.count), passphrase, UInt64(secret.count), salt, passes, memory,
          crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0
      }
    }
    guard isDone else { throw .noCryptography }
    return key
  }

  /// What the file says.
  private struct Header {
    let salt: [UInt8]
    let passes: Int64
    let memory: Int64
    var sealed: [UInt8]

    init(salt: [UInt8], passes: Int64, memory: Int64, sealed: [UInt8]) {
      (self.salt, self.passes, self.memory, self.sealed) = (salt, passes, memory, sealed)
    }

    /// Reads what ``bytes`` gives, within bounds that no machine trips over.
    init?(_ bytes: [UInt8]) {
      guard let json = JSON(parsing: bytes), json["format"]?.text == Self.format,
        let salt = json["salt"]?.text.flatMap({ Base64.decode($0) }), salt.count == crypto_pwhash_argon2id_SALTBYTES,
        case .integer(let passes)? = json["passes"], (1...20).contains(passes),
        case .integer(let memory)? = json["memory"], (8_192...4_294_967_296).contains(memory),
        let sealed = json["sealed"]?.text.flatMap({ Base64.decode($0) })
      else { return nil }
      self.init(salt: salt, passes: passes, memory: memory, sealed: sealed)
    }

    private static let format = "surety-root-1"

    private var members: [String: JSON] {
      [
        "format": .string(Self.format), "salt": .string(Base64.encode(salt)), "passes": .integer(passes),
        "memory": .integer(memory),
      ]
    }

    /// What must not be changed either.
    var authenticated: [UInt8] { JSON.object(members).canonicalBytes }

    var bytes: [UInt8] {
      JSON.object(members.merging(["sealed": .string(Base64.encode(sealed))]) { $1 }).canonicalBytes
    }
  }
}
