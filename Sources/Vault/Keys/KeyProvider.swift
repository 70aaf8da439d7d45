/// Holds the root key, under which all others lie, and never gives it away. Its calls may block, and are few: it wraps the
/// platform's keys, not the subjects'.
public protocol KeyProvider: Sendable {
  /// By which the root key is known, so that a wrong one is told before anything fails: 16 hexadecimal digits.
  var rootName: String { get }
  /// Where the root key is kept, for people, such as `the file vault.root`.
  var place: String { get }
  var custody: KeyCustody { get }
  /// With what ``sign(_:)`` can be checked.
  var verifier: RootVerifier { get }

  /// Wraps a key so that it opens under this root and in this context only.
  /// - Throws: ``VaultError``.
  func wrap(_ key: SecretBytes, for context: [UInt8]) throws(VaultError) -> [UInt8]

  /// Opens what ``wrap(_:for:)`` made.
  /// - Throws: ``VaultError/damaged(what:)`` for another root, another context or changed bytes.
  func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws(VaultError) -> SecretBytes

  /// HMAC-SHA-256 under a key that only this root has: 32 bytes. The same message gives the same bytes for ever.
  func mac(_ message: [UInt8]) throws(VaultError) -> SecretBytes

  /// Signs a message in the name of this installation.
  func sign(_ message: [UInt8]) throws(VaultError) -> [UInt8]
}

/// How well a root key is kept.
public enum KeyCustody: String, Codable, Sendable {
  /// In a file, and the passphrase that opens it lies in the same directory: who copies the one copies the other.
  case passphraseBeside = "passphrase-beside"
  /// In a file that a passphrase from elsewhere opens.
  case passphrase
  /// In a device that does not give it away.
  case device
}
